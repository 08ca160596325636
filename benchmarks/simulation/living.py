"""Let the days pass with everybody acting: the product's own work by the engine of `manage.py simulate`."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from benchmarks.simulation import server as mail
from benchmarks.simulation import weather as skies
from benchmarks.simulation.answering import Authorizer, take_back
from benchmarks.simulation.asking import arrivals
from benchmarks.simulation.reviewing import Staff
from benchmarks.simulation.server import Server, WorkerDied
from benchmarks.simulation.town import Town
from benchmarks.simulation.weather import Part, Weather
from notifications import delivery, telling, wire
from notifications.emails.letter import Route
from project.simulation import clock as clocks
from project.simulation import moments
from project.simulation.days import Days
from requests_app.domain.lifecycle import AuthorizationState, DomainState, RequestState
from requests_app.models import AuthorizationLink, HistoryLine, Nomination, SmartAccountRequest
from requests_app.services import retention
from tests import make


class Stormy(Days):
    """The product's own work as far as beat, workers and mail server are there."""

    def __init__(self, clock: clocks.Clock, weather: Weather, chance: random.Random) -> None:
        # The night's forgetting and the digest are tried elsewhere; here each would read everything every hour.
        super().__init__(clock, by_the_calendar={"retention": retention.run})
        self.weather = weather
        self.chance = chance

    def beat_runs(self, at: datetime) -> bool:
        return self.weather.is_up(Part.BEAT, at) and self.workers_run(at)

    def workers_run(self, at: datetime) -> bool:
        return self.weather.is_up(Part.WORKERS, at)

    def next_change(self, after: datetime) -> datetime | None:
        return self.weather.next_change(after)

    def letters_may_leave(self, at: datetime) -> bool:
        # Nobody knocks at a door every two minutes for a day to find it closed: the outage's end is a change.
        return self.workers_run(at) and self.weather.is_up(Part.MAIL, at)

    def remind_and_expire(self) -> None:
        super().remind_and_expire()
        if self.weather.has_two_beats(self.clock.now()) or self.chance.random() < 0.2:
            super().remind_and_expire()

    def deliver(self) -> None:
        """What a sweep does for letters; its other work is for the monitoring."""
        self._unless_it_dies(_sweep)

    def nudged(self) -> None:
        """Send what an act just promised: its nudge woke the workers."""
        if self.workers_run(self.clock.now()):
            self._unless_it_dies(_drain)

    def perhaps_an_idle_pass(self) -> None:
        """Run the minute's passes though nothing is due: nobody may be reminded too early."""
        if self.chance.random() < 0.05 and self.beat_runs(self.clock.now()):
            self.remind_and_expire()

    def _unless_it_dies(self, work: Callable[[], None]) -> None:
        try:
            work()
        except WorkerDied:
            # The next worker process begins anew.
            wire.hang_up_all()
            work()


def _sweep() -> None:
    telling.tell(now=timezone.now())
    for route in Route:
        delivery.recover(route)
    _drain()


def _drain() -> None:
    """Send what is due, and what that promised; a route on which nothing waits is not asked."""
    while routes := _routes_with_letters():
        for route in routes:
            delivery.drain(route)
        if routes == _routes_with_letters():
            # They rest, or wait for somebody else.
            return


def _routes_with_letters() -> list[Route]:
    now = timezone.now()
    return [Route(route) for route, moment in moments.queued() if moment <= now]


@dataclass(frozen=True)
class Lived:
    """What a run left behind, for the oracle."""

    town: Town
    server: Server
    weather: Weather
    ends_at: datetime


class Living:
    """One town, one product, so many days."""

    def __init__(self, *, seed: int, requests: int, days: int, clock: clocks.Clock) -> None:
        self.start = clock.now()
        self.ends_at = self.start + timedelta(days=days)
        # Each its own dice, so that one more outage does not change what everybody does.
        self.weather = skies.draw(random.Random(f"{seed} weather"), start=self.start, days=days)
        self.server = Server(self.weather)
        mail.use(self.server)
        self.clock = clock
        self.days = Stormy(clock, self.weather, random.Random(f"{seed} beat"))
        self.town = Town(random.Random(f"{seed} people"), now=clock.now)
        self.town.reviewers = [make.reviewer(f"reviewer{number}@operator.example") for number in range(3)]
        self._requesters = arrivals(self.town, number=requests, start=self.start, days=days)
        self._read_up_to = 0
        self._looked: dict[uuid.UUID, tuple[object, ...]] = {}

    def live(self, *, tell: Callable[[datetime], None] = lambda now: None) -> Lived:
        while (at := self.town.next_at()) is not None and at < self.ends_at:
            self._pass_to(at)
            self.town.do_next()
            self.days.nudged()
            self.days.perhaps_an_idle_pass()
            self._look_around()
            tell(self.clock.now())
        self._pass_to(self.ends_at)
        return Lived(self.town, self.server, self.weather, self.ends_at)

    def _pass_to(self, moment: datetime) -> None:
        """Let the product do its work until then; people see what happened as soon as it did."""
        self.days.go_on(moment)
        self._look_around()

    def _look_around(self) -> None:
        """Everybody concerned by what happened since the last look sees it, and makes plans."""
        lines = HistoryLine.objects.filter(pk__gt=self._read_up_to).order_by("pk")
        concerned = {}
        for pk, request_id in lines.values_list("pk", "request_id"):
            self._read_up_to, concerned[request_id] = pk, True
        for request_id in concerned:
            self._look(SmartAccountRequest.objects.get(pk=request_id))

    def _look(self, request: SmartAccountRequest) -> None:
        town, staff = self.town, Staff(self.town, request.pk)
        if request.pk not in self._looked:
            self._plan_for_staff(staff)
        seen = self._looked.get(request.pk, ())
        if request.frozen_at or not request.is_open:
            if request.state == RequestState.REJECTED and seen != ("rejected", request.closed_at):
                self._looked[request.pk] = ("rejected", request.closed_at)
                if town.happens(0.25):
                    town.at(town.soon(5), staff.reopen)
            return
        named = Nomination.objects.filter(request=request).order_by("-number").first()
        link = AuthorizationLink.objects.filter(nomination=named, state="active").first() if named else None
        now_seen = (
            request.authorization,
            request.authorization_since,
            named.pk if named else None,
            link.pk if link else None,
            request.domain,
            request.domain_since,
            request.setup_entered_at,
        )
        self._looked[request.pk] = now_seen
        if now_seen == seen:
            return
        self._react(request, named, link, seen or (None,) * len(now_seen))

    def _plan_for_staff(self, staff: Staff) -> None:
        for likely, act in ((0.03, staff.freeze), (0.015, staff.revoke)):
            if self.town.happens(likely):
                self.town.at(self.town.soon(10), act)

    def _react(
        self,
        request: SmartAccountRequest,
        named: Nomination | None,
        link: AuthorizationLink | None,
        seen: tuple[object, ...],
    ) -> None:
        """Whoever's turn it newly is makes plans."""
        town, staff, requester = self.town, Staff(self.town, request.pk), self._requesters[request.pk]
        authorization_is_new = (
            request.authorization,
            request.authorization_since,
            named and named.pk,
        ) != seen[:3]
        if link is not None and link.pk != seen[3]:
            Authorizer(town, link).make_up_mind()
        elif authorization_is_new and request.state == RequestState.PENDING:
            if request.authorization == AuthorizationState.HELD and named:
                staff.look_at_held(named)
            elif request.authorization == AuthorizationState.AUTHORIZED and town.happens(0.03):
                town.at(town.soon(5), partial(take_back, town, request.pk))
            elif request.authorization not in {AuthorizationState.AUTHORIZED, AuthorizationState.PENDING}:
                requester.choose_another()
                if named and request.authorization == AuthorizationState.NOT_MEANT and town.happens(0.3):
                    town.at(town.soon(3), partial(staff.undo_not_meant, named.pk))
        if (request.domain, request.domain_since) != seen[4:6] and request.state == RequestState.PENDING:
            if request.domain == DomainState.PENDING:
                staff.review()
            elif request.domain == DomainState.CHANGE_ASKED:
                requester.answer_ask()
        if request.setup_entered_at and request.setup_entered_at != seen[6]:
            requester.set_up()
            if town.happens(0.04):
                town.at(town.soon(5), staff.reopen)
            if town.happens(0.04):
                town.at(town.soon(5), partial(take_back, town, request.pk))
