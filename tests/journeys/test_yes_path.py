"""The short way: the requester may act for the company and authorizes at once."""

import pytest

from tests.journeys import asking
from tests.journeys.asking import YES
from tests.journeys.browsing import Visitor
from tests.journeys.conftest import Meet
from tests.make import DANA

pytestmark = pytest.mark.django_db


def test_who_may_act_for_the_company_authorizes_in_the_same_step(meet: Meet, rosa: Visitor) -> None:
    dana = meet(DANA).sign_in()
    dana.press("Request a Smart Account").choose(YES).press("Continue").is_at("Account details")
    dana.sees("acme-robotics.example", "I may act for the organization that uses the identifier above")
    dana.type("Account Name", "Acme Robotics, Inc.").press("Continue and submit request")
    dana.is_told("Tick the statement to authorize activation")
    dana.tick("I authorize activation").press("Continue and submit request").is_at("Access Request Sent")
    dana.sees("You authorized the activation yourself", "company information", "administrators")
    reference = asking.reference(dana)
    dana.letter("request_sent").says("you have authorized it yourself")

    dana.click("company information").type("Company/Organization Name", "Acme Robotics, Inc.").press("Save")
    dana.sees("Company information is saved.", "Waiting for the reviewer", "You authorized it")
    dana.click("Change account name or administrators").tick("I request access for other users")
    dana.type("Address 1", "lee@acme-robotics.example").press("Save")
    dana.is_told("Tick the statement to authorize activation")
    dana.tick("I authorize activation").press("Save").sees(
        "Your changes are saved.", "lee@acme-robotics.example"
    )

    asking.review(rosa, reference, act="Approve the identifier")
    asking.set_up(dana)
    dana.letter("activated").says("your Smart Account is active")


def test_an_address_of_free_mail_cannot_say_yes(meet: Meet) -> None:
    dana = meet("dana.whitfield@gmail.com").sign_in()
    dana.press("Request a Smart Account").choose(YES).press("Continue")
    dana.is_told(
        "Your address dana.whitfield@gmail.com does not show which company you belong to."
        " Choose No and name a person of the company"
    )


def test_a_domain_that_is_not_ones_own_cannot_be_authorized_by_oneself(meet: Meet) -> None:
    dana = meet(DANA).sign_in()
    dana.press("Request a Smart Account").choose(YES).press("Continue")
    dana.press("Edit").type("Account Domain Identifier", "globex.example")
    dana.type("Note to the reviewer", "We bought them.").type("Account Name", "Globex")
    dana.tick("I authorize activation").press("Continue and submit request")
    dana.is_told("Your address does not belong to globex.example: choose No and name a person there")
    dana.click("Change who authorizes").is_at("Who will authorize this Smart Account?")
