"""The pages of the reasons given often: list, add, change with a version, retire."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from requests_app.models import ReasonTemplate
from requests_app.models.reason import ReasonFor
from requests_app.services import reasons
from tests import make
from tests.make import NOW
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db
LIST = "/review/reasons/"
GIVEN = {"reason_for": "reject", "language": "en", "name": "Too vague", "text": "Say more."}


@pytest.fixture
def template(rita: Person) -> ReasonTemplate:
    return reasons.add(
        by=rita,
        reason_for=ReasonFor.REJECT,
        language="en",
        name="Too vague",
        text="Say more.",
        now=NOW,
    )


def change(browser: Client, template: ReasonTemplate, **changed: Any) -> Any:
    return browser.post(f"{LIST}{template.pk}/", {**GIVEN, "version": "1", **changed})


def test_they_are_for_reviewers_alone(
    desk: Client, template: ReasonTemplate, sit_down: Callable[[Person], Client]
) -> None:
    eve = sit_down(make.person("eve@globex.example"))
    for path in (LIST, f"{LIST}new/", f"{LIST}{template.pk}/"):
        assert desk.get(path).status_code == 200
        assert eve.get(path).status_code == 404
    assert desk.get(f"{LIST}{template.pk}/retire/").status_code == 405
    assert desk.get(f"{LIST}999999/").status_code == 404
    assert desk.post(f"{LIST}999999/retire/").status_code == 404


def test_one_is_added_listed_and_said_so(desk: Client) -> None:
    answer = desk.post(
        f"{LIST}new/", {**GIVEN, "language": "de", "name": "Zu vage", "text": "Bitte genauer."}
    )
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    page = text_of(desk.get(LIST))
    assert "The template “Zu vage” is kept." in page
    assert "Bitte genauer." in page
    assert "Deutsch" in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Enter a name"),
        ("name", "x" * 101, "100 characters or fewer"),
        ("name", "too\nvague", "single line"),
        ("text", " \u200b ", "Enter the text"),
        ("text", "x" * 501, "500 characters or fewer"),
        ("text", "See https://evil.example/x", "Links are not allowed"),
        ("text", "Write to a@b.example", "E-mail addresses are not allowed"),
        ("text", "<b>No</b>", "HTML is not allowed"),
        ("text", "\n".join("x" * 9), "8 lines or fewer"),
        ("language", "tlh", "Select a valid choice"),
        ("reason_for", "approve", "Select a valid choice"),
    ],
)
def test_words_follow_the_rules_of_messages(desk: Client, field: str, typed: str, said: str) -> None:
    known = ReasonTemplate.objects.count()
    answer = desk.post(f"{LIST}new/", {**GIVEN, field: typed})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.content.decode()
    assert said in text_of(answer)
    assert ReasonTemplate.objects.count() == known


def test_a_taken_name_is_refused_and_what_was_typed_stays(desk: Client, template: ReasonTemplate) -> None:
    answer = desk.post(f"{LIST}new/", {**GIVEN, "name": "TOO VAGUE", "text": "My own words."})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Another template has this name" in page
    assert "My own words." in page


def test_a_change_is_kept_with_its_history(desk: Client, template: ReasonTemplate) -> None:
    assert change(desk, template, text="Say why.").status_code == 303
    page = text_of(desk.get(f"{LIST}{template.pk}/"))
    assert "Say why." in page
    assert "Changed. Before: text “Say more.”" in page
    assert "Rita Stone" in page


def test_who_changes_an_older_text_reads_what_stands_now_and_loses_nothing(
    desk: Client, template: ReasonTemplate, sit_down: Callable[[Person], Client]
) -> None:
    assert change(sit_down(make.reviewer()), template, text="Say why.").status_code == 303
    stale = change(desk, template, text="Say it in full.")
    assert stale.status_code == 409
    page = text_of(stale)
    assert "Somebody saved another text in the meantime" in page
    assert "Say why." in page
    assert "Say it in full." in page
    version = stale.context["form"]["version"].value()
    assert change(desk, template, text="Say it in full.", version=version).status_code == 303
    template.refresh_from_db()
    assert template.text == "Say it in full."


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 30])
def test_a_version_that_is_none_saves_nothing(desk: Client, template: ReasonTemplate, version: str) -> None:
    assert change(desk, template, text="Say why.", version=version).status_code in {409, 422}
    template.refresh_from_db()
    assert template.text == "Say more."


def test_one_is_retired_and_brought_back(desk: Client, template: ReasonTemplate) -> None:
    for do, said in (("retire", "no longer offered"), ("bring_back", "can be chosen again")):
        assert desk.post(f"{LIST}{template.pk}/retire/", {"do": do}).status_code == 303
        assert said in text_of(desk.get(LIST))
    assert ReasonTemplate.objects.filter(pk=template.pk).exists()
