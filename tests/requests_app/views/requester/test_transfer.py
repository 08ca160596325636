"""Offering a request to a colleague, and answering such an offer: through the forms as a browser sends them."""

from collections.abc import Callable, Iterator

import pytest
import time_machine

from people.models import Person
from requests_app.domain import statement
from requests_app.domain.submission import Authority
from requests_app.models import SmartAccountRequest, TransferOffer
from requests_app.services import freezing, transferring
from tests import make
from tests.make import NOW
from tests.people.signing_in import text_of
from tests.requests_app.views.requester.conftest import Browser

pytestmark = pytest.mark.django_db
Browsers = Callable[[Person], Browser]
LEE = "lee.park@acme-robotics.example"


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lee() -> Person:
    return make.person(LEE, name="Lee Park")


def offer_page(request: SmartAccountRequest) -> str:
    return f"/requests/{request.pk}/transfer/"


def offered(request: SmartAccountRequest) -> tuple[TransferOffer, str]:
    offer = transferring.offer(request.pk, by=request.requester, address=LEE, now=NOW)
    return offer, f"/transfers/{offer.pk}/"


def test_an_offer_is_made_shown_and_taken_back(browser: Browsers) -> None:
    request = make.request()
    dana = browser(request.requester)
    page = f"/requests/{request.pk}/"
    assert offer_page(request) in dana.get(page).content.decode()
    answer = dana.post(offer_page(request), address=f" mailto:{LEE} ")
    assert (answer.status_code, answer["Location"]) == (303, page)
    shown = text_of(dana.get(page))
    assert f"We write to {LEE}. The request stays yours until they accept." in shown
    assert f'Offered to <span class="any">{LEE}</span>' in shown
    assert "Wednesday 9 December 2026, 23:59 UTC" in text_of(dana.get(offer_page(request)))
    assert dana.post(offer_page(request), do="take_back").status_code == 303
    assert "Offer to a colleague taken back" in text_of(dana.get(page))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the colleague’s e-mail address"),
        ("lee@globex.example", "belongs to acme-robotics.example"),
        ("lee@", "e-mail address"),
        (make.DANA, "your own address"),
    ],
)
def test_what_is_wrong_stands_at_the_field_and_nothing_is_lost(
    browser: Browsers, typed: str, said: str
) -> None:
    request = make.request()
    answer = browser(request.requester).post(offer_page(request), address=typed)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{typed}"' in answer.content.decode() or not typed
    assert not TransferOffer.objects.exists()


def test_the_colleague_finds_the_offer_and_takes_the_request_over(browser: Browsers, lee: Person) -> None:
    request = make.request()
    _, path = offered(request)
    colleague = browser(lee)
    assert path in colleague.get("/administration/").content.decode()
    page = text_of(colleague.get(path))
    for fact in ("Dana Whitfield", "acme-robotics.example", "Acme Robotics, Inc.", LEE):
        assert fact in page
    assert "I authorize activation" not in page
    answer = colleague.post(path, do="accept", facts_version="1")
    assert (answer.status_code, answer["Location"]) == (303, f"/requests/{request.pk}/")
    assert "You are the requester" in text_of(colleague.get(answer["Location"]))
    assert browser(request.requester).get(f"/requests/{request.pk}/").status_code == 404
    assert colleague.get(path).url == f"/requests/{request.pk}/"
    assert path not in colleague.get("/administration/").content.decode()


def test_on_yes_the_statement_is_shown_and_has_to_be_ticked(browser: Browsers, lee: Person) -> None:
    request = make.request(authority=Authority.YES)
    _, path = offered(request)
    colleague = browser(lee)
    assert "I have authority to create the account" in text_of(colleague.get(path))
    refused = colleague.post(path, do="accept", facts_version="1")
    assert refused.status_code == 422
    assert "Tick the statement" in text_of(refused)
    answer = colleague.post(path, do="accept", facts_version="1", statement_version=statement.VERSION)
    assert answer.status_code == 303
    request.refresh_from_db()
    assert (request.requester, request.authorization) == (lee, "authorized")


def test_a_declined_offer_is_said_to_both(browser: Browsers, lee: Person) -> None:
    request = make.request()
    _, path = offered(request)
    colleague = browser(lee)
    assert colleague.post(path, do="decline").status_code == 303
    assert "You declined." in text_of(colleague.get("/administration/"))
    told = text_of(browser(request.requester).get(f"/requests/{request.pk}/"))
    assert "Offer declined by the colleague" in told
    assert "by Lee Park" in told


def test_no_answer_is_no_answer(browser: Browsers, lee: Person) -> None:
    _, path = offered(make.request())
    answer = browser(lee).post(path, facts_version="1")
    assert answer.status_code == 422
    assert "Choose what to answer" in text_of(answer)


def test_what_is_over_or_checked_says_so(browser: Browsers, lee: Person) -> None:
    request = make.request()
    _, path = offered(request)
    colleague = browser(lee)
    rosa = make.reviewer()
    freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    checked = colleague.get(path)
    assert (checked.status_code, "checking this request" in text_of(checked)) == (409, True)
    freezing.unfreeze(request.pk, by=rosa, now=NOW)
    transferring.take_back(request.pk, by=request.requester, now=NOW)
    over = colleague.get(path)
    assert (over.status_code, "taken back" in text_of(over)) == (409, True)


def test_other_facts_than_shown_are_a_conflict(browser: Browsers, lee: Person) -> None:
    _, path = offered(make.request())
    assert browser(lee).post(path, do="accept", facts_version="7").status_code == 409


def test_an_offer_is_for_its_colleague_alone(browser: Browsers) -> None:
    request = make.request()
    _, path = offered(request)
    for person in (
        request.requester,
        make.person("kim@acme-robotics.example"),
        make.person("eve@globex.example"),
    ):
        assert browser(person).get(path).status_code == 404
    assert (
        browser(request.requester).get("/transfers/00000000-0000-0000-0000-000000000000/").status_code == 404
    )
