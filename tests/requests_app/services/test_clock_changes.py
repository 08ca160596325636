"""A server in Europe/Berlin over the nights in which its clock is changed: what people were told in UTC holds."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from notifications import rendering
from notifications.emails import from_primitives
from requests_app.models.nomination import Answer
from requests_app.services import authorization, expiring, reminding
from tests import make
from tests.requests_app.services.moments import leave, on_day

pytestmark = [pytest.mark.django_db, pytest.mark.fault(8)]
BERLIN = ZoneInfo("Europe/Berlin")
# At 01:00 UTC of these days the clock was put on, or back, by an hour.
CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]


def half_hours(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every half hour of a span, as a server in Berlin reads it from its clock."""
    moment = start
    while moment <= end:
        yield moment.astimezone(BERLIN)
        moment += timedelta(minutes=30)


def pass_by(start: datetime, end: datetime) -> list[datetime]:
    """Run the clock's passes at the server's own time every half hour; returns when a reminder was promised."""
    promised = []
    for moment in half_hours(start, end):
        # With a zone of its own the process lives there: what it reads without one is local time.
        with time_machine.travel(moment, tick=False):
            assert datetime.now().astimezone().utcoffset() == moment.utcoffset()
            if reminding.remind(now=timezone.now()):
                promised.append(timezone.now())
                leave(timezone.now())
            expiring.expire(now=timezone.now())
    return promised


@pytest.mark.parametrize("change", CHANGES, ids=["summer", "winter"])
def test_the_change_of_the_clock_moves_no_reminder_and_doubles_none(change: datetime) -> None:
    submitted = change - timedelta(days=12)
    make.request(now=submitted)
    leave(submitted)
    for day in (3, 7):
        reminding.remind(now=on_day(day, after=submitted))
        leave(on_day(day, after=submitted))
    assert pass_by(change - timedelta(days=1), change + timedelta(days=1)) == [change.replace(hour=9)]


@pytest.mark.parametrize("change", CHANGES, ids=["summer", "winter"])
@pytest.mark.parametrize("days", [13, 14, 15])
def test_a_link_ends_at_the_utc_minute_its_letter_says(change: datetime, days: int) -> None:
    submitted = change - timedelta(days=days)
    made = make.request(now=submitted)
    leave(submitted)
    said = rendering.render(from_primitives("nomination", make.posted("nomination")[0].primitives)).text
    last = (submitted + timedelta(days=14)).replace(hour=23, minute=59)
    day = f"{last:%A} {last.day} {last:%B %Y}"
    assert f"answer by {day}. After 23:59 UTC that day the link stops working" in " ".join(said.split())

    link = make.link_of(made)
    pass_by(last - timedelta(hours=3), last - timedelta(minutes=59))
    with time_machine.travel(last.astimezone(BERLIN) + timedelta(seconds=59), tick=False):
        expiring.expire(now=timezone.now())
        authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=timezone.now())
    with time_machine.travel(last.astimezone(BERLIN) + timedelta(seconds=60), tick=False):
        assert expiring.expire(now=timezone.now()) == 1
        with pytest.raises(authorization.LinkDead):
            authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=timezone.now())
    assert len(make.posted("choose_authorizer")) == 1
