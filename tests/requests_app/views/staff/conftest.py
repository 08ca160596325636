"""A reviewer at the desk, at the moment of the reference example."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from people import second_factor
from people.models import Person
from tests import make
from tests.make import NOW

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sit_down() -> Callable[[Person], Client]:
    """Give a person a browser in which a second factor was shown; tests of the staff door sign in by its form."""

    def browser_of(person: Person) -> Client:
        second_factor.enrol(person, secret=SECRET)
        browser = Client()
        browser.force_login(person)
        session = browser.session
        session["signed_in_at"] = NOW.isoformat()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": NOW.timestamp()}]
        session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
        session.save()
        return browser

    return browser_of


@pytest.fixture
def rita() -> Person:
    return make.person("rita@operator.example", name="Rita Stone", is_staff=True, is_reviewer=True)


@pytest.fixture
def desk(rita: Person, sit_down: Callable[[Person], Client]) -> Client:
    """The browser of a reviewer."""
    return sit_down(rita)
