"""Carry one claimed batch to the mail system and record each result while the lease holds."""

import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import islice

from django.conf import settings

from notifications import claiming, failures, leaving, preparing, recording, routes, verdicts, wire
from notifications.emails import KINDS
from notifications.emails.letter import Route
from notifications.failures import Verdict
from notifications.models import OutgoingEmail
from notifications.preparing import Due
from notifications.wire import Parcel, Result

CHUNK = {Route.URGENT: 1, Route.BULK: 10}
UNRECORDED_SECONDS = 0.05
"""At the latest after so many letters a connection, or so long, bulk results are recorded, urgent ones at once: a
killed worker doubles no more."""
ASKED_TOGETHER = {Route.URGENT: 5, Route.BULK: 50}
"""For so many letters it is asked at once whether they are wanted; an answer counts for a second."""
PATIENCE_SECONDS = 0.005
"""A server that takes longer than this for a letter gets another connection, if it may."""
AT_ONCE = {Route.URGENT: 1, Route.BULK: 8}
"""So many connections are opened without that where more is due than they carry at once: results are then recorded
together, and no connection waits for the disk alone."""


class Round:
    """One batch on its way. The next letter is written while the ones before it are on the wire."""

    def __init__(
        self,
        batch: claiming.Batch,
        *,
        route: Route,
        is_probe: bool,
        stop: Callable[[], bool],
        ends: float,
    ) -> None:
        self._batch = batch
        self._route = route
        self._is_probe = is_probe
        self._stop = stop
        self._ends = ends
        self._letter_seconds = settings.NOTIFICATIONS_LETTER_SECONDS[route]
        self._line = wire.line(route)
        self._waiting = deque(batch.letters)
        self._due: deque[Due] = deque()
        self._written: tuple[OutgoingEmail, Parcel, Due] | None = None
        self._carried: dict[int, OutgoingEmail] = {}
        self._begun: set[int] = set()
        self._rests_until: datetime | None = None
        self._unrecorded: list[leaving.Sent] = []
        self._unrecorded_since = 0.0

    def run(self) -> None:
        """Take each letter to its end, or give back those that were not begun."""
        try:
            while self._fill_line() or self._line.busy:
                self._settle()
        except leaving.AWAY:
            # Nothing is wrong with the letters that were not begun; after any other fault they wait for the lease,
            # so that one at which we stumble is found out.
            self._let_arrive()
            self._record()
            others = [stored for stored in self._batch.letters if stored.pk not in self._begun]
            leaving.persistently(partial(recording.give_back, others))
            raise
        except Exception:
            self._let_arrive()
            raise
        finally:
            self._record()
        written = [self._written[0]] if self._written is not None else []
        recording.give_back([*written, *(one.stored for one in self._due), *self._waiting])

    def _let_arrive(self) -> None:
        """Note what is on the wire, whatever failed beside it: unrecorded, it would be sent once more.

        A letter that does not arrive is left to the end of its lease.
        """
        while self._line.busy:
            for result in self._line.results(seconds=1.0):
                stored = self._carried.pop(result.number)
                if result.error is None:
                    self._unrecorded.append(leaving.Sent(stored, result.provider_id, self._batch.clock.now()))

    def _fill_line(self) -> bool:
        """Begin as many letters as the line has room for, and have one more written; returns whether one is."""
        while self._write_next() and self._line.has_room:
            assert self._written is not None
            (stored, parcel, due), self._written = self._written, None
            if preparing.is_still_wanted(due, clock=self._batch.clock):
                self._carried[stored.pk] = stored
                self._begun.add(stored.pk)
                self._line.begin(stored.pk, parcel)
        return self._written is not None and not self._must_end()

    def _write_next(self) -> bool:
        """Have a letter written, unless no further one may be begun; returns whether there is one."""
        while not self._must_end():
            if self._written is not None:
                return True
            if not self._due and not self._take_chunk():
                return False
            if self._due:
                self._note_beginning()
                due = self._due.popleft()
                parcel = preparing.write(due.stored, clock=self._batch.clock)
                if parcel is not None:
                    self._written = due.stored, parcel, due
        return False

    def _take_chunk(self) -> bool:
        """Ask for the next letters whether they are wanted; returns whether there were any to ask for."""
        if not self._waiting:
            return False
        size = min(ASKED_TOGETHER[self._route], len(self._waiting))
        chunk = [self._waiting.popleft() for _ in range(size)]
        self._due.extend(preparing.choose(chunk, clock=self._batch.clock))
        return True

    def _note_beginning(self) -> None:
        """Before a letter that must not come twice goes to the wire, note it for that one and the few behind it."""
        if not _must_not_come_twice(self._due[0].stored) or self._due[0].stored.begun_at is not None:
            return
        now = self._batch.clock.now()
        ahead = islice(self._due, CHUNK[self._route])
        once_only = [one.stored for one in ahead if _must_not_come_twice(one.stored)]
        recording.begin(once_only, now=now)
        for stored in once_only:
            stored.begun_at = now

    def _must_end(self) -> bool:
        """Whether no further letter may be begun: told to stop, or its exchange could outlive the lease."""
        return (
            self._rests_until is not None
            or self._stop()
            or time.monotonic() >= self._ends
            or self._batch.seconds_left() <= self._letter_seconds
        )

    def _settle(self) -> None:
        """Wait for results and note them; a server that lets us wait gets another connection."""
        has_more = self._written is not None and not self._must_end()
        seconds = PATIENCE_SECONDS if has_more else 1.0
        if self._unrecorded:
            seconds = min(seconds, self._unrecorded_since + UNRECORDED_SECONDS - time.monotonic())
        results = self._line.results(seconds=max(seconds, 0.0))
        for result in results:
            self._note(result)
        if self._unrecorded and (
            len(self._unrecorded) >= self._most_unrecorded()
            or time.monotonic() - self._unrecorded_since >= UNRECORDED_SECONDS
        ):
            self._record()
        is_backlog = (
            self._line.connections < AT_ONCE[self._route] and len(self._waiting) >= CHUNK[self._route]
        )
        if has_more and not self._is_probe and (not results or is_backlog):
            self._line.grow()

    def _most_unrecorded(self) -> int:
        return 1 if self._route is Route.URGENT else CHUNK[self._route] * self._line.connections

    def _note(self, result: Result) -> None:
        stored = self._carried.pop(result.number)
        if result.error is not None:
            self._failed(stored, result)
            return
        if not self._unrecorded:
            self._unrecorded_since = time.monotonic()
        self._unrecorded.append(leaving.Sent(stored, result.provider_id, self._batch.clock.now()))
        if self._is_probe:
            routes.recovered(self._route)
            self._is_probe = False

    def _failed(self, stored: OutgoingEmail, result: Result) -> None:
        assert result.error is not None
        self._record()
        failure = failures.judge(result.error, stage=result.stage)
        now = self._batch.clock.now()
        if self._rests_until is not None and failure.verdict is Verdict.ROUTE:
            # Its route is known to be sick since the letter beside it.
            verdicts.blame(stored, failure, rests_until=self._rests_until, now=now)
        else:
            self._rests_until = (
                verdicts.record(stored, failure, route=self._route, now=now) or self._rests_until
            )

    def _record(self) -> None:
        results, self._unrecorded = self._unrecorded, []
        leaving.record(results)


def _must_not_come_twice(stored: OutgoingEmail) -> bool:
    kind = KINDS.get(stored.kind)
    return kind is not None and kind.once_only
