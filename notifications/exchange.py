"""Open an SMTP connection by the standard library: it knows its stage and never outlives its time."""

import smtplib
import ssl
import time
from typing import Any

from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from notifications.failures import Stage


class SmtpExchange(smtplib.SMTP):
    """An SMTP connection; however slowly the server drips, each wait ends when the time is up."""

    stage = Stage.CONNECT
    timeout: float
    ends_at = float("inf")

    def arm(self) -> None:
        """Limit the next wait to what is left. Raises TimeoutError when nothing is."""
        if self.sock is None:
            return
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("The letter's time is up.")
        self.sock.settimeout(left)

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        self.ends_at = time.monotonic() + self.timeout
        return super().connect(host, port, source_address)

    def send(self, s: Any) -> None:
        self.arm()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Replies(self)
        return super().getreply()

    def starttls(self, **options: Any) -> tuple[int, bytes]:  # type: ignore[override]
        self.stage = Stage.TLS
        return super().starttls(**options)

    def login(self, user: str, password: str, *, initial_response_ok: bool = True) -> tuple[int, bytes]:
        self.stage = Stage.LOGIN
        return super().login(user, password, initial_response_ok=initial_response_ok)


class SmtpTlsExchange(SmtpExchange, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class _Replies:
    """Reads the server's lines, arming the exchange before each wait."""

    def __init__(self, exchange: SmtpExchange) -> None:
        self._exchange = exchange
        self._received = b""

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._received and len(self._received) < limit:
            self._exchange.arm()
            more = self._exchange.sock.recv(8192) if self._exchange.sock else b""
            if not more:
                break
            self._received += more
        end = min(self._received.find(b"\n") + 1 or len(self._received), limit)
        line, self._received = self._received[:end], self._received[end:]
        return line

    def close(self) -> None:
        self._received = b""


class Opener:
    """Opens exchanges as Django's SMTP settings say. Never falls back to plain text."""

    def __init__(self) -> None:
        self._settings = EmailBackend()
        self.stage = Stage.CONNECT
        """How far the latest opening came."""

    def open(self, *, seconds: float) -> SmtpExchange:
        """Connect, greet and log in within so many seconds. Raises what went wrong."""
        ours = self._settings
        self.stage = Stage.CONNECT
        sort = SmtpTlsExchange if ours.use_ssl else SmtpExchange
        tls: dict[str, Any] = {"context": self._context()} if ours.use_ssl else {}
        exchange = sort(ours.host, ours.port, local_hostname=DNS_NAME.get_fqdn(), timeout=seconds, **tls)
        try:
            if ours.use_tls:
                exchange.starttls(context=self._context())
            if ours.username and ours.password:
                exchange.login(ours.username, ours.password)
            exchange.ehlo_or_helo_if_needed()
        except BaseException:
            self.stage = exchange.stage
            exchange.close()
            raise
        return exchange

    def _context(self) -> ssl.SSLContext:
        """Django's context: the server's certificate is checked against its name."""
        context: ssl.SSLContext = self._settings.ssl_context  # type: ignore[attr-defined]
        return context
