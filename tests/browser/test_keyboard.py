"""Without a mouse: the whole way of the requester and the authorizer by Tab, Space, Enter and the arrows."""

import pytest

from requests_app.models import SmartAccountRequest
from tests.browser.conftest import Meet
from tests.browser.keys import Keys
from tests.journeys.asking import NO
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.browser


def test_the_no_path_by_keyboard_alone(meet: Meet, stranger: Meet) -> None:
    dana = meet(DANA)
    dana.sign_in()
    keys = Keys(dana)
    keys.to("Request a Smart Account").goes()
    keys.to("Yes, I have the authority").press("ArrowDown")
    assert dana.control(NO).is_checked()
    keys.to("Email Address").types(PRIYA).to("Message to Creator").types("Account request")
    keys.to("Continue").goes("Space")
    keys.to("Account Name").types("Acme Robotics, Inc.").goes("Enter")
    dana.is_at("Company Information (Optional)")
    keys.to("Select to provide").press("Space").to("Company/Organization Name").types("Acme")
    keys.to("Country").types("Germ").to("Continue").goes()
    dana.is_at("Administrators (Optional)")
    keys.to("I request access for myself").press("Space").to("I request access for other users").press(
        "Space"
    )
    keys.to("Address 1").types("lee@acme-robotics.example").to("Continue").goes()
    dana.is_at("Check your answers and submit the request").sees("Germany", "lee@acme-robotics.example")
    keys.to("Submit Request").goes()
    dana.is_at("Access Request Sent")

    priya = stranger(PRIYA)
    priya.open(priya.letter("nomination").link("/a/"))
    keys = Keys(priya)
    keys.to("Skip to main content").press("Enter")
    keys.to("Authorize activation").press("Space").to("Continue").goes()
    priya.is_at("Authorize activation?")
    keys.to("I have read this statement").press("Space")
    keys.to("Code").types(priya.letter("authorizer_code").code).to("Authorize activation").goes()
    priya.is_at("You authorized it")
    assert SmartAccountRequest.objects.get().authorization == "authorized"


def test_an_error_is_reached_from_its_summary_by_keyboard(meet: Meet) -> None:
    dana = meet(DANA)
    dana.sign_in()
    keys = Keys(dana)
    keys.to("Request a Smart Account").goes().to("Continue").goes()
    keys.to("Select who will authorize this Smart Account", most=1).press("Enter").press("ArrowDown")
    assert dana.control(NO).is_checked()
