"""/r/: what the receipt in the authorizer's mailbox can still do."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from requests_app.models import Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import withdrawal
from tests import make
from tests.make import NOW, PRIYA
from tests.requests_app.views.authorizer.browsing import (
    Browser,
    code_at,
    every_row,
    receipt_path_of,
    text_of,
    title_of,
    wrong_code_at,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def made() -> SmartAccountRequest:
    return make.answered(make.request(), Answer.AUTHORIZE)


@pytest.fixture
def decision(made: SmartAccountRequest) -> Decision:
    return made.decisions.get()


def page_of(decision: Decision, page: str = "") -> str:
    return f"/authorize/receipt/{decision.pk}/{page}"


def opened(decision: Decision) -> Browser:
    browser = Browser()
    browser.get(receipt_path_of(decision))
    browser.get(page_of(decision))
    return browser


def used_link(decision: Decision) -> object:
    named = decision.nomination
    assert named is not None
    return named.links.get(pk=decision.link_id)


def test_opening_it_decides_nothing_and_gives_its_own_cookie(decision: Decision) -> None:
    before = every_row()
    response = Client().get(receipt_path_of(decision))
    assert (response.status_code, response.headers["Location"]) == (303, page_of(decision))
    assert list(response.cookies) == [f"authz-{decision.pk.hex[:8]}"]
    head = Client().head(receipt_path_of(decision))
    assert (head.status_code, len(head.cookies)) == (303, 0)
    browser = opened(decision)
    for page in ("", "take-back/", "not-me/", "done/"):
        browser.get(page_of(decision, page))
    assert every_row() == before
    assert Client().post(receipt_path_of(decision)).status_code == 405


def test_without_the_cookie_its_pages_are_403(decision: Decision) -> None:
    for page in ("", "take-back/", "not-me/", "done/"):
        assert Client().get(page_of(decision, page)).status_code == 403
    assert Client().get(f"/authorize/receipt/{decision.request_id}/").status_code == 403


def test_taking_back_needs_a_code(made: SmartAccountRequest, decision: Decision) -> None:
    browser = opened(decision)
    assert browser.get(page_of(decision, "take-back/")).headers["Location"] == page_of(decision)
    assert browser.send(page_of(decision)).headers["Location"] == page_of(decision, "take-back/")
    assert make.posted()[-1].to == PRIYA
    link = used_link(decision)
    wrong = browser.send(page_of(decision, "take-back/"), code=wrong_code_at(link))  # type: ignore[arg-type]
    assert wrong.status_code == 422
    assert "4 tries left" in text_of(wrong)
    for _ in range(2):
        right = browser.send(page_of(decision, "take-back/"), code=code_at(link))  # type: ignore[arg-type]
        assert right.headers["Location"] == page_of(decision, "done/")
    made.refresh_from_db()
    assert made.authorization == "revoked"
    assert "You took it back" in text_of(browser.get(page_of(decision, "done/")))
    assert "Take back the authorization" not in text_of(browser.get(page_of(decision)))


def test_another_code_is_one_a_minute(decision: Decision, clock: time_machine.Traveller) -> None:
    browser = opened(decision)
    browser.send(page_of(decision))
    browser.send(page_of(decision, "take-back/"), action="resend")
    assert len(make.posted("authorizer_code")) == 2  # the one that authorized, and this one
    clock.move_to(NOW + MINUTE)
    browser.send(page_of(decision, "take-back/"), action="resend")
    assert len(make.posted("authorizer_code")) == 3


def test_this_was_not_me_asks_once_more_and_stops_the_request(
    made: SmartAccountRequest, decision: Decision
) -> None:
    browser = opened(decision)
    page = browser.get(page_of(decision, "not-me/"))
    assert "checked" not in page.content.decode()
    unticked = browser.send(page_of(decision, "not-me/"))
    assert unticked.status_code == 422
    assert title_of(unticked).startswith("Error:")
    made.refresh_from_db()
    assert made.frozen_at is None
    assert browser.send(page_of(decision, "not-me/"), sure="on").status_code == 303
    made.refresh_from_db()
    assert made.frozen_at == NOW
    assert "The request is stopped" in text_of(browser.get(page_of(decision, "done/")))
    assert browser.get(page_of(decision)).status_code == 409
    assert [row.primitives["alert"] for row in make.posted("operator_alert")] == ["not_me"]


def test_a_decline_can_be_said_to_be_somebody_elses_but_not_taken_back() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    decision = made.decisions.get()
    browser = opened(decision)
    page = text_of(browser.get(page_of(decision)))
    assert "Take back" not in page
    browser.get(page_of(decision, "not-me/"))
    assert browser.send(page_of(decision)).status_code == 409
    assert browser.send(page_of(decision, "not-me/"), sure="on").status_code == 303


def test_once_closed_or_active_it_is_410(made: SmartAccountRequest, decision: Decision) -> None:
    browser = opened(decision)
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    for response in (
        browser.get(receipt_path_of(decision)),
        browser.get(page_of(decision)),
        browser.send(page_of(decision)),
        browser.send(page_of(decision, "not-me/"), sure="on"),
    ):
        assert response.status_code == 410
    active = make.activated()
    receipt = active.decisions.get()
    assert Client().get(receipt_path_of(receipt)).status_code == 410


def test_somebody_else_who_is_signed_in_is_403(decision: Decision) -> None:
    browser = opened(decision)
    browser.force_login(make.person("lee@acme-robotics.example"))
    assert browser.get(page_of(decision)).status_code == 403


def test_the_receipts_cookie_is_too_old_after_half_an_hour(
    decision: Decision, clock: time_machine.Traveller
) -> None:
    browser = opened(decision)
    clock.move_to(NOW + 30 * MINUTE)
    assert browser.get(page_of(decision)).status_code == 403
