"""The town: who lives there, what they mean to do and when, and what came of it."""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from benchmarks.simulation.journal import Act, Journal, What
from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.models import SmartAccountRequest
from requests_app.services.authorization import LinkDead
from requests_app.services.limits import LimitReached
from requests_app.services.nomination import NominationRefused
from requests_app.services.reopening import SameReviewer
from requests_app.services.submission import AccountExists, AlreadyOpen
from requests_app.services.transitions import Conflict

DAY = timedelta(days=1)
REFUSALS = (
    NotAllowed,
    LinkDead,
    LimitReached,
    NominationRefused,
    SameReviewer,
    AccountExists,
    AlreadyOpen,
    Conflict,
)
"""What the product may answer to somebody who comes too late, too early or too often."""

Doing = Callable[[], None]


class Town:
    """The clock, the dice, the appointments and the journal, as everybody who acts needs them."""

    def __init__(self, chance: random.Random, *, now: Callable[[], datetime]) -> None:
        self.chance = chance
        self.now = now
        self.journal = Journal()
        self.reviewers: list[Person] = []
        self._appointments: list[tuple[datetime, int, Doing]] = []
        self._numbers = itertools.count()

    def soon(self, days: float) -> datetime:
        """A moment about so many days from now: as likely sooner as later, sometimes much later."""
        return self.now() + self.chance.expovariate(1 / days) * DAY + timedelta(minutes=2)

    def at(self, moment: datetime, doing: Doing) -> None:
        heapq.heappush(self._appointments, (moment, next(self._numbers), doing))

    def next_at(self) -> datetime | None:
        return self._appointments[0][0] if self._appointments else None

    def do_next(self) -> None:
        """Let the one whose time has come act; what the product refuses is counted."""
        _, _, doing = heapq.heappop(self._appointments)
        try:
            doing()
        except REFUSALS as refused:
            self.journal.refused[type(refused).__name__] += 1

    def happens(self, likely: float) -> bool:
        return self.chance.random() < likely

    def one_of(self, **weights: float) -> str:
        return self.chance.choices(list(weights), weights=list(weights.values()))[0]

    def note(self, request: SmartAccountRequest, what: What, **facts: Any) -> None:
        self.journal.note(str(request.pk), Act(self.now(), what, **facts))

    @contextmanager
    def noting(self, request: SmartAccountRequest, what: What, **facts: Any) -> Iterator[None]:
        """Note an act once it went through."""
        yield
        self.note(request, what, **facts)
