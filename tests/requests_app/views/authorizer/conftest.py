"""Every test of these pages stands at the hour of the reference example; a test moves the clock itself."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.make import NOW


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
