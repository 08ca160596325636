"""Answers that wait: saved at every page, and there again on another device."""

import pytest

from tests.journeys.asking import NO
from tests.journeys.conftest import Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db


def test_a_draft_is_resumed_on_another_device_at_the_first_unfinished_page(
    meet: Meet, stranger: Meet
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    dana.press("Request a Smart Account").choose(NO).type("Email Address", PRIYA)
    dana.type("Message to Creator", "Account request").press("Continue")
    dana.type("Account Name", "Acme Robotics, Inc.").press("Continue").is_at("Company Information (Optional)")
    dana.sign_out()

    dana.take_another_device()
    dana.sign_in().sees("Drafts").click("Go on with the draft").is_at("Company Information (Optional)")
    dana.press("Continue").press("Continue").is_at("Check your answers and submit the request")
    dana.sees(PRIYA, "Account request", "Acme Robotics, Inc.", "acme-robotics.example")
    dana.press("Submit Request").is_at("Access Request Sent")
    priya.letter("nomination").says("Account request", "Acme Robotics, Inc.")
    dana.open("/administration/").does_not_see("Drafts")


def test_what_was_typed_is_saved_for_later_even_when_it_is_not_right_yet(meet: Meet) -> None:
    dana = meet(DANA).sign_in()
    dana.press("Request a Smart Account").choose(NO).type("Email Address", "priya.raman@acme")
    dana.press("Save and finish later").is_at("Administration")
    dana.take_another_device()
    dana.sign_in().click("Go on with the draft").is_at("Who will authorize this Smart Account?")
    assert dana.page.control("Email Address")["value"] == "priya.raman@acme"
    assert dana.page.errors == []


def test_a_draft_is_deleted_after_asking_once_more(meet: Meet) -> None:
    dana = meet(DANA).sign_in()
    dana.press("Request a Smart Account").choose(NO).type("Email Address", PRIYA).press("Continue")
    dana.open("/administration/").click("Delete").is_at("Delete this draft?").press("Delete the draft")
    dana.is_at("Administration").does_not_see("Go on with the draft")
