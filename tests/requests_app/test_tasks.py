"""The tasks read the clock, distrust it, and do the same whether they run once or often."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured

from notifications import clock
from project.celery import app
from requests_app import tasks
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from tests import make
from tests.requests_app.services.moments import leave

# A task gives old connections back before it works, which a test's own transaction would not survive.
pytestmark = pytest.mark.django_db(transaction=True)

RUN = [tasks.remind, tasks.expire, tasks.digest]


def due_for_everything() -> SmartAccountRequest:
    """A request whose turn began a month ago by the database's own clock, and another one that waits."""
    long_ago = clock.database_now() - timedelta(days=40)
    waits = clock.database_now() - timedelta(days=4)
    made = make.answered(make.request(now=long_ago), Answer.DECLINE, now=long_ago)
    make.request(
        make.person("kim@acme-robotics.example"), authorizer_address="sam@acme-robotics.example", now=waits
    )
    make.reviewer()
    leave(waits)
    return made


def promised(kind: str) -> int:
    return len(make.posted(kind))


def test_each_does_its_work_at_the_present_moment() -> None:
    made = due_for_everything()
    tasks.remind()
    tasks.expire()
    assert promised("reminder") == 1
    assert SmartAccountRequest.objects.get(pk=made.pk).state == "expired"


def test_running_twice_changes_nothing() -> None:
    due_for_everything()
    for run in (*RUN, *RUN):
        run()
    assert (promised("reminder"), promised("expired")) == (1, 1)
    assert promised("reviewer_digest") <= 1


@pytest.mark.parametrize("task", RUN, ids=lambda task: task.name)
@pytest.mark.parametrize("wrong_by", [timedelta(minutes=2), timedelta(hours=-2)], ids=str)
@pytest.mark.fault(8)
def test_on_a_host_whose_clock_is_wrong_nothing_happens_but_an_alert(
    task: Callable[[], None], wrong_by: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    made = due_for_everything()
    before = len(make.posted())
    with time_machine.travel(clock.database_now() + wrong_by):
        task()
        task()
    assert [row.kind for row in make.posted()][before:] == ["operator_alert"]
    assert make.posted("operator_alert")[0].primitives["alert"] == "clocks_differ"
    assert SmartAccountRequest.objects.get(pk=made.pk).state == "pending"
    assert any(line.levelname == "ERROR" for line in caplog.records)


def test_a_clock_half_a_minute_off_is_right_enough() -> None:
    due_for_everything()
    with time_machine.travel(clock.database_now() + timedelta(seconds=30)):
        tasks.remind()
    assert promised("reminder") == 1


@pytest.mark.parametrize("task", RUN, ids=lambda task: task.name)
def test_each_takes_nothing_leaves_nothing_and_is_in_the_schedule(task: object) -> None:
    name = task.name  # type: ignore[attr-defined]
    entries = [entry for entry in configured.CELERY_BEAT_SCHEDULE.values() if entry["task"] == name]
    assert app.tasks[name].ignore_result
    assert len(entries) == 1
    assert entries[0]["args"] == ()
