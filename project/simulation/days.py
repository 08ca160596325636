"""Let days pass: do what beat and the workers would do, at each moment at which there is something to do."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings

from notifications import tasks
from project.simulation import moments
from project.simulation.clock import Clock
from requests_app.services import digesting, expiring, passes, reminding, retention

Pass = Callable[..., int]
BY_THE_CALENDAR: Mapping[str, Pass] = {"digest": digesting.digest, "retention": retention.run}
"""By their names in the schedule. Left out: heartbeats, which only show that workers live, and the check of the
evidence, to which nothing is added."""


class Days:
    """The clock's own work from one moment to the next; whoever else acts does it in between."""

    def __init__(
        self,
        clock: Clock,
        *,
        by_the_calendar: Mapping[str, Pass] = BY_THE_CALENDAR,
        look: Callable[[], None] = lambda: None,
    ) -> None:
        """`look` is called after each turn, to see what it brought."""
        self.clock = clock
        self._look = look
        self._calendar = [
            (settings.CELERY_BEAT_SCHEDULE[name]["schedule"], act) for name, act in by_the_calendar.items()
        ]
        self._passed_at: datetime | None = None

    def beat_runs(self, at: datetime) -> bool:
        """Whether the periodic tasks are started and taken at this moment."""
        return True

    def workers_run(self, at: datetime) -> bool:
        """Whether letters are taken from the outbox at this moment."""
        return True

    def letters_may_leave(self, at: datetime) -> bool:
        """Whether it is worth while to look for a letter that is due before the next change."""
        return self.workers_run(at)

    def next_change(self, after: datetime) -> datetime | None:
        """When `beat_runs` or `workers_run` answers differently."""
        return None

    def go_on(self, until: datetime) -> None:
        """Let time pass up to this moment, which itself belongs to the next call."""
        while (at := self._next()) is not None and at < until:
            before = self.clock.now()
            self.clock.move_to(at)
            self.turn(since=before)
        self.clock.move_to(until)

    def turn(self, *, since: datetime) -> None:
        """Do what is due now; of the calendar what came after `since`."""
        now = self.clock.now()
        if self.beat_runs(now):
            for schedule, act in self._calendar:
                if moments.next_of(schedule, after=since) <= now and not self._is_idle(act):
                    passes.run(act, now=now)
            # An idle run changes nothing, so it is spared.
            if _is_due(moments.next_pass(), now):
                self.remind_and_expire()
            self._passed_at = now
        if self.workers_run(now) and _is_due(moments.next_letter(now=now), now):
            self.deliver()
        self._look()

    def _is_idle(self, act: Pass) -> bool:
        """Whether a run would change nothing: the day's digest is promised once, and asked for every hour."""
        return act is digesting.digest and digesting.is_posted(self.clock.now())

    def remind_and_expire(self) -> None:
        passes.run(reminding.remind, now=self.clock.now())
        passes.run(expiring.expire, now=self.clock.now())

    def deliver(self) -> None:
        """Send what is due, as a sweep does; what a letter's failure promised leaves with the next one."""
        tasks.sweep_urgent()
        tasks.sweep_bulk()

    def _next(self) -> datetime | None:
        now = self.clock.now()
        found = [moments.next_of(schedule, after=now) for schedule, _ in self._calendar]
        if (change := self.next_change(now)) is not None:
            found.append(change)
        if self.beat_runs(now) and (stored := moments.next_pass()) is not None:
            if stored <= now and self._passed_at == now:
                # What a pass leaves due is tried again by the next one, a minute later.
                stored = now + moments.MINUTE
            found.append(moments.up(max(stored, now), to=moments.MINUTE))
        if self.letters_may_leave(now) and (letter := moments.next_letter(now=now)) is not None:
            sweep = timedelta(seconds=min(settings.NOTIFICATIONS_SWEEP_SECONDS.values()))
            found.append(moments.up(max(letter, now + timedelta(seconds=1)), to=sweep))
        return min(found, default=None)


def _is_due(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
