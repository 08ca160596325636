"""Claims and the next one on the pages of the desk; who may not decide sees no form for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.services import claiming, review
from tests import make
from tests.make import NOW
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db


def url(request: SmartAccountRequest) -> str:
    return f"/review/{request.pk}/"


def press(browser: Client, request: SmartAccountRequest, do: str) -> Any:
    return browser.post(f"{url(request)}claim/", {"do": do})


def test_a_claim_is_shown_on_both_pages_and_given_back(desk: Client) -> None:
    request = make.request()
    assert press(desk, request, "claim").url == url(request)
    assert "You hold this request until 25 Nov, 14:31 UTC" in text_of(desk.get(url(request)))
    assert "Yours until 14:31 UTC" in text_of(desk.get("/review/"))
    press(desk, request, "give_back")
    assert "You hold this request until" not in text_of(desk.get(url(request)))


def test_what_another_holds_is_409_that_names_them_until_it_is_taken_over(desk: Client) -> None:
    request = make.request()
    claiming.claim(request.pk, by=make.reviewer(), now=NOW)
    assert "Rosa Reviewer until 14:31 UTC" in text_of(desk.get("/review/"))
    page = text_of(desk.get(url(request)))
    assert "Rosa Reviewer has claimed this request" in page
    for answer in (
        press(desk, request, "claim"),
        desk.post(url(request), {"act": "approve", "facts_version": 1}),
    ):
        assert answer.status_code == 409
        assert "Rosa Reviewer has claimed this request until 14:31 UTC" in text_of(answer)
    assert press(desk, request, "take_over").status_code == 303
    assert desk.post(url(request), {"act": "approve", "facts_version": 1}).status_code == 303


def test_claiming_is_a_post_of_reviewers(desk: Client, sit_down: Callable[[Person], Client]) -> None:
    request = make.request()
    assert desk.get(f"{url(request)}claim/").status_code == 405
    eve = sit_down(make.person("eve@globex.example"))
    assert press(eve, request, "claim").status_code == 404
    assert press(Client(), request, "claim").status_code == 302
    assert desk.post("/review/00000000-0000-0000-0000-000000000000/claim/").status_code == 404


def test_the_next_in_the_queue_is_one_click_away(desk: Client) -> None:
    first = make.request(now=NOW - timedelta(hours=2))
    second = make.request(
        make.person("eve@acme-robotics.example"),
        authorizer_address="e@acme-robotics.example",
        account_domain="shop.acme-robotics.example",
        domain_edited=True,
        domain_note="The shop.",
    )
    assert desk.get("/review/next/").url == url(first)  # type: ignore[attr-defined]
    page = text_of(desk.get(url(first)))
    assert f"/review/next/?after={first.pk}" in page
    assert desk.get("/review/next/", {"after": str(first.pk)}).url == url(second)  # type: ignore[attr-defined]
    make.approved(first)
    make.approved(second)
    answer = desk.get("/review/next/", {"after": "no id"}, follow=True)
    assert answer.redirect_chain == [("/review/", 303)]
    assert "Nothing else waits for you." in text_of(answer)


def test_who_decided_sees_no_form_to_reopen_and_another_reviewer_does(
    desk: Client, rita: Person, sit_down: Callable[[Person], Client]
) -> None:
    request = make.request()
    review.reject(request.pk, by=rita, facts_version=1, reason="No.", now=NOW)
    own = desk.get(url(request))
    assert "reopen" not in own.context["forms"]
    assert "another reviewer must reopen it" in text_of(own)  # type: ignore[arg-type]
    assert desk.post(url(request), {"act": "reopen", "reason": "A mistake."}).status_code == 403
    other = sit_down(make.reviewer()).get(url(request))
    assert "reopen" in other.context["forms"]
    assert "another reviewer must reopen it" not in text_of(other)  # type: ignore[arg-type]
