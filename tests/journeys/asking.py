"""The ways that many journeys share: asking for a Smart Account, answering, reviewing, setting it up."""

import re

from tests.journeys.browsing import Letter, Visitor

NO = "No, the person specified below should be notified to authorize activation"
YES = "Yes, I have the authority to represent my company and will authorize activation"


def ask(dana: Visitor, *, authorizer: str, name: str = "Acme Robotics, Inc.", domain: str = "") -> str:
    """Ask on *No* without the optional parts; returns the request's page. `domain` edits the identifier."""
    dana.open("/administration/").press("Request a Smart Account")
    dana.choose(NO).type("Email Address", authorizer).press("Continue")
    dana.is_at("Account details")
    if domain:
        dana.press("Edit").type("Account Domain Identifier", domain)
        dana.type("Note to the reviewer", "This is the domain that we use.")
    dana.type("Account Name", name).press("Continue")
    if dana.page.heading.startswith("We check this by hand"):
        dana.press("Continue")
    dana.is_at("Company Information (Optional)").press("Continue")
    dana.is_at("Administrators (Optional)").press("Continue")
    dana.is_at("Check your answers and submit the request").press("Submit Request")
    dana.is_at("Access Request Sent")
    return dana.path.removesuffix("sent/")


def reference(visitor: Visitor) -> str:
    """Read the reference on the page."""
    found = re.search(r"SAR-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", visitor.page.text)
    assert found, visitor.page.text
    return found[0]


def open_link(priya: Visitor, letter: Letter) -> Visitor:
    """Follow the link of a letter to the authorizer's page."""
    return priya.open(letter.link("/a/"))


def authorize(priya: Visitor, letter: Letter) -> None:
    """Follow the link, choose, read the code, tick, confirm."""
    open_link(priya, letter).choose("Authorize activation").press("Continue")
    priya.is_at("Authorize activation?").tick("I have read this statement and agree to it")
    priya.type("Code", priya.letter("authorizer_code").code).press("Authorize activation")
    priya.is_at("You authorized it")


def decline(priya: Visitor, letter: Letter, *, reason: str = "") -> None:
    open_link(priya, letter).choose("Decline").press("Continue")
    priya.is_at("Decline?").type("Reason", reason)
    priya.type("Code", priya.letter("authorizer_code").code).press("Decline").is_at("You declined")


def act(rosa: Visitor, button: str, label: str = "", words: str = "") -> None:
    """Fill the one field that an act asks for, in the act's own form, and press its button."""
    if label:
        rosa.type_beside(button, label, words)
    rosa.press(button)
    assert rosa.status == 200, rosa.page.text


def review(rosa: Visitor, reference: str, *, act: str) -> None:
    """Find the request in the queue and do what asks for no words."""
    rosa.open("/review/").click(reference).press(act)
    assert rosa.status == 200, rosa.page.text


def set_up(dana: Visitor) -> None:
    """Follow the set-up letter and do its three tasks, up to the active account."""
    dana.open(dana.letter("setup").link("/requests/"))
    dana.is_at("Set up the Smart Account").click("Accept the agreement").is_at("Accept the agreement")
    dana.tick("I accept the agreement").press("Accept the agreement").is_at("Set up the Smart Account")
    dana.click("Confirm the company information").press("Confirm").is_at("Set up the Smart Account")
    dana.click("Confirm the administrators").press("Confirm").is_at("Set up the Smart Account")
    dana.press("Activate the Smart Account").sees("Active")
