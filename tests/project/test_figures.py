"""The totals of the monitoring, and that rules and dashboard ask only for what exists."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from notifications import tallies
from notifications.models import Attempt, DeliveryEvent, Heartbeat, OutgoingEmail, RouteState, Tally
from project import figures
from requests_app.views.authorizer import entrance as counts_openings

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


def letter(
    key: str, *, kind: str = "nomination", route: str = "urgent", due_at: datetime = LONG_AGO
) -> OutgoingEmail:
    row: dict[str, Any] = {"kind": kind, "route": route, "primitives": {}, "to": "a@b.example"}
    return OutgoingEmail.objects.create(key=key, due_at=due_at, **row)


def tried(email: OutgoingEmail, outcome: str, *, ended_at: datetime) -> None:
    Attempt.objects.create(email=email, number=1, outcome=outcome, ended_at=ended_at)


def told(event: str, *, received_at: datetime) -> None:
    DeliveryEvent.objects.create(
        fingerprint=f"{event}{received_at}",
        provider="x",
        event=event,
        happened_at=NOW,
        received_at=received_at,
    )


def some_history() -> None:
    one, other = letter("1"), letter("2", kind="receipt", route="bulk")
    tried(one, "retry", ended_at=LONG_AGO + timedelta(seconds=1))
    tried(one, "sent", ended_at=LONG_AGO + timedelta(seconds=3))
    tried(other, "sent", ended_at=NOW - timedelta(minutes=1))
    told("bounced", received_at=LONG_AGO)
    told("bounced", received_at=NOW)


@pytest.mark.django_db
def test_totals_are_the_same_before_and_after_they_are_settled() -> None:
    some_history()
    before = tallies.read()
    assert before.attempts == {("nomination", "retry"): 1, ("nomination", "sent"): 1, ("receipt", "sent"): 1}
    assert before.events == {"bounced": 2}
    urgent = before.waits["urgent"]
    assert (dict(urgent.within)[1], dict(urgent.within)[5], urgent.number, urgent.seconds) == (0, 1, 1, 3.0)
    for now in (NOW, NOW, NOW + timedelta(hours=1)):
        tallies.settle(now=now)
        assert tallies.read() == before


@pytest.mark.django_db
def test_what_is_settled_is_not_read_again_and_counts_although_its_rows_go() -> None:
    some_history()
    before = tallies.read()
    tallies.settle(now=NOW)
    marks = {one.label: one.number for one in Tally.objects.filter(series="bookmark")}
    last = Attempt.objects.order_by("-id").values_list("id", flat=True)
    assert marks["attempts"] == last[1], "the attempt of a minute ago is not settled yet"
    tallies.settle(now=NOW + timedelta(hours=1))
    OutgoingEmail.objects.all().delete()
    assert tallies.read() == before
    tried(letter("3"), "dead", ended_at=NOW)
    assert tallies.read().attempts["nomination", "dead"] == 1


@pytest.mark.django_db
def test_the_figures_say_what_routes_do_and_what_letters_came_to() -> None:
    some_history()
    RouteState.objects.create(route="bulk", held_at=NOW)
    RouteState.objects.create(
        route="urgent", sick_since=NOW - timedelta(minutes=16), paused_until=NOW + timedelta(seconds=90)
    )
    lines = figures.text(now=NOW)[0].decode().splitlines()
    for line in (
        'smart_accounts_letter_attempts_total{kind="nomination",outcome="sent"} 1.0',
        'smart_accounts_delivery_events_total{event="bounced"} 2.0',
        'smart_accounts_letter_wait_seconds_bucket{le="5.0",route="urgent"} 1.0',
        'smart_accounts_letter_wait_seconds_count{route="bulk"} 1.0',
        'smart_accounts_letter_wait_seconds_sum{route="urgent"} 3.0',
        'smart_accounts_route_sick_seconds{route="urgent"} 960.0',
        'smart_accounts_route_rests_seconds{route="urgent"} 90.0',
        'smart_accounts_route_held{route="bulk"} 1.0',
        'smart_accounts_route_held{route="urgent"} 0.0',
    ):
        assert line in lines


def expressions() -> list[str]:
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    board = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text())
    asked = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return asked + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.mark.django_db
def test_rules_and_dashboard_ask_only_for_figures_that_exist() -> None:
    some_history()
    Heartbeat.objects.create(queue="urgent", beat_at=NOW)
    counts_openings.openings.labels(answer="303").inc(0)
    text = figures.text(now=NOW)[0].decode()
    exported = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    exported |= set(re.findall(r"^(\w+)[{ ]", text, re.MULTILINE))
    asked = {
        name
        for expression in expressions()
        for name in re.findall(r"\b(?:smart_accounts|notifications|authorizer)_\w+", expression)
    }
    assert len(asked) > 10
    assert asked <= exported


def test_every_alert_names_its_promise_and_a_section_that_exists() -> None:
    rules = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert page == "docs/operations.md"
        assert anchor in anchors, rule["alert"]
        assert rule["annotations"]["promise"], rule["alert"]
