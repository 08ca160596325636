"""Many look-ups at once. On PostgreSQL alone: SQLite's transactions come one after the other anyway."""

import pytest

from requests_app.wizard import lookups
from tests.make import NOW
from tests.requests_app.services.test_authorization_races import WON, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_look_ups_sent_at_once_are_counted_one_by_one() -> None:
    for _ in range(lookups.PER_MINUTE - 5):
        lookups.count(1, now=NOW)

    outcomes = at_once(*[lambda: lookups.count(1, now=NOW)] * 20)

    assert outcomes == ["Exhausted"] * 15 + [WON] * 5
