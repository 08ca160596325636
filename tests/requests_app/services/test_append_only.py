"""History and decisions are added and never changed or removed: the database itself refuses."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from requests_app.models import Decision, HistoryLine
from requests_app.models.nomination import Answer
from requests_app.services import evidence
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def line() -> HistoryLine:
    made = make.answered(make.request(), Answer.DECLINE, reason="Not ours.")
    return HistoryLine.objects.get(request=made, event="decline")


def decision() -> Decision:
    make.answered(make.request(), Answer.DECLINE, reason="Not ours.")
    return Decision.objects.get()


def refuses(rows: Any, **changed: object) -> bool:
    """Whether the database refuses the change."""
    try:
        with transaction.atomic():
            rows.update(**changed)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "changed",
    [
        {"at": NOW.replace(year=2020)},
        {"event": "authorize"},
        {"actor": "staff"},
        {"before": "x"},
        {"after": "x"},
        {"note": "Ours."},
        {"actor_name": "somebody@else.example"},
        {"note": "", "event": "authorize"},
    ],
    ids=str,
)
def test_a_line_of_history_is_not_changed(changed: dict[str, object]) -> None:
    written = line()
    assert refuses(HistoryLine.objects.filter(pk=written.pk), **changed)


def test_a_line_of_history_is_not_given_to_another_person_or_request() -> None:
    written = line()
    other = make.request(make.person("kim@globex.example"))
    assert refuses(HistoryLine.objects.filter(pk=written.pk), person=make.person())
    assert refuses(HistoryLine.objects.filter(pk=written.pk), request=other)


def test_a_line_of_history_may_lose_its_person_name_and_note() -> None:
    written = HistoryLine.objects.get(pk=line().pk)
    HistoryLine.objects.filter(pk=written.pk).update(person=None, actor_name="", note="")
    written.refresh_from_db()
    assert (written.person, written.actor_name, written.note, written.event) == (None, "", "", "decline")


@pytest.mark.parametrize("make_row", [line, decision])
def test_neither_is_removed(make_row: Any) -> None:
    row = make_row()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table}")
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "column",
    [
        field.name
        for field in Decision._meta.concrete_fields
        # No signature covers the receipt's own link.
        if not field.name.startswith("receipt_")
    ],
)
def test_no_signed_column_of_a_decision_is_changed(column: str) -> None:
    made = decision()
    other: dict[str, object] = {
        "id": "00000000-0000-4000-8000-000000000000",
        "request": make.request(make.person("kim@globex.example")).pk,
        "nomination": None,
        "facts": {"account_domain": "evil.example"},
        "facts_version": 7,
        "sequence": 7,
        "link_id": None,
        "challenge_id": None,
        "decided_at": NOW.replace(year=2020),
    }
    assert refuses(Decision.objects.filter(pk=made.pk), **{column: other.get(column, "other")})


def test_a_decision_may_lose_its_personal_values_and_its_receipt() -> None:
    made = decision()
    evidence.erase(made)
    Decision.objects.filter(pk=made.pk).update(receipt_nonce="", receipt_key_id="", receipt_hash="gone")
    made.refresh_from_db()
    assert (made.address, made.reason, made.text, made.facts, made.salt) == ("", "", "", {}, "")


def test_saving_what_was_not_changed_is_no_change() -> None:
    decision().save()
    HistoryLine.objects.earliest("pk").save()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_transactional_tests_begin_without_the_history_of_the_one_before(time: str) -> None:
    assert not HistoryLine.objects.exists()
    written = decision()
    assert refuses(Decision.objects.filter(pk=written.pk), answer="authorize")
