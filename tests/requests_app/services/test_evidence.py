"""Who changes, removes, swaps or slips in a recorded decision is found out, even with the whole database in hand."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from requests_app.domain.submission import Authority
from requests_app.models import Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import evidence
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded() -> None:
    """The database as somebody has it who may also drop its triggers."""
    of_table = " ON requests_app_decision" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for trigger in ("stays", "remains"):
            cursor.execute(f"DROP TRIGGER requests_app_decision_{trigger}{of_table}")


def chain(length: int = 3) -> list[Decision]:
    """Decisions of as many requests, authorized and declined in turn."""
    for number in range(length):
        made = make.request(
            make.person(f"p{number}@acme-robotics.example"),
            authorizer_address=f"a{number}@acme-robotics.example",
        )
        answer = Answer.DECLINE if number % 2 else Answer.AUTHORIZE
        make.answered(made, answer, reason="Not ours.", now=NOW + timedelta(minutes=number))
    return list(Decision.objects.all())


def faults() -> dict[int, list[str]]:
    """What verifying finds, by record."""
    found: dict[int, list[str]] = {}
    for fault in evidence.verify():
        found.setdefault(fault.sequence, []).append(fault.why)
    return found


def test_untouched_records_verify() -> None:
    chain()
    make.request(authority=Authority.YES)
    assert faults() == {}


def test_records_are_numbered_and_each_names_the_one_before() -> None:
    first, second, third = chain()
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert '"previous":""' in first.record
    assert f'"previous":"{second.signature}"' in third.record


@pytest.mark.parametrize(
    "column",
    [
        field.name
        for field in Decision._meta.concrete_fields
        # No signature covers the receipt's own link.
        if not field.name.startswith("receipt_")
    ],
)
@pytest.mark.usefixtures("unguarded")
def test_a_changed_column_is_found(column: str) -> None:
    _, second, _ = chain()
    other: dict[str, Any] = {
        "id": "00000000-0000-4000-8000-000000000000",
        "request": SmartAccountRequest.objects.exclude(pk=second.request_id).earliest("submitted_at"),
        "nomination": None,
        "facts": {**second.facts, "account_name": "Evil, Inc."},
        "facts_version": 7,
        "sequence": 7,
        "link_id": None,
        "challenge_id": None,
        "decided_at": NOW + timedelta(seconds=1),
    }
    Decision.objects.filter(pk=second.pk).update(**{column: other.get(column, "other")})
    assert 2 in faults() or 7 in faults()


@pytest.mark.usefixtures("unguarded")
def test_a_record_forged_with_its_column_is_found() -> None:
    _, second, _ = chain()
    forged = second.record.replace('"answer":"decline"', '"answer":"authorize"')
    assert forged != second.record
    Decision.objects.filter(pk=second.pk).update(record=forged, answer="authorize")
    assert faults()[2] == ["its signature is wrong"]


@pytest.mark.usefixtures("unguarded")
def test_a_removed_record_is_found() -> None:
    _, second, _ = chain()
    second.delete()
    assert faults()[3] == ["number 2 is missing before it", "does not follow the record before it"]


@pytest.mark.usefixtures("unguarded")
def test_a_record_removed_from_the_end_is_found_by_what_the_history_says() -> None:
    *_, last = chain()
    last.delete()
    assert faults() == {
        3: [f"is missing: request {last.request.reference} was answered more often than recorded"]
    }


@pytest.mark.usefixtures("unguarded")
def test_a_removed_tick_of_a_yes_is_found() -> None:
    made = make.request(authority=Authority.YES)
    Decision.objects.all().delete()
    assert made.reference in faults()[1][0]


@pytest.mark.usefixtures("unguarded")
def test_swapped_records_are_found() -> None:
    _, second, third = chain()
    Decision.objects.filter(pk=second.pk).update(sequence=99)
    Decision.objects.filter(pk=third.pk).update(sequence=2)
    Decision.objects.filter(pk=second.pk).update(sequence=3)
    assert set(faults()) == {2, 3}


def test_a_record_signed_by_another_key_of_the_same_name_is_found(settings: Settings) -> None:
    chain(1)
    settings.EVIDENCE_KEYS = dict.fromkeys(settings.EVIDENCE_KEYS, "another secret, as long as it has to be")
    assert faults() == {1: ["its signature is wrong"]}


def test_a_key_that_is_not_configured_is_named(settings: Settings) -> None:
    (made,) = chain(1)
    settings.EVIDENCE_KEYS = {"next": "another secret, as long as it has to be"}
    assert faults() == {1: [f"its key {made.key_id} is not configured"]}


def test_after_a_rotation_the_first_key_signs_and_the_kept_one_still_verifies(settings: Settings) -> None:
    chain(1)
    settings.EVIDENCE_KEYS = {"next": "another secret, as long as it has to be", **settings.EVIDENCE_KEYS}
    make.request(make.person("yes@acme-robotics.example"), authority=Authority.YES)
    assert Decision.objects.latest("sequence").key_id == "next"
    assert faults() == {}


def test_erased_values_and_salt_leave_a_chain_that_verifies() -> None:
    _, second, _ = chain()
    evidence.erase(second)
    second.refresh_from_db()
    assert "priya" not in second.record
    assert (second.address, second.text, second.reason, second.facts, second.salt) == ("", "", "", {}, "")
    assert faults() == {}


@pytest.mark.usefixtures("unguarded")
def test_values_put_in_after_erasing_are_found() -> None:
    _, second, _ = chain()
    evidence.erase(second)
    Decision.objects.filter(pk=second.pk).update(address="eve@globex.example")
    assert faults() == {2: ["personal values stand in it without their salt"]}


def test_no_personal_value_stands_in_the_signed_text() -> None:
    for decision in chain():
        assert "@" not in decision.record
        assert "Acme" not in decision.record


def test_the_moment_is_signed_in_utc_whatever_zone_it_came_in() -> None:
    made = make.request()
    tokyo = datetime(2026, 11, 26, 1, 0, tzinfo=timezone(timedelta(hours=9)))
    make.answered(made, Answer.AUTHORIZE, now=tokyo)
    assert f'"decided_at":"{tokyo.astimezone(UTC).isoformat()}"' in Decision.objects.get().record
    assert faults() == {}


def test_the_nightly_check_tells_staff_of_a_fault_and_is_silent_without_one(settings: Settings) -> None:
    make.answered(make.request(), Answer.AUTHORIZE)
    assert evidence.alert_faults(now=NOW) == 0
    assert make.posted("operator_alert") == []
    settings.EVIDENCE_KEYS = {"other": "o" * 40}
    assert evidence.alert_faults(now=NOW) == 1
    (alert,) = make.posted("operator_alert")
    assert "is not configured" in alert.primitives["facts"][0]
