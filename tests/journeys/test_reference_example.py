"""The article's example on *No*, every one of its 21 steps, from registration to the active account."""

import pytest

from people.templatetags.moments import until
from requests_app.domain.authorization import link_end
from requests_app.domain.spans import Spans
from tests import make
from tests.journeys import asking
from tests.journeys.asking import NO
from tests.journeys.browsing import Visitor
from tests.journeys.conftest import Clock, Meet

pytestmark = pytest.mark.django_db

DANA = "dana.whitfield@cco-esup.example"
PRIYA = "priya.raman@cco-esup.example"


def register(dana: Visitor) -> None:
    dana.open("/").is_at("Request a Smart Account").click("Register Now").is_at("Register Now")
    dana.type("E-mail address", dana.address).type("Full name", "Dana Whitfield")
    dana.type("Password", make.PASSWORD).press("Register Now")
    dana.is_at("Enter the code").sees(f"We wrote to {dana.address}")
    letter = dana.letter("registration_code").says("Type this code to confirm your e-mail address")
    assert letter.subject == f"{letter.code} is your Smart Account Requests code"
    wrong = f"{(int(letter.code) + 1) % 10**6:06}"
    dana.type("Code", wrong).press("Confirm address")
    assert dana.status == 422
    dana.type("Code", f"{letter.code[:3]} {letter.code[3:]}").press("Confirm address").is_at("Administration")


def fill_in(dana: Visitor) -> None:
    dana.sees("You have no open requests").press("Request a Smart Account")
    dana.is_at("Who will authorize this Smart Account?")
    dana.sees("Partners may not authorize account creation on behalf of customers", "created once")
    dana.press("Continue").is_told("Select who will authorize this Smart Account")
    dana.choose(NO).press("Continue").is_told("Enter the authorizer's e-mail address")
    dana.type("Email Address", f"mailto:{PRIYA.upper()} ").type("Message to Creator", "Account request")
    dana.press("Continue").is_at("Account details")
    dana.sees("cco-esup.example", f"The domain of {PRIYA}. It follows that address until you edit it")
    dana.press("Continue").is_told("Enter the account name")
    dana.type("Account Name", "CCO Esup, Inc.").press("Continue")

    dana.is_at("Company Information (Optional)").tick("Select to provide this information now")
    dana.sees("Top-level Domain Name")
    for label in ("State/Province/Region", "Zip Code/Postal Code", "City", "Address", "Address 2"):
        assert dana.page.has(label), label
    dana.type("Company/Organization Name", "CCO Esup, Inc.")
    dana.choose_what_changes_the_page("Country", "United States", button="Update the address fields")
    dana.type("Address", "Cisco Sample Street").type("City", "Irvine").choose("State", "California")
    dana.type("ZIP code", "9261").press("Continue")
    assert dana.status == 422
    dana.type("ZIP code", "92617").press("Continue")

    dana.is_at("Administrators (Optional)")
    dana.tick("I request access for other users").type("Address 1", f"lee@cco-esup.example; {PRIYA}")
    dana.tick("I request access for myself").press("Continue")


def test_the_no_path_from_registration_to_the_active_account(
    stranger: Meet, rosa: Visitor, clock: Clock
) -> None:
    last = until(link_end(clock.now, spans=Spans()))
    dana, priya = stranger(DANA), stranger(PRIYA)
    register(dana)
    fill_in(dana)

    dana.is_at("Check your answers and submit the request")
    dana.sees("cco-esup.example", "CCO Esup, Inc.", PRIYA, "Account request", "Cisco Sample Street", "Irvine")
    dana.sees("California", "92617", "lee@cco-esup.example")
    priya.has_nothing_to_read()
    dana.press("Submit Request").is_at("Access Request Sent")
    reference = asking.reference(dana)
    dana.sees(f"We e-mail {PRIYA} a link", last)
    dana.letter("request_sent").says(reference, PRIYA, last)
    dana.click("See where your request is").sees("Waiting for the authorizer and the reviewer")

    letter = priya.letter("nomination")
    letter.says("Dana Whitfield named you", DANA, "CCO Esup, Inc.", "Account request", reference)
    assert letter.subject.endswith(f": Smart Account {reference}")
    asking.open_link(priya, letter).is_at("May you act for cco-esup.example?")
    priya.sees("Dana Whitfield", DANA, "lee@cco-esup.example", "We have not checked it", "Account request")
    priya.press("Continue").is_told("Select an answer")
    priya.has_nothing_to_read()
    priya.choose("Authorize activation").press("Continue").is_at("Authorize activation?")
    priya.sees("I may act for the organization that uses cco-esup.example", "“CCO Esup, Inc.”")
    code = priya.letter("authorizer_code").says("You chose Authorize").code
    priya.type("Code", code).press("Authorize activation")
    priya.is_told("Tick the statement to authorize activation")
    priya.tick("I have read this statement").type("Code", f" {code[:3]} {code[3:]}").press(
        "Authorize activation"
    )
    priya.is_at("You authorized it").sees(f"We sent a receipt with the exact text to {PRIYA}")
    priya.letter("decision_receipt").says("I may act for the organization that uses cco-esup.example")
    priya.has_nothing_to_read()

    dana.letter("authorized").says(PRIYA, "Our reviewer still looks at the account domain identifier")
    dana.reload().sees("Waiting for the reviewer", f"{PRIYA} authorized it")
    rosa.open("/review/").sees(reference, "cco-esup.example")
    asking.review(rosa, reference, act="Approve the identifier")
    rosa.sees("In set-up, with the requester")

    setup = dana.letter("setup").says("sign in and complete the set-up", f"Authorized by {PRIYA}")
    dana.take_another_device()
    dana.open(setup.link("/requests/")).is_at("Sign in")
    dana.type("E-mail address", DANA).type("Password", make.PASSWORD).press("Sign in")
    dana.is_at("Set up the Smart Account").sees("3 tasks left")
    dana.click("Accept the agreement").press("Accept the agreement").is_told("Tick to accept the agreement")
    dana.tick("I accept the agreement for cco-esup.example").press("Accept the agreement").sees(
        "2 tasks left"
    )
    dana.click("Confirm the company information").press("Confirm").sees("1 task left")
    dana.click("Confirm the administrators").untick(PRIYA).press("Confirm")
    dana.press("Activate the Smart Account")
    dana.sees("The Smart Account for cco-esup.example is active", "active since")
    dana.letter("activated").says("your Smart Account is active", "lee@cco-esup.example")
    dana.click("Open the Smart Account").sees("cco-esup.example", "lee@cco-esup.example").does_not_see(PRIYA)
    stranger("lee@cco-esup.example").letter("administrator_named").says("CCO Esup, Inc.", f"Named by {DANA}")
    priya.has_nothing_to_read()
