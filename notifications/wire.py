"""The open line to the mail system: one per process and route, kept from letter to letter."""

import os
import smtplib
import threading
import time

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtp

from notifications.emails.letter import Route
from notifications.exchange import SmtpBackend
from notifications.failures import Stage

IDLE_SECONDS = 2.0
"""After this long without a letter the server is asked (NOOP) whether it still listens."""


class Line:
    """One way to the mail system. Not for two threads at once."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._backend: BaseEmailBackend | None = None
        self._used_at = 0.0

    @property
    def stage(self) -> Stage:
        """How far the latest letter had come."""
        return self._backend.stage if isinstance(self._backend, SmtpBackend) else Stage.PROVIDER

    def send(self, message: EmailMultiAlternatives) -> str:
        """Send one letter; returns the provider's id for it ("" over SMTP). Raises what the mail system caused.

        A line that the server closed while it lay idle is opened anew, once, before anything was handed over.
        """
        reused = self._open()
        try:
            self._send(message)
        except smtplib.SMTPException as error:
            if not (reused and self.stage is Stage.MAIL and _is_goodbye(error)):
                raise
            self.hang_up()
            self._open()
            self._send(message)
        status = getattr(message, "anymail_status", None)
        return str(status.message_id or "") if status is not None else ""

    def hang_up(self) -> None:
        """Close; the next letter opens the line anew."""
        if isinstance(self._backend, SmtpBackend):
            self._backend.hang_up()
        elif self._backend is not None:
            self._backend.close()
            self._backend = None

    def _open(self) -> bool:
        """Have an open back end; returns whether it was open before."""
        if self._backend is None:
            self._backend = _new_backend()
        idle = time.monotonic() - self._used_at > IDLE_SECONDS
        if isinstance(self._backend, SmtpBackend) and self._backend.connection is not None and idle:
            self._begin()
            if not self._backend.listens():
                self._backend.hang_up()
        return not self._backend.open()

    def _send(self, message: EmailMultiAlternatives) -> None:
        assert self._backend is not None
        self._begin()
        try:
            self._backend.send_messages([message])
        finally:
            if isinstance(self._backend, SmtpBackend):
                self._backend.note_stage()
        self._used_at = time.monotonic()

    def _begin(self) -> None:
        if isinstance(self._backend, SmtpBackend):
            self._backend.begin(
                seconds=settings.NOTIFICATIONS_LETTER_SECONDS[self._route],
                answer_seconds=settings.NOTIFICATIONS_ANSWER_SECONDS[self._route],
            )


class _Lines(threading.local):
    def __init__(self) -> None:
        self.open: dict[tuple[int, Route], Line] = {}


_lines = _Lines()


def line(route: Route) -> Line:
    """Return this process's line for a route; a forked process gets its own."""
    here = (os.getpid(), route)
    if here not in _lines.open:
        _lines.open[here] = Line(route)
    return _lines.open[here]


def hang_up_all() -> None:
    """Close this process's lines: settings changed, or a test ends."""
    for one in _lines.open.values():
        one.hang_up()
    _lines.open.clear()


def is_smtp() -> bool:
    """Say whether letters leave by SMTP, where the return path is ours to choose."""
    return not settings.EMAIL_BACKEND.startswith("anymail.")


def _new_backend() -> BaseEmailBackend:
    backend: BaseEmailBackend = get_connection()
    return SmtpBackend() if type(backend) is DjangoSmtp else backend


def _is_goodbye(error: smtplib.SMTPException) -> bool:
    return isinstance(error, smtplib.SMTPServerDisconnected) or getattr(error, "smtp_code", 0) == 421
