"""Review and Submit Request: what it shows, what it says will happen, and every refusal of submitting."""

from typing import Any

import pytest

from requests_app.models import SmartAccountRequest
from tests import make
from tests.requests_app.wizard.browsing import NO, Walk, assert_shown_again, errors, said, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(db: None) -> Walk:
    return Walk().past("administrators")


def test_it_shows_every_part_with_a_way_to_change_it(walk: Walk) -> None:
    page = walk.open("review")
    html = page.content.decode()
    for name in ("authorizer", "account", "company", "administrators"):
        assert f'href="{walk.url(name)}?from=review"' in html
    for shown in (make.PRIYA, NO["message"], "acme-robotics.example", "Acme Robotics, Inc.", "Not provided"):
        assert shown in said(page)
    assert "Submit Request" in said(page)


def test_it_says_who_is_written_to_and_when(walk: Walk) -> None:
    page = said(walk.open("review"))
    assert f"When you submit, we write to {make.PRIYA}: a link that works for 14 days." in page
    assert f"You get a confirmation at {make.DANA} at once" in page


def test_a_free_mail_authorizer_is_held_and_the_review_says_so() -> None:
    walk = Walk(authorizer_address="priya@gmail.com")
    walk.send(
        "account",
        account_name="Acme",
        is_open="1",
        account_domain="acme-robotics.example",
        domain_note="Ours.",
    )
    for page in ("check", "company", "administrators"):
        walk.send(page)
    page = said(walk.open("review"))
    assert "free-mail service" in page
    assert "Until then nothing is sent to priya@gmail.com" in page
    walk.send("review")
    assert SmartAccountRequest.objects.get().authorization == "held"


def test_submitting_twice_makes_one_request(walk: Walk) -> None:
    first, second = walk.send("review"), walk.send("review")
    made = SmartAccountRequest.objects.get()
    assert (first.status_code, first.url) == (303, f"/requests/{made.pk}/sent/")
    assert (second.status_code, second.url) == (303, f"/requests/{made.pk}/")


def test_extra_keys_are_ignored(walk: Walk) -> None:
    """G7."""
    walk.send("review", status="approved", requester="1", account_domain="evil.example")
    made = SmartAccountRequest.objects.get()
    assert (made.account_domain, made.domain, made.requester) == (
        "acme-robotics.example",
        "pending",
        walk.person,
    )


def test_an_authorizer_asked_meanwhile_is_refused_beside_the_address(walk: Walk) -> None:
    other = make.request(
        walk.person, account_domain="other.example", domain_edited=True, domain_note="Ours too."
    )
    answer = walk.send("review")
    assert (answer.status_code, answer.url) == (303, walk.url("authorizer"))
    page = walk.open("authorizer")
    assert other.reference in errors(page)["authorizer_address"][0]
    assert SmartAccountRequest.objects.count() == 1


def test_an_own_open_request_for_the_identifier_is_shown(walk: Walk) -> None:
    made = make.request(walk.person, authorizer_address="lee@acme-robotics.example")
    before = stored()
    answer = walk.send("review")
    assert (answer.status_code, answer.url) == (303, f"/requests/{made.pk}/")
    assert stored() == before


def test_a_limit_says_when_it_opens_and_keeps_the_draft(walk: Walk, settings: Any) -> None:
    settings.LIMIT_NOMINATIONS = 0
    before = stored()
    answer = walk.send("review")
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(24 * 60 * 60)
    assert "Thursday 26 November 2026, 14:01 UTC" in said(answer)
    assert stored() == before
    assert walk.open("review").status_code == 200


def test_an_account_opened_meanwhile_is_told_beside_the_identifier(walk: Walk) -> None:
    from tests.requests_app.wizard.test_account import open_account

    open_account("acme-robotics.example")
    answer = walk.send("review")
    assert_shown_again(answer)
    assert "There is a Smart Account" in errors(answer)["account_domain"][0]
    assert f'action="{walk.url("account")}"' in answer.content.decode()
    assert not SmartAccountRequest.objects.exists()
