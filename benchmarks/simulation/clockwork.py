"""The oracle's clock: what falls due in one request, when it can leave, and whether it is still wanted then.

It follows the rules as they are written for people (product rules, section 4, and the state table), knows nothing of
the product's code or tables, and asks the mail server's side nothing.
"""

import heapq
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime

from benchmarks.simulation import rules
from benchmarks.simulation.journal import Act, Story
from benchmarks.simulation.server import GONE
from benchmarks.simulation.waits import REMINDER, SETUP, TURN, Expected, Fate, Link, Named, Reminders
from benchmarks.simulation.weather import Part, Weather


class Clockwork(ABC):
    """One request as it stands, and the clock that runs in it; what people do is `fate.Oracle`'s."""

    def __init__(self, story: Story, weather: Weather, *, ends_at: datetime) -> None:
        self.story = story
        self.weather = weather
        self.ends_at = ends_at
        self.fate = Fate()
        self.phase = "new"
        self.authorization = ""
        self.authorization_since = self.domain_since = ends_at
        self.domain = "pending"
        self.setup_since: datetime | None = None
        self.frozen_at: datetime | None = None
        self.was_declined = False
        self.is_yes = story.is_yes
        self.named: Named | None = None
        self.turn: Reminders | None = None
        self.turn_since: datetime | None = None
        self._leaving: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._numbers = itertools.count()
        self._kept_back: list[Callable[[datetime], None]] = []
        self._now = ends_at
        self._turn_is_setup = False
        self._reminded_of: dict[datetime, int] = {}

    def tell(self) -> Fate:
        acts = [*self.story.acts]
        while True:
            act_at = acts[0].at if acts else self.ends_at
            pass_at, leaving_at = self._next_pass(), self._leaving[0][0] if self._leaving else self.ends_at
            now = min(act_at, pass_at, leaving_at)
            if now >= self.ends_at:
                return self.fate
            if leaving_at == now:
                heapq.heappop(self._leaving)[2](now)
            elif pass_at == now:
                self._pass(now)
            else:
                self._act(acts.pop(0))

    @abstractmethod
    def _act(self, act: Act) -> None:
        """Follow what somebody did."""

    # The clock

    def _next_pass(self) -> datetime:
        """When the minute's pass next finds something: at the first minute at which beat and workers are there."""
        if self.phase not in {"pending", "setup"} or self.frozen_at:
            return self.ends_at
        due = []
        if self.phase == "pending" and self.named and self.authorization == "pending":
            assert self.named.link
            due.append(self.named.link.wait.next_at())
        if self.phase == "pending" and self.named and self.authorization == "held":
            assert self.named.held_until
            due.append(self.named.held_until)
        if self.turn:
            due.append(self.turn.next_at())
        if not due:
            return self.ends_at
        earliest = rules.next_minute(max(min(due), self._now))
        return self.weather.up_from(earliest, Part.BEAT, Part.WORKERS)

    def _pass(self, now: datetime) -> None:
        self._now = now
        if self.phase == "pending" and self.authorization == "pending":
            self._remind_authorizer(now)
        if self.turn:
            self._remind_requester(now)
        if self.phase == "pending" and self.authorization == "pending":
            assert self.named
            assert self.named.link
            if self.named.link.wait.ends_at <= now:
                self._authorization_ends(now)
        if self.phase == "pending" and self.authorization == "held":
            assert self.named
            assert self.named.held_until
            if self.named.held_until <= now:
                self._authorization_ends(now)
        if self.turn and self.turn.ends_at <= now:
            self._close(now)

    def _remind_authorizer(self, now: datetime) -> None:
        named = self.named
        assert named
        assert named.link
        wait = named.link.wait
        found = wait.due(now)
        if found is None:
            return
        number, due_at = found
        self.fate.spared["successor due"] += number - wait.handled - 1
        wait.handled = number
        if named.is_stopped or named.automatic >= rules.MOST_AUTOMATIC:
            return
        if not named.link.has_left or (
            named.last_letter_at is not None and named.last_letter_at > due_at - rules.QUIET
        ):
            self.fate.spared["another letter within 24 hours"] += 1
            return
        named.automatic += 1
        self._post_reminder(now, due_at=due_at)

    def _post_reminder(self, now: datetime, *, due_at: datetime, by_hand: bool = False) -> None:
        named = self.named
        assert named
        link = named.link
        named.last_letter_at = now

        def leave(at: datetime) -> None:
            if named.link is not link or self.named is not named or self.authorization != "pending":
                self.fate.spared["overtaken before it could leave"] += 1
                return
            assert link
            if self.phase != "pending" or named.is_stopped or link.wait.ends_at <= at:
                self.fate.spared["overtaken before it could leave"] += 1
            elif named.is_blocked:
                self._unreachable(at)
            else:
                named.last_letter_at = at
                self._expect(REMINDER, named.address, due_at=due_at, at=at, by_hand=by_hand)

        self._post(now, leave)

    def _remind_requester(self, now: datetime) -> None:
        assert self.turn
        found = self.turn.due(now)
        if found is None:
            return
        number, due_at = found
        self.fate.spared["successor due"] += number - self.turn.handled - 1
        self.turn.handled = number
        assert self.turn_since
        self._reminded_of[self.turn_since] = number
        in_setup = self.phase == "setup"
        asked = self._open_questions()

        def leave(at: datetime) -> None:
            is_wanted = (
                self.phase == "setup"
                if in_setup
                else self.phase == "pending" and asked <= self._open_questions()
            )
            if not is_wanted:
                self.fate.spared["overtaken before it could leave"] += 1
                return
            kind = SETUP if in_setup else TURN
            self._expect(kind, self.story.requester, due_at=due_at, at=at)

        self._post(now, leave)

    def _open_questions(self) -> set[str]:
        """What of the two the request waits for its requester for."""
        waits = set()
        if self.authorization == "ended":
            waits.add("authorizer")
        if self.domain == "asked":
            waits.add("domain")
        return waits

    # Letters on their way

    def _post(self, now: datetime, leave: Callable[[datetime], None]) -> None:
        """Promise a letter: it leaves when workers and mail server are there, and not while the request is frozen."""

        def unless_frozen(at: datetime) -> None:
            self._now = max(self._now, at)
            if self.frozen_at:
                self._kept_back.append(leave)
            else:
                leave(at)

        at = self.weather.up_from(now, Part.WORKERS, Part.MAIL)
        heapq.heappush(self._leaving, (at, next(self._numbers), unless_frozen))

    def _expect(self, kind: str, to: str, *, due_at: datetime, at: datetime, by_hand: bool = False) -> None:
        latest = at + self.weather.patience(at)
        self.fate.expected.append(Expected(kind, to, due_at, at, latest, by_hand))

    # The authorizer's link

    def _issue(self, now: datetime) -> None:
        """A link of its own, with a letter; its days count from now."""
        named = self.named
        assert named
        self.authorization = "pending"
        named.held_until = None
        link = named.link = Link(
            now, self._authorizer_wait(now, rules.end_of_day(rules.LINK_LIVES, after=now))
        )

        def leave(at: datetime) -> None:
            if named.link is not link or self.named is not named or self.authorization != "pending":
                return
            if self.phase != "pending" or link.wait.ends_at <= at:
                return
            if named.is_blocked or named.address.startswith(GONE):
                self._unreachable(at)
            else:
                link.has_left, named.last_letter_at = True, at

        self._post(now, leave)

    def _authorizer_wait(self, since: datetime, ends_at: datetime, handled: int = 0) -> Reminders:
        moments = tuple(rules.nine_on_day(day, after=since) for day in rules.AUTHORIZER_DAYS)
        return Reminders(tuple(moment for moment in moments if moment < ends_at), ends_at, handled)

    def _authorization_ends(self, now: datetime) -> None:
        self.authorization, self.authorization_since = "ended", now
        if self.named:
            self.named.held_until = None
        self._set_turn()

    def _unreachable(self, now: datetime) -> None:
        assert self.named
        self.named.is_blocked = True
        self._authorization_ends(now)

    def _close(self, now: datetime) -> None:
        if self.phase in {"pending", "setup"}:
            self.phase = "closed"
            self.fate.closed_at.append((now, None))
            self._set_turn()

    # The requester's turn

    def _set_turn(self) -> None:
        """The latest event that made it the requester's turn and is still open starts the clock."""
        since = self._waiting_since()
        if since is None:
            self.turn = self.turn_since = None
        elif since != self.turn_since or (self.phase == "setup") != self._turn_is_setup:
            lives = rules.SETUP_LIVES if self.phase == "setup" else rules.TURN_LIVES
            self._turn_is_setup = self.phase == "setup"
            # Back at an event whose clock ran before: what it reminded of is not said again.
            handled = self._reminded_of.get(since, 0)
            self.turn = self._turn_from(since, rules.end_of_day(lives, after=since), handled)
            self.turn_since = since

    def _turn_from(self, since: datetime, ends_at: datetime, handled: int) -> Reminders:
        days = rules.SETUP_DAYS if self.phase == "setup" else rules.TURN_DAYS
        return Reminders(tuple(rules.nine_on_day(day, after=since) for day in days), ends_at, handled)

    def _waiting_since(self) -> datetime | None:
        if self.phase == "setup":
            return self.setup_since
        if self.phase != "pending":
            return None
        waits = []
        if self.authorization == "ended":
            waits.append(self.authorization_since)
        if self.domain == "asked":
            waits.append(self.domain_since)
        return max(waits, default=None)
