"""A reviewer at the desk, at the moment of the reference example."""

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
def rita() -> Person:
    return make.person("rita@operator.example", name="Rita Stone", is_staff=True, is_reviewer=True)


@pytest.fixture
def desk(rita: Person, sit_down: Callable[[Person], Client]) -> Client:
    """The browser of a reviewer."""
    return sit_down(rita)
