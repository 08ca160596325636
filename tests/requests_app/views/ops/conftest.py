"""Somebody of operations, at the moment of the reference example."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from people.models import Person
from tests import make
from tests.make import NOW


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def otto() -> Person:
    return make.person("otto@operator.example", name="Otto Ops", is_staff=True, is_ops=True)


@pytest.fixture
def office(otto: Person, sit_down: Callable[..., Client]) -> Client:
    """The browser of somebody who showed the second factor again just now."""
    return sit_down(otto, proven=True)
