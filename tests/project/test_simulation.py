"""A simulation lives on a copy: it writes what will leave, sends nothing, and leaves the source as it was."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from celery.schedules import crontab
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import clock as clocks
from notifications import links, mailbox
from notifications.models import OutgoingEmail, RouteState
from project.simulation import clock, isolation, moments, scratch
from project.simulation.days import Days
from project.simulation.timeline import BEFORE, Left, Timeline
from requests_app.models import AuthorizationLink
from requests_app.services import drafting, forecasting, freezing
from tests import make
from tests.make import NOW
from tests.requests_app.services.moments import leave, on_day


def everything() -> list[tuple[str, ...]]:
    """Every row of every table, as the database has it."""
    found: list[tuple[str, ...]] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [(table, *map(str, row)) for row in cursor.fetchall()]
    return sorted(found)


@pytest.fixture
def simulated(db: None) -> Iterator[clock.Clock]:
    with clock.simulated(NOW) as one:
        yield one


def lived_through(simulated: clock.Clock, span: timedelta) -> list[tuple[datetime, str, str]]:
    """Let time pass; returns what left: when, the kind, the kind of reader."""
    left: list[Left] = []
    timeline = Timeline(began=NOW)
    Days(simulated, look=lambda: left.extend(timeline.read())).go_on(NOW + span)
    return [(letter.at.replace(microsecond=0), letter.kind, letter.reader) for letter in left]


@pytest.mark.django_db(transaction=True)
def test_the_command_lives_through_the_days_on_a_copy(tmp_path: Path, settings: Settings) -> None:
    start = clocks.database_now() + timedelta(minutes=1)
    make.reviewer()
    made = make.request(now=start)
    before, out, folder = everything(), StringIO(), tmp_path / "letters"
    words = ["--days", "4", "--from", start.isoformat(), "--folder", str(folder)]
    call_command("simulate", *words, stdout=out)

    printed = out.getvalue().splitlines()
    assert [line for line in printed if made.reference in line] == [
        f"{start:%Y-%m-%d %H:%M} UTC  nomination to the authorizer  {made.reference}  {BEFORE}",
        f"{start:%Y-%m-%d %H:%M} UTC  request_sent to the requester  {made.reference}  {BEFORE}",
        f"{on_day(3, after=start):%Y-%m-%d %H:%M} UTC  reminder to the authorizer  {made.reference}"
        "  the authorizer has not answered",
    ]
    left = [line for line in printed if " UTC  " in line]
    assert printed[-2:] == [f"Letters in 4 days: {len(left)}.", f"The letters are in {folder}."]
    assert everything() == before, "the source was written to"
    settings.MAILBOX_DIR = folder
    kept = mailbox.letters()
    assert len(kept) == len(left)
    assert {"nomination", "reminder", "request_sent"} <= {letter.kind for letter in kept}
    assert folder.stat().st_mode & 0o077 == 0
    # Whoever finds the letters has no link that opens anything.
    tokens = {token for letter in kept for token in re.findall(r"/a/([a-z2-7]{32})", letter.text)}
    assert tokens
    assert not AuthorizationLink.objects.filter(token_hash__in=map(links.hash_of, tokens)).exists()
    with pytest.raises(CommandError, match="not empty"):
        call_command("simulate", *words)


@pytest.mark.django_db
@pytest.mark.parametrize("days", ["-1", "367"])
def test_the_command_refuses_days_that_mean_nothing(days: str) -> None:
    with pytest.raises(CommandError, match="0 to 366"):
        call_command("simulate", "--days", days)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_user_who_may_make_no_database_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE clerk; GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk; SET ROLE clerk")
        parameters = connection.get_connection_params() | {"options": "-c role=clerk"}
        cursor.execute("RESET ROLE")
    try:
        monkeypatch.setattr(connection, "get_connection_params", lambda: parameters)
        with pytest.raises(scratch.NoCopy, match="CREATEDB"), scratch.copied():
            pass
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP OWNED BY clerk; DROP ROLE clerk")


def test_the_process_on_the_copy_knows_no_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    for name, value in (
        ("DATABASE_URL", "postgres://clerk:word@db.operator.example/app"),
        ("EMAIL_URL", "smtp+tls://clerk:word@mail.operator.example"),
        ("REDIS_URL", "redis://redis.operator.example"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://traces.operator.example"),
    ):
        monkeypatch.setenv(name, value)
    known = isolation.environment("sqlite:////tmp/copy", folder=tmp_path)
    assert not [name for name, value in known.items() if "operator.example" in value]
    for name in ("LINK_KEYS", "CODE_KEYS"):
        assert [part.partition(":")[0] for part in known[name].split(",")] == list(getattr(settings, name))
        assert not set(getattr(settings, name).values()) & {
            part.partition(":")[2] for part in known[name].split(",")
        }


@pytest.mark.django_db
def test_a_process_that_was_not_given_a_copy_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(isolation.NotIsolated):
        isolation.enforce(folder=tmp_path)
    for name, value in isolation.environment("sqlite:////tmp/copy", folder=tmp_path).items():
        monkeypatch.setenv(name, value)
    isolation.enforce(folder=tmp_path)
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.operator.example")
    with pytest.raises(isolation.NotIsolated):
        isolation.enforce(folder=tmp_path)


def test_both_clocks_stand_where_they_are_told_and_go_on_afterwards(simulated: clock.Clock) -> None:
    later = NOW + timedelta(days=40, seconds=5)
    simulated.move_to(later)
    assert timezone.now() == clocks.database_now() == later
    assert clocks.agrees(timezone.now())
    make.request(now=later)
    assert set(OutgoingEmail.objects.values_list("created_at", flat=True)) == {later}
    with pytest.raises(ValueError, match="does not go back"):
        simulated.move_to(NOW)


@pytest.mark.django_db
def test_the_clocks_are_the_real_ones_again_after_a_simulation() -> None:
    with clock.simulated(NOW - timedelta(days=400)):
        pass
    assert clocks.agrees(timezone.now())
    assert abs(timezone.now() - datetime.now(UTC)) < timedelta(minutes=1)
    make.request()
    assert min(OutgoingEmail.objects.values_list("created_at", flat=True)) > NOW - timedelta(days=399)


def test_what_happens_in_40_days_is_what_was_foretold(simulated: clock.Clock) -> None:
    """The forecast reads plans, the simulation lives through the days: they know nothing of each other."""
    make.request()
    make.request(make.person(), account_domain="hooli.example", account_name="Held")
    make.in_setup(requester=make.person(), account_domain="initech.acme-robotics.example")
    frozen = make.request(make.person(), account_domain="globex.acme-robotics.example")
    freezing.freeze(frozen.pk, by=make.reviewer("second@operator.example"), reason="A look", now=NOW)
    leave(NOW)
    drafting.begin(make.person(), now=NOW - timedelta(days=70))
    foretold = [
        (item.at, item.letter.kind, item.letter.reader) for item in forecasting.forecast(days=40, now=NOW)
    ]
    lived = lived_through(simulated, timedelta(days=40))

    def of_requests(letters: list[tuple[datetime, str, str]]) -> list[Any]:
        return sorted(letter for letter in letters if letter[1] != "reviewer_digest")

    def days_of_digests(letters: list[tuple[datetime, str, str]]) -> set[date]:
        return {at.date() for at, kind, _ in letters if kind == "reviewer_digest"}

    assert of_requests(lived) == of_requests(foretold)
    assert len(of_requests(lived)) >= 12
    assert days_of_digests(lived) <= days_of_digests(foretold)


def test_a_letter_that_failed_leaves_when_its_route_is_well_again(simulated: clock.Clock) -> None:
    make.reviewer()
    make.request()
    RouteState.objects.create(
        route="urgent", sick_since=NOW, paused_until=NOW + timedelta(minutes=7, seconds=1), pauses=1
    )
    left = {kind: at - NOW for at, kind, _ in lived_through(simulated, timedelta(minutes=50))}
    assert left == {
        "request_sent": timedelta(seconds=5),
        # The first sweep after the rest.
        "nomination": timedelta(minutes=7, seconds=5),
    }


def test_a_letter_shortly_before_does_not_keep_the_morning_waiting(simulated: clock.Clock) -> None:
    make.reviewer()
    make.request()
    before = timedelta(seconds=38)
    OutgoingEmail.objects.filter(kind="request_sent").update(due_at=on_day(3) - before)
    lived = lived_through(simulated, on_day(3) + timedelta(minutes=5) - NOW)
    assert [(at, kind) for at, kind, _ in lived if kind in {"request_sent", "reminder"}] == [
        (on_day(3) - timedelta(seconds=35), "request_sent"),
        (on_day(3), "reminder"),
    ]


@pytest.mark.django_db
def test_what_is_frozen_over_or_warned_of_already_is_no_moment_to_wait_for() -> None:
    made = make.request()
    leave(NOW)
    assert moments.next_pass() is not None
    freezing.freeze(made.pk, by=make.reviewer(), reason="A look", now=NOW)
    assert moments.next_pass() is None
    draft = drafting.begin(make.person(), now=NOW)
    assert moments.next_pass() == draft.warn_at
    draft.warned_at = NOW
    draft.save()
    assert moments.next_pass() == draft.expires_at


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (crontab(minute="0", day_of_week="mon-fri"), datetime(2026, 11, 27, 23, tzinfo=UTC)),
        (crontab(minute="17", hour="2"), datetime(2026, 11, 28, 2, 17, tzinfo=UTC)),
        (crontab(minute="0", hour="9", day_of_week="mon-fri"), datetime(2026, 11, 30, 9, tzinfo=UTC)),
    ],
)
def test_the_calendar_is_read_as_beat_reads_it(schedule: crontab, expected: datetime) -> None:
    # A Friday evening.
    assert moments.next_of(schedule, after=datetime(2026, 11, 27, 22, 0, tzinfo=UTC)) == expected


def test_a_moment_waits_for_what_runs_so_often() -> None:
    assert moments.up(NOW, to=timedelta(minutes=1)) == NOW
    assert moments.up(NOW + timedelta(seconds=1), to=timedelta(minutes=1)) == NOW + timedelta(minutes=1)
