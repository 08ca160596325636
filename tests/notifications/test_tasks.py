"""Tasks, schedule, settings, heartbeat and the facts that judge the post office."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from celery.beat import ScheduleEntry
from django.core.management import call_command
from django.db import OperationalError
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import checks, clock, heartbeat, nudging, outbox, retention, shutdown, status, tasks, waits
from notifications.emails import KINDS, OperatorAlert, RequestSent
from notifications.emails.letter import Route
from notifications.emails.operator_alert import Alert
from notifications.mailbox import KeptLetter
from notifications.models import Attempt, DeliveryEvent, Heartbeat, OutgoingEmail, RouteState, State
from project.celery import app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
DANA = "dana@acme.example"


def post(key: str = "letter:1", about: str = "") -> None:
    outbox.post(RequestSent.sample(), to=DANA, key=key, about=about)


# Tasks


@pytest.mark.parametrize("task", [tasks.deliver_bulk, tasks.sweep_bulk])
def test_a_task_sends_what_is_due_on_its_route(
    task: Callable[[], None], deliver: Callable[[], list[KeptLetter]]
) -> None:
    post()
    task()
    task()
    assert OutgoingEmail.objects.get().state == State.SENT
    assert len(deliver()) == 1


def test_only_the_sweep_takes_over_letters_whose_worker_died() -> None:
    post()
    OutgoingEmail.objects.update(
        state=State.SENDING, leased_by="dead", lease_until=Now() - timedelta(seconds=1)
    )
    tasks.deliver_bulk()
    assert OutgoingEmail.objects.get().state == State.SENDING
    tasks.sweep_bulk()
    assert OutgoingEmail.objects.get().state == State.SENT


def test_a_worker_told_to_stop_begins_nothing() -> None:
    post()
    shutdown.tell()
    try:
        tasks.deliver_bulk()
    finally:
        shutdown.forget()
    assert OutgoingEmail.objects.get().state == State.QUEUED


def test_every_scheduled_task_names_a_queue_and_drops_runs_nobody_took() -> None:
    for name, entry in app.conf.beat_schedule.items():
        assert entry["options"]["queue"] in {route.value for route in Route}, name
        assert entry["options"]["expires"] > 0, name
        ScheduleEntry(name=name, app=app, **entry)


def test_a_worker_whose_clock_is_ahead_as_far_as_is_tolerated_takes_every_run() -> None:
    # Beat says by its own clock until when a run is worth while.
    for name, entry in app.conf.beat_schedule.items():
        assert timedelta(seconds=entry["options"]["expires"]) > clock.TOLERANCE, name


def test_urgent_is_swept_every_5_seconds_and_bulk_every_30() -> None:
    spans = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert (spans["sweep_urgent"], spans["sweep_bulk"]) == (5, 30)
    assert (
        spans["heartbeat"] == spans["requests_app.tasks.remind"] == spans["requests_app.tasks.expire"] == 60
    )


def test_our_tasks_are_registered_under_plain_names_and_keep_no_result() -> None:
    names = {"deliver_urgent", "deliver_bulk", "sweep_urgent", "sweep_bulk", "heartbeat"}
    assert names <= set(app.tasks)
    assert all(app.tasks[name].ignore_result for name in names)


# Settings


def test_the_settings_as_they_stand_pass_the_checks() -> None:
    assert checks.check_celery(None) == []
    assert checks.check_spans(None) == []


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("CELERY_TASK_SERIALIZER", "pickle", "E001"),
        ("CELERY_ACCEPT_CONTENT", ["json", "pickle"], "E001"),
        ("CELERY_RESULT_BACKEND", "redis://", "E001"),
        ("CELERY_WORKER_PREFETCH_MULTIPLIER", 4, "E001"),
        ("CELERY_BROKER_CONNECTION_MAX_RETRIES", 100, "E001"),
        ("CELERY_TASK_ACKS_LATE", True, "E002"),
        ("CELERY_TASK_REJECT_ON_WORKER_LOST", True, "E002"),
        ("CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT", 10, "E002"),
        ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 3600}, "E003"),
        ("CELERY_TASK_QUEUES", [], "E004"),
    ],
)
def test_a_setting_that_breaks_a_promise_is_refused(
    settings: Settings, name: str, value: object, code: str
) -> None:
    setattr(settings, name, value)
    assert {error.id for error in checks.check_celery(None)} == {f"notifications.{code}"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("NOTIFICATIONS_LEASE_SECONDS", {"urgent": 45, "bulk": 330}, "E005"),
        ("NOTIFICATIONS_DRAIN_SECONDS", 60, "E006"),
    ],
)
def test_a_lease_shorter_than_its_letter_is_refused(
    settings: Settings, name: str, value: object, code: str
) -> None:
    setattr(settings, name, value)
    assert f"notifications.{code}" in {error.id for error in checks.check_spans(None)}


# Clocks


@pytest.mark.parametrize(
    ("seconds", "agrees"), [(0, True), (55, True), (-55, True), (65, False), (-7200, False)]
)
def test_clocks_agree_within_a_minute(seconds: int, agrees: bool) -> None:
    assert clock.agrees(clock.database_now() + timedelta(seconds=seconds)) is agrees


@pytest.mark.parametrize("attempts", range(1, 12))
def test_waits_grow_to_four_hours_and_stay_within_a_fifth(attempts: int) -> None:
    expected = (*waits.LADDER, *[waits.LAST_STEP] * 10)[attempts - 1]
    for _ in range(20):
        assert expected * 0.8 <= waits.for_letter(attempts, is_code=False) <= expected * 1.2


def test_no_route_rests_longer_than_five_minutes_unless_its_provider_asks() -> None:
    assert max(waits.for_route(pauses, requested=None) for pauses in range(1, 50)) < timedelta(minutes=5)
    assert waits.for_route(1, requested=timedelta(minutes=10)) == timedelta(minutes=10)
    assert waits.for_route(1, requested=timedelta(days=1)) == waits.ROUTE_LONGEST_REQUESTED


# Heartbeat and facts


def test_before_the_first_heartbeat_each_queue_is_starting() -> None:
    assert status.facts(timezone.now()).problems == ("urgent: starting", "bulk: starting")


def test_with_both_heartbeats_and_nothing_late_there_is_no_problem() -> None:
    for route in Route:
        tasks.record_heartbeat(route.value)
    post()
    facts = status.facts(timezone.now() + timedelta(seconds=10))
    assert facts.problems == ()
    bulk = next(one for one in facts.routes if one.route is Route.BULK)
    assert (bulk.queued, bulk.sending, bulk.waiting) == (1, 0, 0)
    assert bulk.oldest_due is not None
    assert timedelta(seconds=9) < bulk.oldest_due < timedelta(seconds=60)


def test_an_old_heartbeat_a_late_letter_and_a_held_outbox_are_problems() -> None:
    now = timezone.now()
    for route in Route:
        heartbeat.beat(route, now=now)
    post()
    late = status.facts(now + timedelta(minutes=8))
    assert set(late.problems) == {"urgent: no heartbeat", "bulk: no heartbeat", "bulk: letters are late"}
    RouteState.objects.create(route="bulk", held_at=now)
    assert status.facts(now).problems == ("bulk: held by an operator",)


def test_one_queue_notices_that_the_other_fell_silent() -> None:
    now = timezone.now()
    heartbeat.beat(Route.BULK, now=now)
    for minutes in (1, 4, 5):
        heartbeat.beat(Route.URGENT, now=now + timedelta(minutes=minutes))
    assert OutgoingEmail.objects.filter(kind=OperatorAlert.kind).count() == 1
    assert Heartbeat.objects.count() == 2


@pytest.mark.parametrize("hours", [-2, 2])
@pytest.mark.fault(8)
def test_a_host_whose_clock_is_wrong_is_told_of_and_its_heartbeat_is_dated_by_the_database(
    hours: int,
) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        tasks.watch_clock()
        tasks.record_heartbeat("urgent")
    alert = OutgoingEmail.objects.get(kind=OperatorAlert.kind)
    assert alert.primitives["alert"] == Alert.CLOCKS_DIFFER
    assert abs(Heartbeat.objects.get().beat_at - timezone.now()) < timedelta(minutes=1)


def test_a_worker_starts_though_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("no route to host")

    monkeypatch.setattr(clock, "database_now", fail)
    tasks.watch_clock()
    assert not OutgoingEmail.objects.exists()


def test_the_facts_cost_the_same_however_many_letters_were_sent(
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for number in range(20):
        post(f"letter:{number}")
    tasks.deliver_bulk()
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        status.facts(timezone.now())


# Retention


def test_what_a_letter_said_is_forgotten_30_days_after_it_left() -> None:
    post("old")
    post("young")
    tasks.deliver_bulk()
    now = timezone.now()
    OutgoingEmail.objects.filter(key="old").update(sent_at=now - retention.BLANK_AFTER)
    assert retention.run(now=now) == 1
    assert retention.run(now=now) == 0
    assert OutgoingEmail.objects.get(key="old").primitives == {}
    assert OutgoingEmail.objects.get(key="young").primitives != {}


def test_a_closed_subject_keeps_its_letters_but_not_their_reader() -> None:
    post("sent", about="request-1")
    tasks.deliver_bulk()
    post("to do", about="request-1")
    post("other", about="request-2")
    assert retention.forget("request-1", now=timezone.now()) == 1
    assert retention.forget("request-1", now=timezone.now()) == 0
    readers = dict(OutgoingEmail.objects.values_list("key", "to"))
    assert readers["sent"].startswith("hash:")
    assert readers["to do"] == readers["other"] == DANA


def test_events_nobodys_letter_came_for_go_after_a_week() -> None:
    now = timezone.now()
    for name, days in (("old", 8), ("young", 6)):
        received = now - timedelta(days=days)
        DeliveryEvent.objects.create(
            fingerprint=name, provider="Test ESP", event="bounced", happened_at=received, received_at=received
        )
    retention.run(now=now)
    assert DeliveryEvent.objects.get().fingerprint == "young"


# By hand


def test_send_due_makes_one_pass_over_both_routes() -> None:
    post()
    outbox.post(KINDS["password_reset"].sample(), to=DANA, key="code")
    out = StringIO()
    call_command("send_due", stdout=out)
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {State.SENT}
    assert "Nothing more is due." in out.getvalue()
    assert Attempt.objects.count() == 2


def test_a_held_outbox_sends_nothing_until_it_is_released() -> None:
    call_command("hold_outbox", stdout=StringIO())
    post()
    call_command("send_due", stdout=StringIO())
    assert OutgoingEmail.objects.get().state == State.QUEUED
    call_command("hold_outbox", "--release", stdout=StringIO())
    call_command("send_due", stdout=StringIO())
    assert OutgoingEmail.objects.get().state == State.SENT


# The nudge


def test_a_nudge_reaches_the_broker_and_a_broken_one_is_not_tried_for_ten_seconds() -> None:
    assert nudging.nudge(Route.URGENT)
    nudging.forget()
    usual, app.conf.broker_url = app.conf.broker_url, "redis+socket:///nowhere/redis.sock"
    try:
        before = nudging.failed._value.get()
        assert not nudging.nudge(Route.URGENT)
        assert not nudging.nudge(Route.URGENT)
        assert nudging.failed._value.get() == before + 2
    finally:
        app.conf.broker_url = usual
    assert not nudging.nudge(Route.URGENT)
    nudging.forget()
    assert nudging.nudge(Route.URGENT)
