from collections.abc import Iterator

import pytest
import time_machine

from tests import make
from tests.requests_app.wizard.browsing import Walk


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """Let every page of the wizard be shown at one moment."""
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def walk(db: None) -> Walk:
    """Dana, who has named Priya."""
    return Walk()
