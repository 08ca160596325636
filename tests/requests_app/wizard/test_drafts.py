"""Drafts: saved, resumed, deleted, limited, nobody else's, and never sent twice."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from people.models import Person
from requests_app.models import Draft, SmartAccountRequest
from requests_app.wizard.steps import STEPS
from tests import make
from tests.requests_app.wizard.browsing import (
    ACCOUNT,
    NEW,
    NO,
    Visitor,
    Walk,
    assert_shown_again,
    errors,
    said,
    stored,
)

pytestmark = pytest.mark.django_db


def test_opening_the_first_page_stores_nothing() -> None:
    visitor = Visitor(make.person(make.DANA))
    before = stored()
    visitor.get(NEW)
    assert stored() == before


def test_a_bare_post_begins_one_draft_however_often_it_is_sent() -> None:
    visitor = Visitor(make.person(make.DANA))
    first, second = visitor.post(NEW), visitor.post(NEW)
    (draft,) = Draft.objects.all()
    assert first.url == second.url == f"/request/draft/{draft.pk}/authorizer/"


def test_the_first_page_sent_twice_begins_one_draft(walk: Walk) -> None:
    walk.post(NEW, {**NO, "draft": str(walk.draft_id)})
    assert Draft.objects.count() == 1


def test_the_21st_draft_is_refused(settings: Any) -> None:
    """G11."""
    settings.LIMIT_OPEN_DRAFTS = 1
    walk = Walk()
    before = stored()
    for fields in ({}, {**NO, "draft": str(uuid.uuid4())}, {**NO, "draft": "no uuid", "later": "1"}):
        answer = walk.post(NEW, fields)
        assert_shown_again(answer)
        assert errors(answer)["__all__"] == ["Finish or delete a draft first"]
        assert f'href="/request/draft/{walk.draft_id}/delete/"' in answer.content.decode()
    assert stored() == before


def test_saving_for_later_keeps_what_is_not_right_yet(walk: Walk) -> None:
    answer = walk.send("account", account_name="", is_open="1", account_domain="not yet", later="1")
    assert (answer.status_code, answer.url) == (303, "/administration/")
    page = walk.open("account")
    assert 'value="not yet"' in page.content.decode()
    assert not page.context["form"].errors
    assert walk.open("company").url == walk.url("account")


def test_the_first_page_can_be_saved_for_later_too() -> None:
    visitor = Visitor(make.person(make.DANA))
    answer = visitor.post(NEW, {"authority": "no", "authorizer_address": "priya@", "later": "1"})
    assert answer.url == "/administration/"
    (draft,) = Draft.objects.all()
    assert 'value="priya@"' in visitor.get(f"/request/draft/{draft.pk}/authorizer/").content.decode()


def test_a_draft_resumes_at_the_first_unfinished_page(walk: Walk) -> None:
    walk.past("account")
    answer = Visitor(walk.person).get(f"/request/draft/{walk.draft_id}/")
    assert (answer.status_code, answer.url) == (303, walk.url("company"))


def test_each_save_renews_the_90_days(walk: Walk) -> None:
    later = make.NOW + timedelta(days=5)
    with time_machine.travel(later, tick=False):
        walk.client.force_login(walk.person)
        walk.send("account", **ACCOUNT)
    draft = walk.draft
    assert (draft.created_at, draft.saved_at) == (make.NOW, later)
    assert draft.expires_at == datetime(2027, 3, 1, tzinfo=UTC)
    assert draft.warn_at == datetime(2027, 2, 21, 9, tzinfo=UTC)


def test_a_draft_is_deleted_after_asking_once_more(walk: Walk) -> None:
    url = f"/request/draft/{walk.draft_id}/delete/"
    assert "Delete this draft?" in said(walk.get(url))
    assert Draft.objects.exists()
    answer = walk.post(url)
    assert (answer.status_code, answer.url) == (303, "/administration/")
    assert not Draft.objects.exists()
    assert walk.post(url).status_code == 404


@pytest.mark.parametrize("path", ["", "delete/", *(f"{step.name}/" for step in STEPS)])
def test_another_person_s_draft_is_not_found(walk: Walk, path: str) -> None:
    stranger = Visitor(make.person())
    before = stored()
    url = f"/request/draft/{walk.draft_id}/{path}"
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, ACCOUNT).status_code in (404, 405)
    assert stranger.post(NEW, {**NO, "draft": str(walk.draft_id)}).status_code == 404
    assert stored() == before


@pytest.mark.parametrize("page", ["9", "abc", "-1", "Account", "review2"])
def test_an_unknown_page_is_not_found(walk: Walk, page: str) -> None:
    """G2."""
    assert walk.get(f"/request/draft/{walk.draft_id}/{page}/").status_code == 404


def test_an_upper_case_id_is_not_found(walk: Walk) -> None:
    """G17."""
    assert walk.get(
        walk.url("account").replace(str(walk.draft_id), str(walk.draft_id).upper())
    ).status_code in (404,)


@pytest.mark.parametrize("page", ["check", "company", "administrators", "review"])
def test_a_page_before_its_turn_goes_to_the_first_unfinished_one(walk: Walk, page: str) -> None:
    """G1."""
    before = stored()
    for answer in (walk.send(page), walk.open(page)):
        assert (answer.status_code, answer.url) == (303, walk.url("account"))
    assert stored() == before


def test_a_draft_that_was_sent_goes_to_its_request(walk: Walk) -> None:
    """G4: whatever page of it is opened or sent again."""
    walk.past("administrators").send("review")
    made = SmartAccountRequest.objects.get()
    before = stored()
    for page in ("review", "authorizer"):
        for answer in (walk.send(page, **NO), walk.open(page)):
            assert (answer.status_code, answer.url) == (303, f"/requests/{made.pk}/")
    assert walk.post(NEW, {**NO, "draft": str(walk.draft_id)}).url == f"/requests/{made.pk}/"
    assert stored() == before


def test_each_draft_says_what_tells_it_from_the_others() -> None:
    visitor = Visitor(make.person(make.DANA))
    for later, fields in enumerate(({}, {**NO}, {**NO, "authorizer_address": "lee@globex.example"})):
        with time_machine.travel(make.NOW + timedelta(hours=later), tick=False):
            visitor.post(NEW, {**fields, "draft": str(uuid.uuid4()), "later": "1"})
    with time_machine.travel(make.NOW + timedelta(hours=3), tick=False):
        walk = Walk(visitor.person).past("account")
        walk.send("company", provide="on", name="Acme Robotics Holding")
    outlines = {draft.outline for draft in Draft.objects.all()}
    assert outlines == {
        (),
        (make.PRIYA,),
        ("lee@globex.example",),
        ("Acme Robotics, Inc.", "acme-robotics.example", make.PRIYA, "Acme Robotics Holding"),
    }
    for page in (visitor.get("/administration/"), visitor.get(NEW)):
        words = said(page)
        assert "lee@globex.example" in words
        assert "acme-robotics.example, " + make.PRIYA + ", Acme Robotics Holding" in words
    assert "draft started on Wednesday 25 November 2026, 14:01 UTC" in said(visitor.get("/administration/"))


def test_the_last_save_wins_page_by_page(walk: Walk) -> None:
    """G9: two tabs."""
    walk.past("account")
    other_tab = Visitor(walk.person)
    walk.send("company", provide="on", name="First")
    other_tab.post(walk.url("account"), {"account_name": "Second name"})
    answers = walk.draft.answers
    assert answers["company"]["name"] == "First"
    assert answers["account"]["account_name"] == "Second name"


def test_an_ended_session_asks_to_sign_in_and_the_draft_is_still_there(walk: Walk) -> None:
    """G12."""
    walk.past("administrators")
    walk.client.session.flush()
    answer = walk.send("review")
    assert answer.status_code in (302, 303)
    assert answer.url == f"/accounts/login/?next={walk.url('review')}"
    assert not SmartAccountRequest.objects.exists()
    assert Visitor(walk.person).get(walk.url("review")).status_code == 200


def sign_in(visitor: Visitor, person: Person) -> Any:
    """Sign in where the wizard sent to; returns the page that follows."""
    sent = {"login": person.email, "password": make.PASSWORD, "next": NEW}
    answer = visitor.post("/accounts/login/", sent)
    assert answer.status_code in (302, 303)
    return visitor.get(answer.url)


def test_what_was_typed_on_the_first_page_when_the_session_had_ended_is_there_after_signing_in() -> None:
    """G12: before there is a draft."""
    person, visitor = make.person(make.DANA), Visitor(None)
    draft_id = uuid.uuid4()
    answer = visitor.post(NEW, {**NO, "authorizer_address": "priya@", "draft": str(draft_id), "status": "x"})
    assert (answer.status_code, answer.url) == (303, f"/accounts/login/?next={NEW}")
    assert not Draft.objects.exists()
    page = sign_in(visitor, person)
    html = page.content.decode()
    assert 'value="priya@"' in html
    assert NO["message"] in html
    assert str(draft_id) in html
    assert "What you typed is here again; nothing of it was sent." in said(page)
    assert not page.context["form"].errors
    assert not Draft.objects.exists()
    assert visitor.post(NEW, {**NO, "draft": str(draft_id)}).status_code == 303
    assert Draft.objects.get().pk == draft_id
    assert 'value="priya@"' not in visitor.get(NEW).content.decode()


def test_what_was_typed_on_a_later_page_is_there_after_signing_in(walk: Walk) -> None:
    walk.client.session.flush()
    typed = {"account_name": "Acme Elsewhere", "statement_version": "1"}
    assert walk.send("account", **typed).status_code == 303
    walk.client.force_login(walk.person)
    page = walk.open("account")
    assert 'value="Acme Elsewhere"' in page.content.decode()
    assert not page.context["form"].errors
    assert "account" not in walk.draft.answers


def test_what_waits_for_signing_in_is_for_its_page_alone_and_goes_after_an_hour(walk: Walk) -> None:
    walk.client.session.flush()
    walk.send("account", account_name="Acme Elsewhere")
    walk.client.force_login(walk.person)
    assert "Acme Elsewhere" not in walk.get(NEW).content.decode()
    with time_machine.travel(make.NOW + timedelta(minutes=61), tick=False):
        assert "Acme Elsewhere" not in walk.open("account").content.decode()


def test_typing_without_a_session_fills_no_table_with_sessions() -> None:
    visitors = [Visitor(None) for _ in range(12)]
    before = Session.objects.count()
    for visitor in visitors:
        assert visitor.post(NEW, NO).status_code == 303
    assert Session.objects.count() == before + 10
    empty = Visitor(None)
    assert empty.post(NEW, {"csrf": "1", "status": "approved"}).status_code == 303
    assert settings.SESSION_COOKIE_NAME not in empty.client.cookies


def test_anonymous_visitors_are_asked_to_sign_in_alike(walk: Walk) -> None:
    anonymous = Visitor(None)
    for url in (NEW, walk.url("review"), f"/request/draft/{uuid.uuid4()}/review/"):
        answer = anonymous.get(url)
        assert (answer.status_code, answer.url) == (302, f"/accounts/login/?next={url}")


def test_a_form_without_its_token_is_refused(walk: Walk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(walk.person)
    before = stored()
    assert client.post(walk.url("account"), ACCOUNT).status_code == 403
    assert stored() == before


def test_a_change_comes_back_to_the_review(walk: Walk) -> None:
    walk.past("administrators")
    answer = walk.post(f"{walk.url('account')}?from=review", {"account_name": "Another name"})
    assert answer.url == walk.url("review")
    assert "Another name" in said(walk.open("review"))


def test_a_change_that_re_opens_a_page_goes_there_first(walk: Walk) -> None:
    walk.past("administrators")
    fields = {**NO, "authorizer_address": "priya@gmail.com"}
    answer = walk.post(f"{walk.url('authorizer')}?from=review", fields)
    assert answer.url == f"{walk.url('account')}?from=review"
    edited = {**ACCOUNT, "is_open": "1", "account_domain": "acme-robotics.example", "domain_note": "Ours."}
    answer = walk.post(answer.url, edited)
    assert answer.url == f"{walk.url('check')}?from=review"
    assert walk.post(answer.url).url == walk.url("review")


def test_changing_to_yes_leaves_the_tick_and_one_button(walk: Walk) -> None:
    walk.past("administrators")
    answer = walk.post(f"{walk.url('authorizer')}?from=review", {"authority": "yes"})
    page = walk.get(answer.url)
    assert "Continue and submit request" in said(page)
    assert not page.context["form"].errors
    assert walk.open("review").url == walk.url("account")


def test_get_and_head_store_nothing(walk: Walk) -> None:
    walk.past("administrators")
    before = stored()
    for page in ("authorizer", "account", "company", "administrators", "review"):
        assert walk.open(page).status_code == 200
        assert walk.client.head(walk.url(page)).status_code == 200
    walk.get(f"/request/draft/{walk.draft_id}/delete/")
    assert stored() == before
