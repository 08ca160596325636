"""Everything that happens to a request has plain words, and staff's words stay with staff."""

import ast
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from notifications.models import Why
from requests_app import services
from requests_app.domain.lifecycle import Event
from requests_app.models import HistoryLine, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import actors, freezing, history, reaching, transitions
from requests_app.services.actors import Actor, Role
from tests import make
from tests.make import NOW

SERVICES = Path(services.__file__).parent
RECORDERS = {"record", "_note"}


def recorded_words() -> set[str]:
    """The names of events that the services write themselves, beside those of the state table."""
    words = set()
    for file in SERVICES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in RECORDERS:
                words |= {
                    argument.value
                    for argument in node.args[1:2]
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                }
    return words


@pytest.mark.parametrize("event", Event)
def test_every_event_of_the_state_table_has_words(event: Event) -> None:
    assert history.WORDS[event]


def test_every_line_a_service_records_has_words() -> None:
    written = recorded_words()
    assert {"submit", "reminded", "agreement_accepted"} <= written
    assert written <= set(history.WORDS)


def test_no_words_are_kept_for_what_never_happens() -> None:
    assert set(history.WORDS) == recorded_words() | set(Event)


@pytest.mark.parametrize("word", sorted(history.WORDS))
def test_every_word_fits_its_column(word: str) -> None:
    assert len(word) <= HistoryLine._meta.get_field("event").max_length  # type: ignore[operator]


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_actor_has_words_and_staff_have_no_name_for_the_requester(role: Role) -> None:
    made = make.request()
    person = make.person("rosa@operator.example", name="Rosa Reviewer")
    transitions.record(made, "reminded", by=Actor(role, person, "Rosa Reviewer"), now=NOW, after="pending")
    shown, for_staff = history.lines(made)[0].who, history.lines(made, for_staff=True)[0].who
    assert shown
    assert ("Rosa" in shown) == (role in {Role.REQUESTER, Role.AUTHORIZER, Role.COLLEAGUE})
    assert ("Rosa" in for_staff) == (role not in {Role.CLOCK, Role.PROVIDER})


@pytest.mark.django_db
def test_the_latest_comes_first_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = make.answered(make.request(), Answer.DECLINE, reason="Not ours.")
    with django_assert_num_queries(1):
        lines = history.lines(made)
    assert [line.what for line in lines] == ["Declined", "Request sent"]
    assert lines[0].note == "Not ours."


@pytest.mark.django_db
def test_what_the_mail_system_and_a_check_said_is_for_staff() -> None:
    made = make.request()
    named = Nomination.objects.get()
    reaching.end_unreachable(made, named, why=Why.BOUNCED, now=NOW)
    freezing.freeze(made.pk, by=make.reviewer(), reason="Looks odd.", now=NOW)
    assert [line.note for line in history.lines(made)[:2]] == ["", ""]
    assert [line.note for line in history.lines(made, for_staff=True)[:2]] == ["Looks odd.", "bounced"]


@pytest.mark.django_db
def test_a_line_whose_name_was_erased_still_says_who_acted() -> None:
    made = make.request()
    HistoryLine.objects.filter(request=made).update(person=None, actor_name="", note="")
    assert [line.who for line in history.lines(made)] == ["by the requester"]


@pytest.mark.django_db
def test_no_link_of_a_mail_client_comes_out_of_a_name_or_note() -> None:
    made = make.request()
    transitions.record(
        made,
        "reminded",
        by=actors.authorizer("x@evil.example"),
        now=NOW,
        after="pending",
        note="www.evil.example",
    )
    assert "www.evil.example" not in history.lines(SmartAccountRequest.objects.get(pk=made.pk))[0].note


@pytest.mark.django_db
def test_an_act_and_a_role_of_a_newer_release_are_shown_by_their_own_names() -> None:
    made = make.request()
    HistoryLine.objects.create(request=made, at=NOW, event="sealed_again", actor="notary", after="pending")
    line = history.lines(made)[0]
    assert (line.what, line.who) == ("Sealed again", "by the notary")
