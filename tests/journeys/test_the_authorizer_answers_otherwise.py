"""What the authorizer may do besides saying yes or no: stop letters, say it was not meant, hand on, take back."""

import pytest

from tests.journeys import asking
from tests.journeys.browsing import Visitor
from tests.journeys.conftest import Clock, Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db

SAM = "sam.ortiz@acme-robotics.example"


def test_the_stop_link_stops_reminders_and_leaves_the_answer_open(
    meet: Meet, stranger: Meet, clock: Clock
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    asking.ask(dana, authorizer=PRIYA)
    nomination = priya.letter("nomination")
    priya.open(nomination.link("/n/")).is_at("Stop these e-mails").sees("Dana Whitfield asked", PRIYA)
    clock.goes_on(days=4)
    reminder = priya.letter("reminder").says("Not meant for you, or no more reminders?")
    priya.open(reminder.link("/n/")).press("Stop reminders of this request").is_at("Reminders are stopped")
    clock.goes_on(days=5)
    clock.goes_on(days=4)
    priya.has_nothing_to_read()
    asking.authorize(priya, nomination)


def test_the_mail_programs_one_click_stops_reminders_without_a_page(
    meet: Meet, stranger: Meet, clock: Clock
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    asking.ask(dana, authorizer=PRIYA)
    priya.letter("nomination")
    clock.goes_on(days=4)
    headers = dict(priya.letter("reminder").kept.headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]
    answer = stranger(PRIYA).client.post(f"/{path}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    clock.goes_on(days=5)
    priya.has_nothing_to_read()


def test_not_meant_ends_the_nomination_and_the_requester_reaches_the_address_no_more(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page = asking.ask(dana, authorizer=PRIYA)
    nomination = priya.letter("nomination")
    asking.open_link(priya, nomination).choose("This was not meant for me").press("Continue")
    priya.is_at("This was not meant for you?").press("Confirm that it was not meant for me")
    priya.is_told("Tick the box if it was not meant for you")
    priya.tick("This was not meant for me").press("Confirm that it was not meant for me")
    priya.is_at("This nomination ended").sees("Nothing more from Dana Whitfield reaches")
    asking.open_link(priya, nomination).is_at("This request was not meant for its reader", status=410)

    dana.letter("choose_authorizer").says("The person you named says that the request was not meant for them")
    dana.open(page).sees("Your turn: choose another authorizer").click("Withdraw the request")
    dana.press("Withdraw the request")
    asking.ask(dana, authorizer=PRIYA)
    dana.letter("choose_authorizer").says("could not be delivered")
    priya.has_nothing_to_read()


def test_handing_on_asks_the_colleague_and_tells_the_requester(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya, sam = meet(DANA).sign_in(), stranger(PRIYA), stranger(SAM)
    page = asking.ask(dana, authorizer=PRIYA)
    nomination = priya.letter("nomination")
    asking.open_link(priya, nomination).choose("Somebody else should answer").press("Continue")
    priya.is_told("Enter your colleague's e-mail address")
    priya.type("Your colleague’s e-mail address", DANA).press("Continue")
    assert priya.status == 422
    priya.type("Your colleague’s e-mail address", SAM).press("Continue").is_at("Let somebody else answer?")
    code = priya.letter("authorizer_code").says("You chose Somebody else should answer").code
    priya.type("Code", code).press("Let this colleague answer").is_at("Your colleague is asked").sees(SAM)
    priya.letter("decision_receipt")
    asking.open_link(priya, nomination).is_at("This request was handed on", status=410)

    dana.letter("handed_on_notice").says(f"Handed on by {PRIYA}", f"Asked now {SAM}")
    dana.open(page).sees("Waiting for the authorizer and the reviewer", f"{SAM} has")
    letter = sam.letter("handed_on").says(f"Handed on by {PRIYA}", "you are the person to answer")
    asking.authorize(sam, letter.is_silent_about("Account request"))
    dana.letter("authorized").says(SAM)


def test_an_authorization_is_taken_back_from_the_receipt(
    meet: Meet, stranger: Meet, rosa: Visitor, clock: Clock
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page = asking.ask(dana, authorizer=PRIYA)
    reference = asking.reference(dana)
    asking.authorize(priya, priya.letter("nomination"))
    asking.review(rosa, reference, act="Approve the identifier")
    dana.letter("setup")
    dana.open(page).sees("Ready for you to set up")

    receipt = priya.letter("decision_receipt")
    priya.take_another_device()
    clock.goes_on(hours=1)
    priya.open(receipt.link("/r/")).is_at("You authorized this").press("Take back")
    code = priya.letter("authorizer_code").says("You chose Take back").code
    priya.type("Code", code).press("Take back").is_at("You took it back")
    dana.letter("choose_authorizer").says("The authorization of your request was taken back")
    dana.open(page).sees("Your turn: choose another authorizer").does_not_see("Ready for you to set up")
    dana.click("Choose another authorizer").type("Email Address", SAM).press("Name this authorizer")
    sam = stranger(SAM)
    asking.authorize(sam, sam.letter("nomination"))
    dana.letter("setup").says(f"Authorized by {SAM}")


def test_who_did_not_answer_stops_the_request_from_the_receipt(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page = asking.ask(dana, authorizer=PRIYA)
    reference = asking.reference(dana)
    asking.authorize(priya, priya.letter("nomination"))
    priya.open(priya.letter("decision_receipt").link("/r/")).click("This was not me").press(
        "Stop this request"
    )
    priya.is_told("Tick the box if it was not you")
    priya.tick("This was not me").press("Stop this request").is_at("The request is stopped")
    dana.open(page).sees("Being checked by our staff")
    rosa.open("/review/?waits=frozen").click(reference).sees("Stopped since")
    rosa.press("Lift the stop")
    dana.open(page).sees("Waiting for the reviewer")
