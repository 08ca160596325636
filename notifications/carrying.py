"""Carry one claimed batch to the mail system and record each result while the lease holds."""

import time
from collections.abc import Callable

from django.conf import settings

from notifications import claiming, failures, preparing, recording, routes, verdicts, wire
from notifications.emails import KINDS
from notifications.emails.letter import Route
from notifications.failures import Failure
from notifications.models import OutgoingEmail
from notifications.preparing import Prepared

CHUNK = {Route.URGENT: 1, Route.BULK: 10}
UNRECORDED_SECONDS = 0.05
"""At the latest after so many letters, or so long, results are recorded: a killed worker doubles no more."""


class Round:
    """One batch on its way."""

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
        self._line = wire.line(route)
        self._unrecorded: list[recording.Sent] = []
        self._recorded_at = time.monotonic()

    def run(self) -> None:
        """Take each letter to its end, or give back those that were not begun."""
        waiting = list(self._batch.letters)
        goes_on = True
        try:
            while waiting and goes_on and not self._must_end():
                chunk, waiting = waiting[: CHUNK[self._route]], waiting[CHUNK[self._route] :]
                goes_on, not_begun = self._carry(chunk)
                waiting = not_begun + waiting
        finally:
            self._record()
        recording.give_back(waiting)

    def _carry(self, chunk: list[OutgoingEmail]) -> tuple[bool, list[OutgoingEmail]]:
        """Send a chunk; returns whether the route goes on, and the letters that were not begun."""
        prepared = preparing.prepare(chunk, clock=self._batch.clock)
        recording.begin(
            [one.stored for one in prepared if KINDS[one.stored.kind].once_only], now=self._batch.clock.now()
        )
        while prepared and not self._must_end():
            one = prepared.pop(0)
            if preparing.is_still_wanted(one, clock=self._batch.clock) and not self._send(one):
                return False, [other.stored for other in prepared]
        return True, [other.stored for other in prepared]

    def _must_end(self) -> bool:
        """Whether no further letter may be begun: told to stop, or its exchange could outlive the lease."""
        return (
            self._stop()
            or time.monotonic() >= self._ends
            or self._batch.seconds_left() <= settings.NOTIFICATIONS_LETTER_SECONDS[self._route]
        )

    def _send(self, one: Prepared) -> bool:
        """Send one letter and note its result; returns False when the route is sick."""
        try:
            provider_id = self._line.send(one.message)
        except Exception as error:  # noqa: BLE001 - judge knows every failure; a surprise must not stop the rest
            return self._failed(one.stored, failures.judge(error, stage=self._line.stage))
        self._unrecorded.append(recording.Sent(one.stored, provider_id, self._batch.clock.now()))
        is_full = len(self._unrecorded) >= CHUNK[self._route]
        if is_full or time.monotonic() - self._recorded_at > UNRECORDED_SECONDS:
            self._record()
        if self._is_probe:
            routes.recovered(self._route)
            self._is_probe = False
        return True

    def _failed(self, stored: OutgoingEmail, failure: Failure) -> bool:
        self._record()
        if failure.code == "" or failure.code.startswith("421"):
            self._line.hang_up()
        return verdicts.record(stored, failure, route=self._route, now=self._batch.clock.now())

    def _record(self) -> None:
        results, self._unrecorded = self._unrecorded, []
        recording.sent(results)
        self._recorded_at = time.monotonic()
