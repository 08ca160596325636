"""Django's SMTP back end, over an exchange that knows its stage and never outlives its letter's time."""

import smtplib
import ssl
import time
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from notifications.failures import Stage


class SmtpExchange(smtplib.SMTP):
    """An SMTP connection; however slowly the server drips, each wait ends when the time is up."""

    stage = Stage.CONNECT
    ends_at = float("inf")
    answer_seconds = 30.0

    def arm(self) -> None:
        """Limit the next wait to what is left. Raises TimeoutError when nothing is."""
        if self.sock is None:
            return
        longest = self.answer_seconds if self.stage is Stage.ANSWER else settings.EMAIL_TIMEOUT
        left = min(longest, self.ends_at - time.monotonic())
        if left <= 0:
            raise TimeoutError("The letter's time is up.")
        self.sock.settimeout(left)

    def connect(
        self, host: str = "localhost", port: int = 0, source_address: Any = None
    ) -> tuple[int, bytes]:
        self.ends_at = time.monotonic() + settings.EMAIL_TIMEOUT
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

    def mail(self, sender: str, options: Any = ()) -> tuple[int, bytes]:
        self.stage = Stage.MAIL
        return super().mail(sender, options)

    def rcpt(self, recip: str, options: Any = ()) -> tuple[int, bytes]:
        self.stage = Stage.RCPT
        return super().rcpt(recip, options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand the letter over; before its last byte is out no server may have taken it (RFC 5321, 4.1.1.4)."""
        self.stage = Stage.DATA
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        stuffed = msg.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n")
        self.send((b"." if stuffed.startswith(b".") else b"") + stuffed + b"\r\n.\r\n")
        self.stage = Stage.ANSWER
        return self.getreply()


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


class SmtpBackend(EmailBackend):
    """Sends over one exchange that stays open until `hang_up`. Never falls back to plain text."""

    connection: SmtpExchange | None
    stage = Stage.CONNECT

    def begin(self, *, seconds: float, answer_seconds: float) -> None:
        """Give the next letter its time."""
        if self.connection is not None:
            self.connection.ends_at = time.monotonic() + seconds
            self.connection.answer_seconds = answer_seconds

    def open(self) -> bool:
        if self.connection is not None:
            return False
        self.stage = Stage.CONNECT
        options: dict[str, Any] = {"local_hostname": DNS_NAME.get_fqdn(), "timeout": settings.EMAIL_TIMEOUT}
        if self.use_ssl:
            self.connection = SmtpTlsExchange(self.host, self.port, context=self._context(), **options)
        else:
            self.connection = SmtpExchange(self.host, self.port, **options)
        try:
            if self.use_tls:
                self.connection.starttls(context=self._context())
            if self.username and self.password:
                self.connection.login(self.username, self.password)
        except BaseException:
            self.hang_up()
            raise
        return True

    def _context(self) -> ssl.SSLContext:
        """Django's context: the server's certificate is checked against its name."""
        context: ssl.SSLContext = self.ssl_context  # type: ignore[attr-defined]
        return context

    def note_stage(self) -> None:
        """Keep how far the letter came, also after the exchange was closed."""
        if self.connection is not None:
            self.stage = self.connection.stage

    def listens(self) -> bool:
        """Ask the server whether it still holds the line."""
        try:
            return self.connection is not None and self.connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def hang_up(self) -> None:
        """Close without a QUIT: a server that hangs must not be waited for once more."""
        self.note_stage()
        exchange, self.connection = self.connection, None
        if exchange is not None:
            exchange.close()
