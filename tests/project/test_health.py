"""What the probes and the figures say, and who may read them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory

from notifications.models import Heartbeat, OutgoingEmail
from people.models import Person
from project import figures, health

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


@pytest.fixture
def redis_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis lies outside of the process and is answered for here; the faults run a real one."""
    monkeypatch.setattr(health, "_redis", lambda: "ok")


def beat(*, urgent: float, bulk: float) -> None:
    for queue, seconds in (("urgent", urgent), ("bulk", bulk)):
        Heartbeat.objects.create(queue=queue, beat_at=NOW - timedelta(seconds=seconds))


def letter(*, due_at: datetime | None = None, state: str = "queued") -> None:
    row = OutgoingEmail.objects.create(
        kind="nomination",
        route="urgent",
        primitives={},
        to="a@b.example",
        key=f"k{due_at}",
        due_at=due_at,
        state=state,
    )
    OutgoingEmail.objects.filter(pk=row.pk).update(created_at=NOW - timedelta(days=1))


def test_healthz_touches_nothing(client: Client) -> None:
    # Without the django_db mark any query would fail.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probes_ask_by_address_whatever_the_hosts_are_called(
    client: Client, path: str, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["accounts.operator.example"]
    assert client.get(path, HTTP_HOST="10.1.2.3:8000").status_code in {200, 503}
    assert client.get("/", HTTP_HOST="10.1.2.3:8000").status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_for_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_answers")
def test_it_is_starting_before_the_first_heartbeat() -> None:
    assert health.readiness(now=NOW)["status"] == "starting"
    Heartbeat.objects.create(queue="urgent", beat_at=NOW)
    assert health.readiness(now=NOW)["status"] == "starting"


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_answers")
def test_it_is_ready_with_a_fresh_heartbeat_of_each_queue() -> None:
    beat(urgent=10, bulk=179)
    letter(due_at=NOW + timedelta(days=2))
    letter(due_at=NOW - timedelta(days=2), state="cancelled")
    assert health.readiness(now=NOW) == {
        "status": "ready",
        "database": "ok",
        "redis": "ok",
        "heartbeat_age": {"urgent": 10.0, "bulk": 179.0},
        "oldest_due_letter_age": {"urgent": None, "bulk": None},
        "problems": [],
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_answers")
@pytest.mark.parametrize(("urgent", "bulk"), [(181, 1), (1, 181)])
def test_it_fails_three_minutes_after_a_queues_last_heartbeat(urgent: float, bulk: float) -> None:
    beat(urgent=urgent, bulk=bulk)
    assert health.readiness(now=NOW)["status"] == "failing"


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_answers")
def test_it_fails_when_a_due_letter_waits_too_long() -> None:
    beat(urgent=1, bulk=1)
    letter(due_at=NOW - timedelta(minutes=16))
    facts = health.readiness(now=NOW)
    assert (facts["status"], facts["oldest_due_letter_age"]["urgent"]) == ("failing", 960.0)


@pytest.mark.django_db
def test_it_fails_without_redis_and_says_so_quickly(settings: Any, tmp_path: Any) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    beat(urgent=1, bulk=1)
    facts = health.readiness(now=NOW)
    assert (facts["status"], facts["redis"]) == ("failing", "ConnectionError")


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_answers")
def test_it_fails_with_a_database_that_lacks_a_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_heartbeat RENAME TO elsewhere")
    facts = health.readiness(now=NOW)
    assert (facts["status"], facts["database"]) in {
        ("failing", "OperationalError"),
        ("failing", "ProgrammingError"),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_answers")
def test_the_answer_is_503_until_it_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "starting")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_figures_are_not_for_strangers(client: Client) -> None:
    assert client.get("/metrics").status_code == 302
    client.force_login(Person.objects.create_user("dana@acme.example", full_name="Dana"))
    assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
def test_staff_without_a_second_factor_see_no_figures(client: Client) -> None:
    client.force_login(Person.objects.create_user("otto@operator.example", full_name="Otto", is_staff=True))
    assert client.get("/metrics").status_code in {302, 404}


@pytest.mark.django_db
def test_a_named_network_reads_the_figures(client: Client, settings: Any) -> None:
    settings.METRICS_ALLOW = ["10.1.0.0/16"]
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 302
    response = client.get("/metrics", REMOTE_ADDR="10.1.2.3")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")


@pytest.mark.django_db
def test_a_forwarded_address_does_not_open_the_figures(client: Client, settings: Any) -> None:
    settings.METRICS_ALLOW = ["10.1.0.0/16"]
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="10.1.2.3").status_code == 302


@pytest.mark.django_db
def test_the_figures_name_ages_and_counts() -> None:
    beat(urgent=10, bulk=20)
    letter(due_at=NOW - timedelta(seconds=33))
    body, _ = figures.text(now=NOW)
    lines = body.decode().splitlines()
    assert 'smart_accounts_heartbeat_age_seconds{route="bulk"} 20.0' in lines
    assert 'smart_accounts_oldest_due_letter_age_seconds{route="urgent"} 33.0' in lines
    assert 'smart_accounts_letters_queued{route="urgent"} 1.0' in lines


@pytest.mark.django_db
def test_a_workers_health_is_its_own_queues_heartbeat() -> None:
    now = datetime.now(UTC)
    Heartbeat.objects.create(queue="urgent", beat_at=now)
    Heartbeat.objects.create(queue="bulk", beat_at=now - timedelta(minutes=4))
    call_command("check_heartbeat", "urgent", verbosity=0)
    call_command("check_heartbeat", verbosity=0)
    with pytest.raises(CommandError, match="No heartbeat"):
        call_command("check_heartbeat", "bulk", verbosity=0)


def test_the_probe_is_answered_before_any_other_middleware_looks_at_the_host() -> None:
    probes = health.Probes(lambda request: pytest.fail("passed on"))
    assert probes(RequestFactory().get("/healthz", HTTP_HOST="anything")).status_code == 200
