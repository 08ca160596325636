"""The authorizer says no, and the request goes on with somebody else."""

import pytest

from tests.journeys import asking
from tests.journeys.browsing import Visitor
from tests.journeys.conftest import Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db

SAM = "sam.ortiz@acme-robotics.example"


def test_after_a_decline_the_second_authorizer_is_asked_once_a_reviewer_released_it(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya, sam = meet(DANA).sign_in(), stranger(PRIYA), stranger(SAM)
    page = asking.ask(dana, authorizer=PRIYA)
    reference = asking.reference(dana)
    nomination = priya.letter("nomination")
    asking.decline(priya, nomination, reason="This belongs to purchasing.")
    priya.sees("Dana Whitfield is told and may name another person; our reviewer sees that you declined")
    priya.letter("decision_receipt").says("You declined", reference)
    priya.open(nomination.link("/a/")).is_at("This request was answered", status=410)

    dana.letter("declined").says(PRIYA, "This belongs to purchasing.")
    dana.open(page).sees(
        "Your turn: choose another authorizer", f"{PRIYA} declined", "This belongs to purchasing."
    )
    dana.click("Choose another authorizer").type("Email Address", SAM).type(
        "Message to Creator", "Please look at this, Sam."
    )
    dana.press("Name this authorizer").sees(
        f"You named {SAM}", "We check the address by hand before we write to it"
    )
    dana.letter("held").says(SAM, "our reviewer looks at the request by hand")
    sam.has_nothing_to_read()

    rosa.open("/review/").sees(reference).click(reference)
    rosa.sees(f"The letter to {SAM} is held", "Please look at this, Sam.", "Declined")
    rosa.press("Release the held letter")
    asking.authorize(sam, sam.letter("nomination").says("Dana Whitfield named you", reference))
    dana.letter("authorized").says(SAM)
    asking.review(rosa, reference, act="Approve the identifier")
    dana.letter("setup").says(f"Authorized by {SAM}")
    priya.has_nothing_to_read()


def test_a_held_letter_that_the_reviewer_refuses_is_never_written(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, lee = meet(DANA).sign_in(), stranger("lee@globex.example")
    dana.press("Request a Smart Account").choose(asking.NO).type("Email Address", lee.address).press(
        "Continue"
    )
    dana.sees("globex.example", "We check this by hand").type("Account Name", "Globex").press("Continue")
    dana.is_at("We check this by hand before we write to anybody").sees(DANA, lee.address).press("Continue")
    dana.press("Continue").press("Continue").sees("What happens when you submit", "by hand").press(
        "Submit Request"
    )
    dana.is_at("Access Request Sent").sees(f"We check the authorizer’s address {lee.address} by hand")
    reference = asking.reference(dana)
    dana.letter("request_sent").says(
        "Before we write to the authorizer, our reviewer looks at the request by hand"
    )

    rosa.open("/review/").click(reference).sees("Does not agree")
    rosa.press("Refuse the held letter")
    assert rosa.status == 422
    rosa.page.button("Refuse the held letter")
    asking.act(rosa, "Refuse the held letter", "Reason", "Name a person of your own company.")
    dana.letter("choose_authorizer").says(
        "Our reviewer looked at the nomination and did not release it", "Name a person of your own company."
    )
    dana.click("See where your request is").sees("Your turn: choose another authorizer")
    lee.has_nothing_to_read()
