"""The mail server's side: what arrived, what it refused, and when a worker died over a letter."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from benchmarks.simulation.weather import Part, Weather

GONE = "gone."
"""How an address begins that this server does not know."""


class WorkerDied(BaseException):
    """The worker is gone in the middle of a letter: nothing after it is done."""


@dataclass(frozen=True)
class Seen:
    """One letter, as the server saw it."""

    at: datetime
    kind: str
    to: str
    message_id: str


@dataclass
class Server:
    """Takes letters while the weather allows."""

    weather: Weather
    arrived: list[Seen] = field(default_factory=list)
    refused: list[Seen] = field(default_factory=list)
    died_over: list[Seen] = field(default_factory=list)
    is_in_use: bool = True

    def take(self, message: EmailMessage) -> None:
        now = timezone.now()
        if not self.weather.is_up(Part.MAIL, now):
            raise smtplib.SMTPConnectError(421, b"4.3.2 The server is away.")
        headers = message.extra_headers
        kind = str(headers.get("Feedback-ID", "")).partition(":")[0]
        seen = Seen(now, kind, message.to[0], str(headers.get("Message-ID", "")))
        dies = bool(self.weather.deaths) and self.weather.deaths[0] <= now
        if dies:
            self.weather.deaths.pop(0)
            self.weather.died_at.append(now)
        if dies and len(self.weather.deaths) % 2:
            self.died_over.append(seen)
            raise WorkerDied
        if seen.to.startswith(GONE):
            self.refused.append(seen)
            raise smtplib.SMTPRecipientsRefused({seen.to: (550, b"5.1.1 There is no such mailbox.")})
        self.arrived.append(seen)
        if dies:
            # The server has the letter; nobody recorded that.
            self.died_over.append(seen)
            raise WorkerDied


server: Server


class Backend(BaseEmailBackend):
    """Django's way to this server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            server.take(message)
        return len(email_messages)


def use(one: Server) -> None:
    """Let this process's letters go to this server."""
    global server
    server = one
