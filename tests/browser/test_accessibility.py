"""Every kind of page: no violation that axe-core knows, no sideways scrolling at 320 px, a title of its own.

Once light and wide, once dark and narrow, empty, filled, with errors, and with the longest identifier there can be."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from notifications.models import OutgoingEmail, State
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import review
from tests import make
from tests.browser.conftest import Meet
from tests.browser.window import Window
from tests.journeys.asking import NO, YES
from tests.journeys.conftest import Clock
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.browser

SUFFIX = ".acme-robotics.example"
LONGEST = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * (253 - 3 * 64 - len(SUFFIX))]) + SUFFIX
LEE = "lee.park@acme-robotics.example"
LONG_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


class Inspection:
    """Looks at one page after the other and keeps what is wrong, so that a test tells all of it at once."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.titles: dict[str, str] = {}

    def look(self, window: Window, name: str) -> None:
        """Look at the page that the window shows, wide and light, then narrow and dark."""
        tab = window.tab
        title = tab.title()
        if self.titles.setdefault(title, window.path) != window.path:
            self.wrong.append(f"{name}: has the title of {self.titles[title]}, {title!r}")
        # What is folded is looked at, too.
        tab.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true })")
        for scheme, width in (("light", 1280), ("dark", 320)):
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
            tab.set_viewport_size({"width": width, "height": 900})
            self._look(tab, f"{name}, {scheme} at {width}")

    def _look(self, tab: Page, name: str) -> None:
        over = tab.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            self.wrong.append(f"{name}: is {over} px too wide")
        for violation in Axe().run(tab).response["violations"]:
            where = [node["html"][:150] for node in violation["nodes"][:3]]
            self.wrong.append(f"{name}: {violation['id']} ({violation['help']}): {where}")

    def is_content(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)

    def visit(self, window: Window, paths: Iterable[str]) -> None:
        for path in paths:
            window.open(path)
            self.look(window, path)


@pytest.fixture
def inspection() -> Inspection:
    return Inspection()


@pytest.fixture
def dana(meet: Meet) -> Window:
    window = meet(DANA)
    window.take_place()
    return window


def test_what_is_wrong_with_a_page_is_found(stranger: Meet, inspection: Inspection) -> None:
    anybody = stranger("anybody@acme-robotics.example")
    anybody.open("/help/")
    anybody.tab.evaluate(
        "() => { document.querySelector('main').innerHTML += '<input><pre>' + 'x'.repeat(9999) }"
    )
    inspection.titles = {anybody.tab.title(): "/elsewhere/"}
    inspection.look(anybody, "help")
    found = "\n".join(inspection.wrong)
    assert "px too wide" in found
    assert "label (Form elements must have labels)" in found
    assert "has the title of /elsewhere/" in found


def test_pages_for_everybody(stranger: Meet, inspection: Inspection) -> None:
    anybody = stranger("anybody@acme-robotics.example")
    inspection.visit(
        anybody,
        [
            "/",
            "/help/",
            "/privacy/",
            "/accessibility/",
            "/report-abuse/",
            "/accounts/signup/",
            "/accounts/login/",
            "/accounts/password/reset/",
            "/mailbox/",
            "/nothing-here/",
            "/a/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ],
    )
    anybody.open("/accounts/signup/").press("Register Now")
    inspection.look(anybody, "registration with errors")
    anybody.type("E-mail address", anybody.address).type("Full name", "Any Body")
    anybody.type("Password", make.PASSWORD).press("Register Now").is_at("Enter the code")
    inspection.look(anybody, "the code of the registration")
    inspection.is_content()


def test_pages_of_the_wizard(dana: Window, inspection: Inspection) -> None:
    dana.open("/administration/")
    inspection.look(dana, "administration without anything")
    dana.press("Request a Smart Account")
    inspection.look(dana, "who authorizes, empty")
    dana.press("Continue")
    inspection.look(dana, "who authorizes, with an error")
    dana.choose(NO).type("Email Address", "lee@globex.example").type("Message to Creator", "W" * 500)
    dana.press("Continue")
    inspection.look(dana, "account details")
    dana.press("Edit").type("Account Domain Identifier", "nonsense").press("Continue")
    inspection.look(dana, "account details with errors")
    dana.type("Account Domain Identifier", LONGEST).type("Note to the reviewer", "We use it.")
    dana.type("Account Name", LONG_NAME).press("Continue").is_at(
        "We check this by hand before we write to anybody"
    )
    inspection.look(dana, "the warning")
    dana.press("Continue").tick("Select to provide this information now")
    dana.choose_what_changes_the_page("Country", "United States", button="")
    dana.type("ZIP code", "nonsense").press("Continue")
    inspection.look(dana, "company information with errors")
    dana.type("ZIP code", "92617").press("Continue").tick("I request access for other users")
    dana.type("Address 1", "nonsense").press("Continue")
    inspection.look(dana, "administrators with errors")
    dana.type("Address 1", f"{'a' * 60}@{'b' * 60}.globex.example").press("Continue")
    dana.is_at("Check your answers and submit the request")
    inspection.look(dana, "review")
    draft = dana.path.removesuffix("review/")
    dana.open("/administration/")
    inspection.look(dana, "administration with a draft")
    dana.open(f"{draft}delete/")
    inspection.look(dana, "deletion of a draft")
    dana.open(f"{draft}authorizer/").choose(YES).press("Continue")
    inspection.look(dana, "account details on Yes")
    inspection.is_content()


def longest(now: datetime, **changed: Any) -> SmartAccountRequest:
    """A request for the longest identifier there can be."""
    given = {
        "account_domain": LONGEST,
        "domain_edited": True,
        "domain_note": "We use it.",
        "account_name": LONG_NAME,
    }
    return make.request(now=now, **{**given, **changed})


def test_pages_of_a_request(dana: Window, meet: Meet, clock: Clock, inspection: Inspection) -> None:
    made = longest(clock.now, administrators=(f"{'a' * 60}@{'b' * 60}.globex.example",), for_myself=True)
    page = f"/requests/{made.pk}/"
    inspection.visit(
        dana, [page, *(f"{page}{part}/" for part in ("sent", "withdraw", "authorizer", "company"))]
    )
    dana.press("Save")
    dana.open(f"{page}authorizer/").press("Name this authorizer")
    inspection.look(dana, "another authorizer, with an error")
    dana.open(f"{page}administrators/").type("Account Name", "").press("Save")
    inspection.look(dana, "name and administrators, with an error")
    inspection.visit(dana, [f"{page}administrators/"])
    dana.open(f"{page}transfer/").type("Email Address", "lee@globex.example").press("Offer the request")
    inspection.look(dana, "the offer to a colleague, with an error")
    dana.type("Email Address", LEE).press("Offer the request")
    inspection.visit(dana, [f"{page}transfer/"])
    lee = meet(LEE)
    lee.take_place()
    lee.open("/administration/").click("Take over the request of Dana Whitfield?")
    inspection.look(lee, "the colleague's answer")
    rosa = make.reviewer()
    review.ask_change(
        made.pk,
        by=rosa,
        facts_version=made.facts_version,
        question="Why?",
        proposal="x" + LONGEST[1:],
        now=clock.now,
    )
    inspection.visit(dana, [page, f"{page}domain/"])
    dana.press("Send the answer")
    inspection.look(dana, "the answer to the reviewer, with an error")
    inspection.visit(dana, ["/administration/"])
    inspection.is_content()


def test_pages_of_the_set_up_and_the_account(dana: Window, clock: Clock, inspection: Inspection) -> None:
    earlier = clock.now - timedelta(minutes=5)
    made = make.approved(make.answered(longest(earlier), Answer.AUTHORIZE, now=earlier), now=earlier)
    page = f"/requests/{made.pk}/"
    parts = ("setup", "setup/agreement", "setup/company", "setup/administrators")
    inspection.visit(dana, [page, *(f"{page}{part}/" for part in parts)])
    dana.open(f"{page}setup/agreement/").press("Accept the agreement")
    inspection.look(dana, "the agreement, with an error")
    dana.open(f"{page}setup/administrators/").untick(DANA).press("Confirm")
    inspection.look(dana, "the administrators of the set-up, with an error")
    dana.tick(DANA).press("Confirm")
    dana.open(f"{page}setup/agreement/").tick("I accept the agreement").press("Accept the agreement")
    dana.open(f"{page}setup/company/").press("Confirm").is_at("Set up the Smart Account")
    inspection.look(dana, "the set-up when all is done")
    dana.press("Activate the Smart Account")
    inspection.look(dana, "an active request")
    dana.click("Open the Smart Account")
    inspection.look(dana, "the account")
    inspection.visit(dana, ["/smart-accounts/access/", "/administration/"])
    inspection.is_content()


def test_pages_of_the_account_of_a_person(dana: Window, inspection: Inspection) -> None:
    inspection.visit(
        dana, ["/accounts/", "/accounts/email/", "/accounts/2fa/", "/accounts/2fa/totp/activate/"]
    )
    inspection.visit(dana, ["/accounts/password/change/", "/accounts/logout/"])
    inspection.is_content()


def test_pages_of_the_authorizer(dana: Window, stranger: Meet, clock: Clock, inspection: Inspection) -> None:
    longest(clock.now, message="W" * 500)
    priya = stranger(PRIYA)
    letter = priya.letter("nomination")
    priya.open(letter.link("/n/"))
    inspection.look(priya, "stop these e-mails")
    priya.click("This was not meant for me")
    inspection.look(priya, "not meant, from the stop page")
    priya.open(letter.link("/a/"))
    inspection.look(priya, "the authorizer's page")
    priya.press("Continue")
    inspection.look(priya, "the authorizer's page, with an error")
    priya.choose("Authorize activation").press("Continue")
    inspection.look(priya, "the code page")
    priya.press("Authorize activation")
    inspection.look(priya, "the code page, with errors")
    priya.tick("I have read this statement").type("Code", priya.letter("authorizer_code").code)
    priya.press("Authorize activation")
    inspection.look(priya, "authorized")
    priya.open(letter.link("/a/"))
    inspection.look(priya, "a dead link")
    priya.open(priya.letter("decision_receipt").link("/r/"))
    inspection.look(priya, "the receipt")
    priya.click("This was not me")
    inspection.look(priya, "this was not me")
    clock.goes_on(minutes=2)
    priya.open(priya.path.removesuffix("not-me/")).press("Take back").is_at("Take back the authorization?")
    inspection.look(priya, "taking back")
    inspection.is_content()


def test_pages_of_the_reviewer(rosa: Window, meet: Meet, clock: Clock, inspection: Inspection) -> None:
    meet(DANA)
    kim = make.person("kim.park@acme-robotics.example", name="Kim Park")
    inspection.look(rosa, "an empty queue")
    made = longest(clock.now)
    held = longest(clock.now, requester=kim, authorizer_address="lee@globex.example")
    inspection.visit(rosa, ["/review/", f"/review/{made.pk}/", f"/review/{held.pk}/"])
    rosa.press("Refuse the held letter")
    inspection.look(rosa, "a decision with an error")
    rosa.open(f"/review/{held.pk}/").push("Show the letters – Approve the identifier")
    rosa.tab.locator("figure pre").first.wait_for()
    inspection.look(rosa, "a decision with its letters")
    inspection.visit(rosa, [f"/review/{held.pk}/transfer/", "/review/reasons/"])
    rosa.open("/review/reasons/new/").press("Add the template")
    inspection.look(rosa, "a template with errors")
    inspection.visit(rosa, ["/preview/", "/preview/nomination/", "/mailbox/"])
    inspection.is_content()


def test_pages_of_operations(otto: Window, meet: Meet, clock: Clock, inspection: Inspection) -> None:
    inspection.look(otto, "nothing wrong")
    meet(DANA)
    made = longest(clock.now)
    letters = OutgoingEmail.objects.filter(about=str(made.pk))
    letters.filter(kind="nomination").update(state=State.DEAD, error_text="not now, " * 20)
    letter = letters.get(kind="nomination")
    inspection.visit(
        otto, [f"/ops/requests/{made.pk}/", f"/ops/letters/{letter.pk}/", f"/ops/search/?q={PRIYA}"]
    )
    otto.open("/ops/").click("Pause the urgent route")
    inspection.look(otto, "who is there")
    otto.type("Password", make.PASSWORD).press("Continue")
    inspection.look(otto, "before an act")
    otto.press("Pause the urgent route")
    inspection.look(otto, "with a dead letter and a paused route")
    otto.open(f"/ops/search/?q={'9' * 300}")
    inspection.look(otto, "a search with an error")
    inspection.is_content()
