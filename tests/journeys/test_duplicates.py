"""The same thing twice: pressed twice, asked by two people, or there already."""

import re

import pytest

from tests.journeys import asking
from tests.journeys.asking import NO
from tests.journeys.browsing import Letter, Visitor
from tests.journeys.conftest import Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db

KIM = "kim.park@acme-robotics.example"
EVE = "eve.stone@globex.example"


@pytest.mark.fault(10)
def test_submitting_twice_makes_one_request_and_one_letter(meet: Meet, stranger: Meet) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    dana.press("Request a Smart Account").choose(NO).type("Email Address", PRIYA).press("Continue")
    dana.type("Account Name", "Acme").press("Continue").press("Continue").press("Continue")
    review = dana.page
    dana.press("Submit Request").is_at("Access Request Sent")
    reference = asking.reference(dana)
    dana.page, dana.path = review, dana.path
    dana.press("Submit Request").sees(reference)
    priya.letter("nomination")
    priya.has_nothing_to_read()
    dana.open("/administration/")
    assert len(set(re.findall(r"SAR-\S{4}-\S{4}", dana.page.text))) == 1


def test_who_asks_again_for_the_same_identifier_is_led_to_the_open_request(
    meet: Meet, stranger: Meet
) -> None:
    dana, sam = meet(DANA).sign_in(), stranger("sam.ortiz@acme-robotics.example")
    page = asking.ask(dana, authorizer=PRIYA)
    dana.open("/administration/").press("Request a Smart Account")
    dana.choose(NO).type("Email Address", sam.address).press("Continue").type("Account Name", "Again")
    dana.press("Continue")
    assert dana.path == page
    dana.sees("You have this open request for acme-robotics.example already.")
    sam.has_nothing_to_read()


def test_two_rivals_are_decided_each_by_itself_and_nobody_is_told_of_the_other(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, kim, priya = meet(DANA).sign_in(), meet(KIM).sign_in(), stranger(PRIYA)
    dana_page = asking.ask(dana, authorizer=PRIYA, name="Acme by Dana")
    kim_page = asking.ask(kim, authorizer=PRIYA, name="Acme by Kim")
    dana_reference, kim_reference = asking.reference(dana), asking.reference(kim)
    for visitor, other in ((dana, KIM), (kim, DANA)):
        visitor.does_not_see(other)
        visitor.letter("request_sent").is_silent_about(other)
        assert visitor.unread() == []
    kim.open(dana_page)
    assert kim.status == 404

    rosa.open("/review/").click(dana_reference).sees(
        "Other requests for the same identifier", kim_reference, KIM
    )
    rosa.press("Approve the identifier")
    rosa.click(kim_reference).sees("The identifier is reserved for another request")
    kim.letter("rival_decided").says(
        "has been approved for another request", "Yours is still open"
    ).is_silent_about("Dana", DANA)
    kim.open(kim_page).sees("Waiting for the authorizer and the reviewer")
    asking.authorize(priya, nomination_of(priya, dana_reference))
    priya.sees("Also waiting for your answer", kim_reference)
    dana.letter("setup")


def nomination_of(priya: Visitor, reference: str) -> Letter:
    for _ in range(2):
        letter = priya.letter("nomination")
        if reference in letter.text:
            return letter
    raise AssertionError(f"No nomination about {reference}")


def activate(dana: Visitor, rosa: Visitor) -> None:
    dana.open("/administration/").press("Request a Smart Account").choose(asking.YES).press("Continue")
    dana.type("Account Name", "Acme Robotics, Inc.").tick("I authorize activation")
    dana.press("Continue and submit request")
    asking.review(rosa, asking.reference(dana), act="Approve the identifier")
    asking.set_up(dana)


def test_a_colleague_is_offered_access_to_the_account_there_is(meet: Meet, rosa: Visitor) -> None:
    dana, kim = meet(DANA).sign_in(), meet(KIM).sign_in()
    activate(dana, rosa)
    kim.press("Request a Smart Account").choose(NO).type("Email Address", PRIYA).press("Continue")
    kim.type("Account Name", "Acme").press("Continue")
    kim.is_told("There is a Smart Account for acme-robotics.example already: request access to it instead")
    kim.click("Request access").is_at("Request access to an existing Smart Account")
    kim.press("Request access to acme-robotics.example").sees("Requested access to acme-robotics.example.")
    dana.open(dana.letter("access_asked").says("Kim Park", KIM).link("/smart-accounts/"))
    dana.sees(KIM).press("Approve")
    kim.open(kim.letter("access_approved").link("/smart-accounts/")).sees("Acme Robotics, Inc.", KIM)


def test_others_learn_nothing_of_an_account_that_is_there(meet: Meet, stranger: Meet, rosa: Visitor) -> None:
    dana, eve, priya = meet(DANA).sign_in(), meet(EVE).sign_in(), stranger(PRIYA)
    activate(dana, rosa)
    eve.open("/smart-accounts/access/").sees("There is no account you can ask for").does_not_see(
        "acme-robotics"
    )
    asking.ask(eve, authorizer=PRIYA, name="Acme")
    eve.does_not_see("already", "exists", DANA)
    eve.letter("request_sent").is_silent_about("already", "exists", DANA)
    priya.has_nothing_to_read()
    rosa.open("/review/").click(asking.reference(eve)).sees("An active account has exactly this identifier")
    rosa.press("Approve the identifier")
    assert rosa.status == 409
