"""The open lines to the mail system: a few per process and route, kept from letter to letter."""

import os
import select
import smtplib
import threading
import time
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.emails.letter import Route
from notifications.failures import Stage
from notifications.lane import Lane

GROW_SECONDS = 2.0
"""So long may a further connection take to open while others carry letters."""
FEWER_SECONDS = 60.0
"""So long a server that refused a further connection is not asked for one again."""


@dataclass(frozen=True)
class Parcel:
    """A finished letter: bytes with its envelope for SMTP, a message for every other back end."""

    to: str
    sender: str = ""
    content: bytes = b""
    message: EmailMultiAlternatives | None = None


@dataclass(frozen=True)
class Result:
    """What became of a parcel. `number` is its sender's own; `stage` tells how far a failed one had come."""

    number: int
    provider_id: str = ""
    error: Exception | None = None
    stage: Stage = Stage.ANSWER


class Line(Protocol):
    """A way to the mail system. Not for two threads at once."""

    @property
    def has_room(self) -> bool:
        """Whether another letter can be begun now."""

    @property
    def busy(self) -> int:
        """How many letters are on the wire."""

    @property
    def connections(self) -> int:
        """How many letters can be on the wire by now."""

    def begin(self, number: int, parcel: Parcel) -> None:
        """Take a letter; its result comes later."""

    def grow(self) -> None:
        """Have room for one more letter at a time, if that is allowed and possible."""

    def results(self, *, seconds: float) -> list[Result]:
        """Return what is known by now, waiting at most so long for the first."""

    def hang_up(self) -> None:
        """Close; the next letter opens the line anew."""


class SmtpLine:
    """Several connections to one server: as many as it takes letters on, one where it answers at once."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._lanes: list[Lane] = []
        self._numbers: dict[Lane, int] = {}
        self._failed: list[Result] = []
        self._fewer_until = 0.0

    @property
    def has_room(self) -> bool:
        return not self._lanes or len(self._numbers) < len(self._lanes)

    @property
    def busy(self) -> int:
        return len(self._numbers) + len(self._failed)

    @property
    def connections(self) -> int:
        return max(len(self._lanes), 1)

    def begin(self, number: int, parcel: Parcel) -> None:
        lane = self._free()
        self._numbers[lane] = number
        try:
            lane.begin(sender=parcel.sender, to=parcel.to, content=parcel.content)
        except (OSError, smtplib.SMTPException) as error:
            self._failed.append(self._end(lane, error))

    def grow(self) -> None:
        now = time.monotonic()
        if len(self._lanes) >= settings.NOTIFICATIONS_CONNECTIONS[self._route] or now < self._fewer_until:
            return
        lane = Lane(self._route)
        try:
            lane.open(seconds=min(GROW_SECONDS, settings.EMAIL_TIMEOUT))
        except (OSError, smtplib.SMTPException):
            # The letters go over the lines that are open.
            self._fewer_until = now + FEWER_SECONDS
        else:
            self._lanes.append(lane)

    def results(self, *, seconds: float) -> list[Result]:
        done, self._failed = self._failed, []
        ends = time.monotonic() + seconds
        while self._numbers:
            done += self._proceed(ends=time.monotonic() if done else ends)
            if done or time.monotonic() >= ends:
                break
        return done

    def _proceed(self, *, ends: float) -> list[Result]:
        """Wait until a server says something, and let its lane go on."""
        done = []
        lanes = list(self._numbers)
        wait = max(min(ends, *(lane.ends_at for lane in lanes)) - time.monotonic(), 0.0) * 1000
        ready = _readable(lanes, wait)
        for lane in ready:
            try:
                if lane.proceed():
                    done.append(self._end(lane))
            except (OSError, smtplib.SMTPException) as error:
                done.append(self._end(lane, error))
        now = time.monotonic()
        for lane in lanes:
            if lane not in ready and lane.ends_at <= now:
                done.append(self._end(lane, lane.give_up()))
        return done

    def hang_up(self) -> None:
        for lane in self._lanes:
            lane.hang_up()
        self._lanes.clear()
        self._numbers.clear()

    def _free(self) -> Lane:
        """Return an idle lane, one that is open if there is one."""
        idle = [lane for lane in self._lanes if lane not in self._numbers]
        if not idle:
            self._lanes.append(Lane(self._route))
            return self._lanes[-1]
        return next((lane for lane in idle if lane.is_open), idle[0])

    def _end(self, lane: Lane, error: Exception | None = None) -> Result:
        number = self._numbers.pop(lane)
        if not lane.is_open and len(self._lanes) > 1:
            self._lanes.remove(lane)
        return Result(number, error=error, stage=lane.stage)


def _readable(lanes: list[Lane], wait: float) -> list[Lane]:
    """Return the lanes whose server said something, waiting so many milliseconds for the first."""
    if len(lanes) == 1:
        return lanes if lanes[0].readable.poll(wait) else []
    poll, by_number = select.poll(), {lane.fileno(): lane for lane in lanes}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll(wait)]


class BackendLine:
    """Any other back end of Django's e-mail API: a letter is done when it was begun."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._backend: BaseEmailBackend | None = None
        self._done: list[Result] = []

    @property
    def has_room(self) -> bool:
        return not self._done

    @property
    def busy(self) -> int:
        return len(self._done)

    @property
    def connections(self) -> int:
        return 1

    def begin(self, number: int, parcel: Parcel) -> None:
        assert parcel.message is not None
        try:
            # Not before there is a letter: a provider that is set up wrongly is a failure like any other.
            self._backend = self._backend or get_connection(**self._patience())
            self._backend.open()
            self._backend.send_messages([parcel.message])
        except Exception as error:  # noqa: BLE001 - every provider has its own; they are judged in one place
            self._done.append(Result(number, error=error, stage=Stage.PROVIDER))
            # A session that failed is not used again.
            self.hang_up()
            return
        status = getattr(parcel.message, "anymail_status", None)
        provider_id = str(status.message_id or "") if status is not None else ""
        self._done.append(Result(number, provider_id=provider_id, stage=Stage.PROVIDER))

    def _patience(self) -> dict[str, Any]:
        """Return how long Anymail waits for a connection and for an answer: together no longer than for a letter."""
        if is_smtp() or "REQUESTS_TIMEOUT" in getattr(settings, "ANYMAIL", {}):
            return {}
        answer = settings.NOTIFICATIONS_ANSWER_SECONDS[self._route]
        rest = settings.NOTIFICATIONS_LETTER_SECONDS[self._route] - answer
        return {"timeout": (max(min(settings.EMAIL_TIMEOUT, rest), 1), answer)}

    def grow(self) -> None:
        """There is one line only."""

    def results(self, *, seconds: float) -> list[Result]:
        done, self._done = self._done, []
        return done

    def hang_up(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.close()


class _Lines(threading.local):
    def __init__(self) -> None:
        self.open: dict[tuple[int, Route], Line] = {}


_lines = _Lines()


def line(route: Route) -> Line:
    """Return this process's line for a route; a forked process gets its own."""
    here = (os.getpid(), route)
    if here not in _lines.open:
        _lines.open[here] = SmtpLine(route) if takes_bytes() else BackendLine(route)
    return _lines.open[here]


def hang_up_all() -> None:
    """Close this process's lines: settings changed, or a test ends."""
    for one in _lines.open.values():
        one.hang_up()
    _lines.open.clear()


def is_smtp() -> bool:
    """Say whether letters leave by SMTP, where the return path is ours to choose."""
    return not settings.EMAIL_BACKEND.startswith("anymail.")


def takes_bytes() -> bool:
    """Say whether letters go over our own SMTP lines: with Django's SMTP back end, whose settings they use."""
    return settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
