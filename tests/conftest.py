"""Seams every test shares: a mailbox of its own, a broker in memory, nothing left open."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from notifications import delivery, mailbox, nudging, wire
from notifications.emails.letter import Route
from project.celery import app

# No test may nudge the workers of a demonstration that runs beside it; tests/faults start a broker of their own.
app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture(autouse=True)
def _own_post_office(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.EMAIL_BACKEND = "notifications.mailbox.Backend"
    settings.MAILBOX_DIR = tmp_path / "mail"
    nudging.forget()
    yield
    nudging.forget()
    wire.hang_up_all()


@pytest.fixture
def deliver() -> Callable[..., list[mailbox.KeptLetter]]:
    """Send everything that is due; returns the letters in the mailbox, newest first, `to` one reader."""

    def deliver_and_read(to: str = "") -> list[mailbox.KeptLetter]:
        for route in Route:
            while delivery.drain(route):
                pass
        return mailbox.letters(to=to)

    return deliver_and_read
