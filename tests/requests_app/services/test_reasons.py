"""Reasons given often: kept, changed by one at a time, retired and never deleted."""

import importlib
from typing import Any

import pytest

from people import text
from people.models import Person
from requests_app.domain.submission import TEXT_LIMIT, TEXT_LINES
from requests_app.models import ReasonTemplate
from requests_app.models.reason import ReasonFor
from requests_app.services import reasons
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


def add(by: Person, **changed: Any) -> ReasonTemplate:
    given = {"reason_for": ReasonFor.REJECT, "language": "en", "name": "Too vague", "text": "Say more."}
    return reasons.add(by=by, now=NOW, **{**given, **changed})


def change(template: ReasonTemplate, by: Person, *, version: int = 1, **changed: Any) -> ReasonTemplate:
    given = {
        "reason_for": ReasonFor(template.reason_for),
        "language": template.language,
        "name": template.name,
        "text": template.text,
    }
    return reasons.change(template.pk, by=by, version=version, now=NOW, **{**given, **changed})


def words(template: ReasonTemplate) -> list[tuple[str, str]]:
    return [(line.who, line.words) for line in reasons.history(template)]


def test_what_was_said_before_and_who_changed_it_stay_readable(rosa: Person) -> None:
    template = add(rosa)
    sam = make.person("sam@operator.example", name="Sam Second", is_staff=True, is_reviewer=True)
    changed = change(template, sam, text="Say why.", name="Vague")
    assert (changed.text, changed.version) == ("Say why.", 2)
    assert words(template) == [
        ("Sam Second", "Changed. Before: named “Too vague”; text “Say more.”"),
        ("Rosa Reviewer", "Added"),
    ]


def test_of_two_who_change_the_same_text_the_second_is_told(rosa: Person) -> None:
    template = add(rosa)
    change(template, rosa, text="First.")
    with pytest.raises(reasons.ChangedMeanwhile) as told:
        change(template, make.reviewer("sam@operator.example"), text="Second.")
    assert told.value.template.text == "First."
    template.refresh_from_db()
    assert (template.text, template.version) == ("First.", 2)


def test_saving_what_stands_there_changes_nothing(rosa: Person) -> None:
    template = add(rosa)
    change(template, rosa, text="First.")
    again = change(template, rosa, text="First.")
    assert again.version == 2
    assert len(reasons.history(template)) == 2


def test_names_differ_by_more_than_case(rosa: Person) -> None:
    add(rosa, name="Ähnlicher Name")
    other = add(rosa, name="Other")
    with pytest.raises(reasons.NameTaken):
        add(rosa, name="ÄHNLICHER NAME")
    with pytest.raises(reasons.NameTaken):
        change(other, rosa, name="ähnlicher name")
    assert [line.words for line in reasons.history(other)] == ["Added"]


def test_a_retired_one_is_not_offered_keeps_its_name_and_comes_back(rosa: Person) -> None:
    template = add(rosa)
    for _ in range(2):
        reasons.retire(template.pk, by=rosa, now=NOW)
    assert reasons.chosen(ReasonFor.REJECT, str(template.pk)) is None
    assert reasons.every()[-1] == template
    with pytest.raises(reasons.NameTaken):
        add(rosa)
    reasons.bring_back(template.pk, by=rosa)
    assert reasons.chosen(ReasonFor.REJECT, str(template.pk)) == template
    assert [said for _, said in words(template)] == ["Brought back", "Retired", "Added"]


def test_one_is_offered_for_its_act_alone(rosa: Person) -> None:
    template = add(rosa, reason_for=ReasonFor.REFUSE)
    assert template in reasons.offered(ReasonFor.REFUSE)
    assert template not in reasons.offered(ReasonFor.REJECT)
    assert reasons.chosen(ReasonFor.REJECT, str(template.pk)) is None


@pytest.mark.parametrize("sent", ["", "x", "-1", "²", "9" * 30])
def test_an_id_that_is_none_chooses_nothing(sent: str) -> None:
    assert reasons.chosen(ReasonFor.REJECT, sent) is None


def test_the_product_brings_the_usual_reasons_in_each_language() -> None:
    written = importlib.import_module("requests_app.migrations.0007_reasons_given_often").WRITTEN
    assert {language: len(each) for language, each in written.items()} == {"en": 10, "de": 10}
    for language, each in written.items():
        for reason_for, name, said in each:
            kept = ReasonTemplate.objects.get(name=name)
            assert (kept.reason_for, kept.language, kept.text) == (reason_for, language, said)
            assert text.clean_text(said, limit=TEXT_LIMIT, lines=TEXT_LINES) == said
            text.check_message(said)
