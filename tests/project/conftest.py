"""What the tests that walk every URL share: one of everything, at the moment of the reference example."""

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django.fixtures import Settings

from tests.make import NOW
from tests.project import world as worlds
from tests.project.world import World


@pytest.fixture
def world(db: None, settings: Settings) -> Iterator[World]:
    """One of everything. Even answers cost a quarter of a second each, which only their own test needs."""
    settings.EVEN_ANSWER_SECONDS = 0.0
    with time_machine.travel(NOW, tick=False):
        yield worlds.build()
