"""The people of the journeys, the moment at which they begin, and the clock that can be moved on."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from people import second_factor
from requests_app.services import expiring, reminding
from tests import make
from tests.journeys.browsing import Deliver, Visitor

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Meet = Callable[[str], Visitor]


class Clock:
    """Time goes on only when a journey says so; then the clock's own work is done.

    A journey begins today: the database, which dates the letters, has a clock of its own."""

    def __init__(self, moving: time_machine.Traveller, *, now: datetime) -> None:
        self._moving = moving
        self.now = now

    def goes_on(self, **span: float) -> None:
        """Let time pass, given as of `timedelta`; reminders leave and waits end as they fall due."""
        self.now += timedelta(**span)
        self._moving.move_to(self.now)
        reminding.remind(now=self.now)
        expiring.expire(now=self.now)


@pytest.fixture(autouse=True)
def _no_waiting(settings: Settings) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


@pytest.fixture(autouse=True)
def clock() -> Iterator[Clock]:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False) as moving:
        yield Clock(moving, now=now)


@pytest.fixture
def stranger(db: None, deliver: Deliver) -> Meet:
    """Meet somebody who has no account: a browser, and the mailbox of an address."""
    return lambda address: Visitor(address, deliver)


@pytest.fixture
def meet(stranger: Meet, clock: Clock) -> Meet:
    """Meet somebody who registered a while ago, and is not signed in."""

    def known(address: str) -> Visitor:
        name = " ".join(word.capitalize() for word in address.partition("@")[0].split("."))
        make.person(address, name=name, created_at=clock.now - timedelta(days=30))
        return stranger(address)

    return known


@pytest.fixture
def rosa(stranger: Meet, clock: Clock) -> Visitor:
    """The reviewer at her desk: she signed in with her password and her second factor."""
    person = make.reviewer()
    second_factor.enrol(person, secret=SECRET)
    visitor = stranger(person.email)
    visitor.open("/review/").is_at("Sign in")
    visitor.type("E-mail address", person.email).type("Password", make.PASSWORD).press("Sign in")
    visitor.is_at("Enter your second factor")
    visitor.type("Code", second_factor.current_code(person)).press("Sign in").is_at("Review")
    return visitor
