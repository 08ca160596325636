"""Seams every test shares: a mailbox of its own, a broker in memory, nothing left open."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from hypothesis import HealthCheck
from hypothesis import settings as property_settings
from pytest_django.fixtures import Settings

from notifications import delivery, mailbox, nudging, wire
from notifications.emails.letter import Route
from project.celery import app
from tests.upgrades import released

# A busy machine is nobody's fault: what a property takes says nothing about whether it holds.
property_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("patient")

# No test may nudge the workers of a demonstration that runs beside it; tests/faults start a broker of their own.
app.conf.update(broker_url="memory://", broker_transport_options={})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only PostgreSQL can show while the tests run on SQLite: `make test` runs both.

    Leave out, too, what takes the last release from a history that does not hold it."""
    without = set() if connection.vendor == "postgresql" else {"postgres"}
    if any(item.get_closest_marker("release") for item in items) and not released.is_here():
        without.add("release")
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in without)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """Hash as always, at the least price that Argon2 has: what it costs a thief is nothing that tests look at."""
    with pytest.MonkeyPatch.context() as patch:
        for price in ("time_cost", "parallelism"):
            patch.setattr(Argon2PasswordHasher, price, 1)
        patch.setattr(Argon2PasswordHasher, "memory_cost", 8)
        yield


@pytest.fixture(autouse=True)
def _own_post_office(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.EMAIL_BACKEND = "notifications.mailbox.Backend"
    settings.MAILBOX_DIR = tmp_path / "mail"
    # Registration and reset wait before they answer; what they answer does not depend on it.
    settings.EVEN_ANSWER_SECONDS = 0
    nudging.forget()
    yield
    nudging.forget()
    wire.hang_up_all()


@pytest.fixture(scope="session", autouse=True)
def _flush_empties_append_only_tables() -> Iterator[None]:
    """Between transactional tests SQLite deletes row by row, which the triggers refuse; PostgreSQL truncates."""
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def flush_without_triggers(self: Any, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, statements)
            for _, statement in triggers:
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture
def deliver() -> Callable[..., list[mailbox.KeptLetter]]:
    """Send everything that is due; returns the letters in the mailbox, newest first, `to` one reader."""

    def deliver_and_read(to: str = "") -> list[mailbox.KeptLetter]:
        for route in Route:
            while delivery.drain(route):
                pass
        return mailbox.letters(to=to)

    return deliver_and_read
