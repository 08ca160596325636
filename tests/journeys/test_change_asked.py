"""The reviewer asks about the identifier, and the requester answers."""

import pytest

from tests.journeys import asking
from tests.journeys.browsing import Letter, Visitor
from tests.journeys.conftest import Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db

ROBOTS = "robots.acme-robotics.example"


def ask_change(rosa: Visitor, reference: str, *, proposal: str = "") -> None:
    rosa.open("/review/").click(reference)
    rosa.type_beside("Ask for a change", "Proposed identifier", proposal)
    asking.act(rosa, "Ask for a change", "Question", "Is it not the shorter one?")


def begin(dana: Visitor, priya: Visitor, rosa: Visitor, *, proposal: str = "") -> tuple[str, str, Letter]:
    """Ask for a sub-domain and be asked back; returns page, reference and the authorizer's letter."""
    page = asking.ask(dana, authorizer=PRIYA, domain=ROBOTS)
    reference = asking.reference(dana)
    letter = priya.letter("nomination").says(ROBOTS)
    ask_change(rosa, reference, proposal=proposal)
    return page, reference, letter


def test_an_accepted_proposal_is_approved_and_the_authorizer_asked_about_it_anew(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page, reference, old = begin(dana, priya, rosa, proposal="acme-robotics.example")
    asked = dana.letter("change_asked").says("Proposal acme-robotics.example", "Is it not the shorter one?")
    dana.open(page).sees(
        "Your turn: answer the reviewer about the identifier", "proposes acme-robotics.example"
    )
    dana.open(asked.link("/requests/")).click("Answer the reviewer")
    dana.is_at("The reviewer asks about the identifier").sees("Is it not the shorter one?")
    dana.press("Accept the proposal").sees(
        "The identifier is changed and approved.", "Waiting for the authorizer"
    )

    new = priya.letter("facts_changed").says(
        "Please look at it as it is now", "acme-robotics.example", reference
    )
    assert new.subject == f"Changed, please look again: {reference}"
    asking.open_link(priya, old).is_at("This link was replaced by a newer one", status=410)
    asking.authorize(priya, new)
    rosa.open(f"/review/?q={reference}&waits=anything").sees("acme-robotics.example")
    dana.letter("setup").says("Your request is authorized and its account domain identifier is approved")


def test_the_question_can_be_answered_with_another_identifier(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page, reference, old = begin(dana, priya, rosa)
    dana.letter("change_asked").says("You can enter another identifier, or keep yours and say why")
    dana.open(page).click("Answer the reviewer").type(
        "Account Domain Identifier", "https://labs.acme-robotics.example/"
    )
    dana.type("Note to the reviewer", "The labs use it.").press("Send the answer")
    dana.is_told("We will use labs.acme-robotics.example. Send it again to confirm")
    dana.press("Send the answer").sees("Your answer is with the reviewer.", "labs.acme-robotics.example")
    priya.letter("facts_changed").says("labs.acme-robotics.example")
    asking.open_link(priya, old).is_at("This link was replaced by a newer one", status=410)
    rosa.open("/review/").click(reference).sees("labs.acme-robotics.example", "The labs use it.")
    rosa.press("Approve the identifier")
    dana.letter("domain_approved").says("The authorizer has not answered yet")


def test_the_question_can_be_answered_by_keeping_the_identifier(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page, reference, letter = begin(dana, priya, rosa, proposal="acme-robotics.example")
    dana.open(page).click("Answer the reviewer")
    dana.type("Note to the reviewer", "The robots have licences of their own.").press("Send the answer")
    dana.sees("Your answer is with the reviewer.", "Waiting for the authorizer and the reviewer")
    priya.has_nothing_to_read()
    asking.authorize(priya, letter)
    rosa.open("/review/").click(reference).sees("The robots have licences of their own.")
    rosa.press("Approve the identifier")
    dana.letter("setup").says(ROBOTS)


def test_a_rejected_identifier_closes_the_request_with_its_reason(
    meet: Meet, stranger: Meet, rosa: Visitor
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page = asking.ask(dana, authorizer=PRIYA)
    letter = priya.letter("nomination")
    rosa.open("/review/").click(asking.reference(dana))
    asking.act(rosa, "Reject and close the request", "Reason", "Your company has an account already.")
    dana.letter("domain_rejected").says("Your company has an account already.", "no account is created")
    dana.open(page).sees("Rejected", "Your company has an account already.")
    priya.letter("nothing_to_do").says("Our reviewer did not approve", "No answer is needed from you")
    asking.open_link(priya, letter)
    assert priya.status == 410
