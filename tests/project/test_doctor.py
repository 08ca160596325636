"""The doctor names what is wrong and what to do, and ends non-zero exactly when somebody has to act."""

import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from notifications.models import Heartbeat, OutgoingEmail, RouteState
from project.checkup import broker, database, keys, machine, mail_server, post_office, site
from project.checkup.finding import Finding, Verdict
from project.management.commands import doctor
from tests import make
from tests.faults.smtp_server import SmtpServer

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
INFO = {"maxmemory_policy": "noeviction", "aof_enabled": 1, "maxmemory": 0, "used_memory": 9}


class Space(NamedTuple):
    total: int
    used: int
    free: int


def said(findings: Any) -> dict[str, Finding]:
    return {one.name: one for one in findings}


def test_one_bad_finding_ends_it_non_zero_and_notes_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Finding.ok("disk"), Finding.note("dmarc", "only watches")]
    monkeypatch.setattr(doctor, "findings", lambda **_: iter(found))
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert out.getvalue().splitlines() == ["disk           ok", "dmarc          note  only watches"]
    found.append(Finding.bad("redis", "does not answer"))
    with pytest.raises(CommandError, match="1 of these needs attention"):
        call_command("doctor", stdout=out)
    assert "redis          BAD   does not answer" in out.getvalue()


@pytest.mark.django_db
def test_everything_is_looked_at(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    settings.FLOWER_URL = f"unix://{tmp_path}/nobody.sock"
    found = said(doctor.findings(with_dns=True, now=datetime.now(UTC)))
    assert set(found) == {
        *("settings", "disk", "database", "migrations", "cache table", "clock", "link keys", "evidence keys"),
        *("worker urgent", "worker bulk", "beat", "mail urgent", "mail bulk", "dead letters"),
        *("redis", "mail server", "dashboard", "site"),
    }
    bad = {name for name, one in found.items() if one.verdict is Verdict.BAD}
    assert bad == {"worker urgent", "worker bulk", "beat", "redis", "dashboard"}


@pytest.mark.django_db
def test_a_key_that_is_missing_or_another_than_it_was_is_told(settings: Any) -> None:
    make.in_setup()
    make.request(account_domain="other.acme-robotics.example", authorizer_address="pat@acme-robotics.example")
    right = dict(settings.LINK_KEYS), dict(settings.EVIDENCE_KEYS)
    (key_id,) = right[0]
    new = {"k9": "9" * 40}
    assert all(f"{key_id} named by" in one.words for one in keys.check())
    for link_keys, evidence_keys, words in (
        ({**new, **right[0]}, {**new, **right[1]}, "named by"),
        (new, new, f"KEYS lacks {key_id}"),
        ({key_id: "8" * 40}, {key_id: "8" * 40}, "is not what it was"),
    ):
        settings.LINK_KEYS, settings.EVIDENCE_KEYS = link_keys, evidence_keys
        assert all(words in one.words for one in keys.check()), words


@pytest.mark.django_db
def test_a_silent_worker_and_a_silent_beat_are_told_apart() -> None:
    Heartbeat.objects.create(queue="urgent", beat_at=NOW - timedelta(minutes=9))
    Heartbeat.objects.create(queue="bulk", beat_at=NOW - timedelta(seconds=20))
    found = said(post_office.check(now=NOW))
    assert "last heard 9 min ago" in found["worker urgent"].words
    assert {found["worker bulk"].verdict, found["beat"].verdict} == {Verdict.OK}
    found = said(post_office.check(now=NOW + timedelta(minutes=5)))
    assert "is beat running" in found["beat"].words


@pytest.mark.django_db
def test_late_dead_held_and_refused_letters_are_told() -> None:
    row: dict[str, Any] = {"kind": "nomination", "route": "urgent", "primitives": {}, "to": "a@b.example"}
    OutgoingEmail.objects.create(key="late", due_at=NOW - timedelta(minutes=30), **row)
    OutgoingEmail.objects.create(key="dead", state="dead", **row)
    found = said(post_office.check(now=NOW))
    assert "waits for 30 min" in found["mail urgent"].words
    assert "1 given up" in found["dead letters"].words
    RouteState.objects.create(route="urgent", sick_since=NOW, error_text="connect ConnectionRefusedError")
    RouteState.objects.create(route="bulk", held_at=NOW)
    found = said(post_office.check(now=NOW))
    assert "ConnectionRefusedError" in found["mail urgent"].words
    assert "release it on /ops/" in found["mail bulk"].words


def test_a_redis_that_throws_things_away_is_told() -> None:
    for change, verdict, words in (
        ({}, Verdict.OK, ""),
        ({"maxmemory_policy": "allkeys-lru"}, Verdict.BAD, "evicts by allkeys-lru"),
        ({"maxmemory": 100, "used_memory": 95}, Verdict.BAD, "95%"),
        ({"aof_enabled": 0}, Verdict.NOTE, "appendonly is off"),
    ):
        one = broker.judge({**INFO, **change})
        assert (one.verdict, words in one.words) == (verdict, True), one


@pytest.mark.django_db
def test_a_clock_that_differs_from_the_databases_is_told() -> None:
    assert machine.check_clock(now=datetime.now(UTC)).verdict is Verdict.OK
    ahead = machine.check_clock(now=datetime.now(UTC) + timedelta(hours=2))
    assert (ahead.verdict, "ahead of the database's" in ahead.words) == (Verdict.BAD, True)


def test_a_full_disk_is_told_also_before_its_folder_exists(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert machine.check_disk(tmp_path / "not" / "made").name == "disk"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Space(100 * 10**9, 98 * 10**9, 2 * 10**9))
    one = machine.check_disk(tmp_path)
    assert (one.verdict, "only 2.0 of 100.0 GB free" in one.words) == (Verdict.BAD, True)


@override_settings(CELERY_TASK_SERIALIZER="pickle")
def test_what_a_system_check_finds_is_told() -> None:
    one = machine.check_settings()
    assert (one.verdict, "CELERY_TASK_SERIALIZER" in one.words) == (Verdict.BAD, True)


@pytest.mark.django_db
def test_a_missing_migration_and_a_missing_cache_table_are_told(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    class Behind:
        def __init__(self, _: object) -> None:
            self.loader = self.graph = self

        def leaf_nodes(self) -> list[object]:
            return []

        def migration_plan(self, _: object) -> list[object]:
            return [1, 2]

    monkeypatch.setattr(database, "MigrationExecutor", Behind)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "elsewhere"}}
    assert "2 to apply: run manage.py prepare" in database.check_migrations().words
    assert database.check_cache_table().verdict is Verdict.BAD


def test_the_mail_server_is_greeted_and_no_letter_is_sent(settings: Any) -> None:
    settings.EMAIL_URL, settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = "smtp://127.0.0.1", False, False
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER = "127.0.0.1", ""
    with SmtpServer() as server:
        settings.EMAIL_PORT = server.port
        assert mail_server.check(now=NOW).line() == "mail server    ok    greets, on this machine"
        settings.EMAIL_USE_TLS = True
        assert "STARTTLS" in mail_server.check(now=NOW).words
        settings.EMAIL_USE_TLS = False
        server.order("connect", "421 4.3.2 not now")
        assert "does not answer: (421" in mail_server.check(now=NOW).words
        assert server.arrived == []
    assert "Connection refused" in mail_server.check(now=NOW).words


def test_a_certificate_about_to_end_is_told() -> None:
    for days, verdict in ((13, Verdict.BAD), (60, Verdict.OK)):
        ends = (NOW + timedelta(days=days, hours=1)).strftime("%b %d %H:%M:%S %Y GMT")
        one = mail_server.validity("site", {"notAfter": ends}, now=NOW)
        assert (one.verdict, f"{days} days" in one.words) == (verdict, True)


def test_a_site_that_nobody_serves_is_told(settings: Any) -> None:
    settings.BASE_URL = "https://127.0.0.1:1"
    assert "is the proxy running?" in site.check(now=NOW).words
    settings.BASE_URL = "http://localhost:8000"
    assert site.check(now=NOW).verdict is Verdict.NOTE
