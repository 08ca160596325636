"""The authorizer's page: who may look, what it shows, and what an answer needs."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from requests_app.domain.lifecycle import Event
from requests_app.models import AuthorizationLink, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import actors, facts, transitions, withdrawal
from tests import make
from tests.make import DANA, NOW, PASSWORD, PRIYA
from tests.requests_app.views.authorizer.browsing import (
    Browser,
    confirm_of,
    done_of,
    every_row,
    page_of,
    path_of,
    shown,
    text_of,
    title_of,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
UNKNOWN = "/authorize/00000000-0000-4000-8000-000000000000/"


@pytest.fixture
def link() -> AuthorizationLink:
    return make.link_of(make.request(message="For the warehouse switches, see evil.example"))


@pytest.fixture
def browser(link: AuthorizationLink) -> Browser:
    """A browser that opened the link."""
    browser = Browser()
    browser.open(link)
    return browser


def freeze(made: SmartAccountRequest) -> None:
    with transaction.atomic():
        transitions.apply(transitions.locked(made.pk), Event.FREEZE, by=actors.CLOCK, now=NOW)


def sign_in(client: Client, address: str) -> None:
    client.post("/accounts/login/", {"login": address, "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_the_page_shows_facts_in_their_order_and_no_answer_chosen(
    browser: Browser, link: AuthorizationLink
) -> None:
    response = browser.get(page_of(link))
    text, page = text_of(response), response.content.decode()
    shown = [
        "May you act for acme-robotics.example?",
        "Asked by",
        DANA,
        "Account name",
        "Administrators",
        "If you authorize",
        "Answer by Wednesday 9 December 2026, 23:59 UTC",
        "We have not checked it",
        "Not sure this is genuine?",
        "Authorize activation",
        "Decline",
        "Somebody else should answer",
        "This was not meant for me",
    ]
    places = [text.index(words) for words in shown]
    assert places == sorted(places)
    assert page.count('type="radio"') == 4
    assert "checked>" not in page
    assert "evil.example" not in page  # inert: no mail client or telephone makes a link of it
    assert "evil" in page


def test_who_named_no_administrator_is_shown_as_the_one(browser: Browser, link: AuthorizationLink) -> None:
    assert "Dana Whitfield, who asks" in text_of(browser.get(page_of(link)))


@pytest.mark.parametrize("administrators", [(), ("lee@acme-robotics.example",)])
def test_who_administers_if_nobody_named_comes_is_said_where_others_are_named(
    administrators: tuple[str, ...],
) -> None:
    link = make.link_of(make.request(administrators=administrators))
    browser = Browser()
    browser.open(link)
    assert ("If none of them has signed in" in text_of(browser.get(page_of(link)))) is bool(administrators)


def test_looking_and_looking_again_writes_nothing(browser: Browser, link: AuthorizationLink) -> None:
    browser.choose(link, Answer.DECLINE)
    before = every_row()
    for path in (page_of(link), confirm_of(link), done_of(link), f"/authorize/{link.pk}/not-meant/", UNKNOWN):
        for visitor in (browser, Client()):
            visitor.get(path)
            visitor.head(path)
    assert every_row() == before


@pytest.mark.parametrize("page", ["", "confirm/", "not-meant/", "done/"])
def test_without_the_cookie_every_page_is_403(link: AuthorizationLink, page: str) -> None:
    for path in (page_of(link) + page, UNKNOWN + page):
        response = Client().get(path)
        assert response.status_code == 403
        assert title_of(response).startswith("Open the link from your e-mail again")


def test_with_and_without_a_link_behind_it_the_403_is_the_same(link: AuthorizationLink) -> None:
    assert shown(Client().get(page_of(link))) == shown(Client().get(UNKNOWN))


def test_a_uuid_in_capitals_leads_nowhere(browser: Browser, link: AuthorizationLink) -> None:
    assert browser.get(f"/authorize/{str(link.pk).upper()}/").status_code == 404


def test_the_cookie_lives_thirty_minutes_from_the_last_page(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + 29 * MINUTE)
    assert browser.get(page_of(link)).status_code == 200
    clock.move_to(NOW + 58 * MINUTE)
    assert browser.get(page_of(link)).status_code == 200
    clock.move_to(NOW + 88 * MINUTE)
    assert browser.get(page_of(link)).status_code == 403


def test_a_forged_or_foreign_cookie_opens_nothing(browser: Browser, link: AuthorizationLink) -> None:
    name = f"authz-{link.pk.hex[:8]}"
    good = browser.cookies[name].value
    for forged in ("", "x", good[:-1] + ("a" if good[-1] != "a" else "b"), good.replace("link/", "receipt/")):
        thief = Client()
        thief.cookies[name] = forged
        assert thief.get(page_of(link)).status_code == 403


def test_another_links_cookie_and_form_are_403(browser: Browser) -> None:
    other = make.link_of(make.request(make.person("lee@acme-robotics.example")))
    assert browser.choose(other, Answer.DECLINE).status_code == 403
    renamed = Browser()
    [first] = [cookie.value for name, cookie in browser.cookies.items() if name.startswith("authz-")]
    renamed.cookies[f"authz-{other.pk.hex[:8]}"] = first
    assert renamed.get(page_of(other)).status_code == 403


def test_two_links_live_side_by_side(browser: Browser, link: AuthorizationLink) -> None:
    other = make.link_of(make.request(make.person("lee@acme-robotics.example")))
    assert browser.open(other).status_code == 200
    assert browser.get(page_of(link)).status_code == 200


def test_a_form_without_its_proof_is_403_before_anything_else(link: AuthorizationLink) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(path_of(link))
    response = browser.post(page_of(link), {"answer": "decline", "facts_version": "1"})
    assert response.status_code == 403
    assert not make.posted("authorizer_code")
    assert browser.post(page_of(link), data="{}", content_type="application/json").status_code == 403


def test_a_form_from_another_site_is_403(browser: Browser, link: AuthorizationLink) -> None:
    for name, value in (("Origin", "https://evil.example"), ("Origin", "null")):
        proof = browser.cookies[settings.CSRF_COOKIE_NAME].value
        fields = {"answer": "decline", "facts_version": "1", "csrfmiddlewaretoken": proof}
        assert browser.post(page_of(link), fields, headers={name: value}).status_code == 403
    assert not make.posted("authorizer_code")


def test_a_body_beyond_all_forms_is_413(browser: Browser, link: AuthorizationLink) -> None:
    assert browser.send(page_of(link), answer="decline", reason="x" * 600_000).status_code == 413


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_another_method_is_405_before_it_is_anything_else(link: AuthorizationLink, method: str) -> None:
    assert getattr(Client(enforce_csrf_checks=True), method)(page_of(link)).status_code == 405


@pytest.mark.parametrize("answer", ["", "yes", "take_back"])
def test_no_answer_is_422_and_nothing_is_sent(browser: Browser, link: AuthorizationLink, answer: str) -> None:
    before = every_row()
    response = browser.send(page_of(link), answer=answer, facts_version="1")
    assert response.status_code == 422
    assert title_of(response).startswith("Error:")
    assert "Select an answer" in text_of(response)
    assert every_row() == before


@pytest.mark.parametrize("version", ["", "0", "2", "x", "9" * 40, "-1", "١"])
def test_another_version_of_the_facts_is_409(browser: Browser, link: AuthorizationLink, version: str) -> None:
    response = browser.send(page_of(link), answer="authorize", facts_version=version)
    assert response.status_code == 409
    assert not make.posted("authorizer_code")


def test_an_answer_sends_a_code_to_the_nominated_address_and_asks_for_it(
    browser: Browser, link: AuthorizationLink
) -> None:
    response = browser.choose(link, Answer.AUTHORIZE)
    assert (response.status_code, response.headers["Location"]) == (303, confirm_of(link))
    assert [(row.kind, row.to) for row in make.posted()[-1:]] == [("authorizer_code", PRIYA)]


def test_the_same_answer_within_the_minute_goes_on_without_a_new_code(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    browser.choose(link, Answer.AUTHORIZE)
    clock.move_to(NOW + MINUTE / 2)
    assert browser.choose(link, Answer.AUTHORIZE).status_code == 303
    assert len(make.posted("authorizer_code")) == 1


def test_another_answer_within_the_minute_is_429_with_the_time(
    browser: Browser, link: AuthorizationLink
) -> None:
    browser.choose(link, Answer.AUTHORIZE)
    response = browser.choose(link, Answer.DECLINE)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "61")


def test_the_sixth_code_of_an_hour_is_429_and_the_thirteenth_409_with_a_new_link(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    for number in range(5):
        clock.move_to(NOW + number * MINUTE)
        assert browser.choose(link, Answer.DECLINE).status_code == 303
    clock.move_to(NOW + 5 * MINUTE)
    assert browser.choose(link, Answer.DECLINE).status_code == 429
    for number in range(7):
        clock.move_to(NOW + (60 + 15 * number) * MINUTE)
        browser.open(link)
        assert browser.choose(link, Answer.DECLINE).status_code == 303
    clock.move_to(NOW + timedelta(days=1))
    browser.open(link)
    response = browser.choose(link, Answer.DECLINE)
    assert response.status_code == 409
    assert f'action="/authorize/{link.pk}/new-link/"' in response.content.decode()


def test_a_dead_link_is_410_and_comes_before_the_form(browser: Browser, link: AuthorizationLink) -> None:
    made = link.nomination.request
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    assert browser.get(page_of(link)).status_code == 410
    assert browser.send(page_of(link)).status_code == 410
    assert "withdrawn" in text_of(browser.get(page_of(link)))


def test_a_form_after_the_links_end_lapses_the_nomination(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    clock.move_to(link.expires_at - MINUTE)
    browser.open(link)
    clock.move_to(link.expires_at)
    response = browser.choose(link, Answer.AUTHORIZE)
    assert response.status_code == 410
    assert "expired on 9 December 2026" in text_of(response)
    made = SmartAccountRequest.objects.get()
    assert made.authorization == "lapsed"


def test_a_frozen_request_is_being_checked_before_the_form_is_looked_at(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    freeze(link.nomination.request)
    assert browser.get(path_of(link)).status_code == 303
    for response in (
        browser.get(page_of(link)),
        browser.send(page_of(link)),
        browser.choose(link, Answer.DECLINE),
    ):
        assert response.status_code == 409
        assert "being checked" in title_of(response)
    clock.move_to(link.expires_at + MINUTE)
    assert browser.open(link).status_code == 409


def test_facts_that_changed_meanwhile_make_the_old_link_410(
    browser: Browser, link: AuthorizationLink
) -> None:
    made = link.nomination.request
    facts.change(
        made.pk,
        by=made.requester,
        account_name="Acme GmbH",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW,
    )
    response = browser.choose(link, Answer.AUTHORIZE)
    assert response.status_code == 410
    assert "newer" in title_of(response)


def test_somebody_else_who_is_signed_in_gets_no_form_but_a_way_to_sign_out(
    browser: Browser, link: AuthorizationLink
) -> None:
    browser.force_login(make.person("lee@acme-robotics.example"))
    response = browser.get(page_of(link))
    page = response.content.decode()
    assert response.status_code == 403
    assert 'type="radio"' not in page
    assert 'action="/accounts/logout/"' in page
    assert PRIYA not in text_of(response)
    assert browser.choose(link, Answer.DECLINE).status_code == 403


def test_the_requester_who_is_signed_in_is_another_person(browser: Browser, link: AuthorizationLink) -> None:
    browser.force_login(link.nomination.request.requester)
    assert browser.get(page_of(link)).status_code == 403


def test_a_signed_in_reader_of_the_address_needs_no_cookie(link: AuthorizationLink) -> None:
    reader = Browser()
    reader.force_login(make.person(PRIYA, name="Priya Raman"))
    assert reader.get(page_of(link)).status_code == 200


def test_names_and_messages_are_shown_as_typed_and_never_as_markup(clock: time_machine.Traveller) -> None:
    made = make.request(account_name="<script>alert(1)</script>", message="{{ settings.SECRET_KEY }}")
    response = Browser().open(make.link_of(made))
    page = response.content.decode()
    assert "<script>alert" not in page
    assert "{{ settings" in page
    assert settings.SECRET_KEY not in page
