"""Answering the reviewer, changing facts, setting up: through the forms as a browser sends them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import Person
from requests_app.domain import statement
from requests_app.domain.submission import Authority
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import review
from smart_accounts.services import agreement
from tests import make
from tests.make import DANA
from tests.requests_app.views.requester.conftest import Browser

pytestmark = pytest.mark.django_db
Browsers = Callable[[Person], Browser]
OTHER = "other.acme-robotics.example"


def fresh(**changed: object) -> SmartAccountRequest:
    """A request sent a moment ago by the real clock, which the views read."""
    make.person(DANA, created_at=timezone.now() - timedelta(days=30))
    return make.request(now=timezone.now(), **changed)


def asked(request: SmartAccountRequest, *, proposal: str = OTHER) -> SmartAccountRequest:
    """The same request after a reviewer asked for another identifier."""
    review.ask_change(
        request.pk,
        by=make.reviewer(),
        facts_version=request.facts_version,
        proposal=proposal,
        question="Is it not the other one?",
        now=timezone.now(),
    )
    request.refresh_from_db()
    return request


def test_the_proposal_is_accepted_with_one_press(browser: Browsers) -> None:
    request = asked(fresh())
    path = reverse("request_domain", args=[request.pk])
    answer = browser(request.requester).post(path, act="accept", facts_version=request.facts_version)
    assert answer.status_code == 303
    request.refresh_from_db()
    assert (request.account_domain, request.domain, request.authorization) == (OTHER, "approved", "pending")
    assert make.kinds()[-1] == "facts_changed"


def test_on_yes_the_proposal_needs_the_tick(browser: Browsers) -> None:
    request = asked(fresh(authority=Authority.YES))
    dana, path = browser(request.requester), reverse("request_domain", args=[request.pk])
    unticked = dana.post(path, act="accept", facts_version=request.facts_version)
    assert unticked.status_code == 422
    assert "Tick the statement" in unticked.content.decode()
    ticked = dana.post(
        path, act="accept", facts_version=request.facts_version, statement_version=statement.VERSION
    )
    assert ticked.status_code == 303


@pytest.mark.parametrize(
    ("given", "note", "words"),
    [
        ("https://www.acme-robotics.example/x", "Because.", "We will use acme-robotics.example"),
        ("com", "Because.", "shared by many companies"),
        (OTHER, "", "Tell the reviewer"),
        (OTHER, "see https://evil.example", "https://"),
    ],
)
def test_an_answer_that_is_no_good_is_said_beside_its_field_and_kept(
    given: str, note: str, words: str, browser: Browsers
) -> None:
    request = asked(fresh())
    path = reverse("request_domain", args=[request.pk])
    answer = browser(request.requester).post(
        path, account_domain=given, note=note, facts_version=request.facts_version
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "<title>Error:" in page
    assert note in page
    request.refresh_from_db()
    assert request.domain == "change_asked"


def test_a_page_that_showed_older_facts_is_a_conflict(browser: Browsers) -> None:
    request = asked(fresh())
    path = reverse("request_domain", args=[request.pk])
    stale = browser(request.requester).post(path, act="accept", facts_version="0")
    assert stale.status_code == 409


@pytest.mark.parametrize("typed", ["x", "-1", "٣", "9" * 40, ""])
def test_a_version_that_is_no_number_is_a_conflict_and_no_error(typed: str, browser: Browsers) -> None:
    request = asked(fresh())
    path = reverse("request_domain", args=[request.pk])
    assert browser(request.requester).post(path, act="accept", facts_version=typed).status_code == 409


def test_company_information_follows_its_country_and_is_kept(browser: Browsers) -> None:
    request = fresh()
    dana, path = browser(request.requester), reverse("request_company", args=[request.pk])
    fields = {
        "name": "CCO Esup, Inc.",
        "country": "US",
        "city": "Irvine",
        "area": "ON",
        "postal_code": "92617",
    }
    updated = dana.post(path, **fields, update="1")
    assert updated.status_code == 200
    assert "ZIP code" in updated.content.decode()
    assert "There is a problem" not in updated.content.decode()
    wrong = dana.post(path, **fields)
    assert wrong.status_code == 422
    assert "Select a state" in wrong.content.decode()
    assert dana.post(path, **{**fields, "area": "CA"}).status_code == 303
    assert SmartAccountRequest.objects.get().company.area == "CA"


def test_administrators_change_and_the_authorizer_is_asked_again(browser: Browsers) -> None:
    request = fresh()
    dana, path = browser(request.requester), reverse("request_administrators", args=[request.pk])
    fields = {
        "account_name": "Acme Robotics, Inc.",
        "for_others": "on",
        "facts_version": request.facts_version,
    }
    bad = dana.post(path, **fields, address_1="kim@acme-robotics")
    assert bad.status_code == 422
    assert "Address 1" in bad.content.decode()
    one_more = dana.post(path, **fields, address_1="kim@acme-robotics.example", add="1")
    assert one_more.status_code == 200
    assert "Address 2" in one_more.content.decode()
    assert dana.post(path, **fields, address_1="kim@acme-robotics.example").status_code == 303
    assert [row.address for row in request.administrators.all()] == ["kim@acme-robotics.example"]
    assert make.kinds()[-1] == "facts_changed"


def test_set_up_is_three_tasks_and_then_the_account_is_active(browser: Browsers) -> None:
    request = make.approved(make.answered(fresh(), Answer.AUTHORIZE, now=timezone.now()), now=timezone.now())
    dana = browser(request.requester)
    setup = reverse("setup", args=[request.pk])
    assert "3 tasks left" in dana.get(setup).content.decode()
    activate = reverse("setup_activate", args=[request.pk])
    assert dana.post(activate, seen_on=setup).status_code == 409
    agree = reverse("setup_agreement", args=[request.pk])
    assert dana.post(agree).status_code == 422
    assert dana.post(agree, accept="2020-01").status_code == 422
    assert dana.post(agree, accept=agreement.AGREEMENT_VERSION).status_code == 303
    assert dana.post(reverse("setup_company", args=[request.pk])).status_code == 303
    people = reverse("setup_administrators", args=[request.pk])
    nobody = dana.post(people)
    assert nobody.status_code == 422
    assert "Keep at least one administrator" in nobody.content.decode()
    assert dana.post(people, keep="eve@globex.example").status_code == 409
    assert dana.post(people, keep=DANA).status_code == 303
    assert dana.post(activate, seen_on=setup).status_code == 303
    request.refresh_from_db()
    assert request.state == "active"
    assert "activated" in make.kinds()
    assert dana.get(setup).status_code == 303


def test_administration_lists_what_waits_for_the_person_first(browser: Browsers) -> None:
    request = asked(fresh())
    page = browser(request.requester).get(reverse("administration")).content.decode()
    assert "Your turn: answer the reviewer about the identifier" in page
    priya = make.person(make.PRIYA, name="Priya Raman")
    hers = browser(priya).get(reverse("administration")).content.decode()
    assert "You have no open requests." in hers
    assert "Dana Whitfield asks you to authorize a Smart Account" in hers
