"""What the script does for the real pages: nothing reloads, nothing typed is lost, the focus goes where it helps."""

import pytest
from playwright.sync_api import expect

from requests_app.domain.submission import Authority
from requests_app.models import Nomination
from requests_app.models.nomination import Answer
from tests import make
from tests.browser.conftest import Meet
from tests.browser.window import Window
from tests.journeys.asking import NO
from tests.journeys.conftest import Clock
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.browser


@pytest.fixture
def dana(meet: Meet) -> Window:
    return meet(DANA)


def mark(window: Window) -> None:
    """Leave a mark in the page, which a reload would take away."""
    window.tab.evaluate("() => { window.isTheSamePage = true }")


def is_the_same_page(window: Window) -> bool:
    return bool(window.tab.evaluate("() => window.isTheSamePage === true"))


def at_account(dana: Window) -> Window:
    dana.sign_in().press("Request a Smart Account").choose(NO).type("Email Address", PRIYA).press("Continue")
    return dana.is_at("Account details")


def at_company(dana: Window) -> Window:
    at_account(dana).type("Account Name", "Acme").press("Continue")
    return dana.tick("Select to provide this information now")


def at_administrators(dana: Window) -> Window:
    at_account(dana).type("Account Name", "Acme").press("Continue").press("Continue")
    return dana.is_at("Administrators (Optional)").tick("I request access for other users")


def test_an_edited_identifier_is_explained_while_it_is_typed(dana: Window) -> None:
    at_account(dana).press("Edit")
    mark(dana)
    dana.type("Account Domain Identifier", "globex.example")
    explanation = dana.tab.locator("#explanation")
    expect(explanation).to_contain_text("globex.example: We check this by hand")
    expect(explanation).to_have_attribute("role", "status")
    dana.type("Account Domain Identifier", "labs.acme-robotics.example")
    expect(explanation).to_contain_text("same organization as your address")
    dana.type("Account Domain Identifier", "not a domain")
    expect(explanation).to_have_text("")
    assert is_the_same_page(dana)


def test_a_chosen_country_brings_its_fields_without_a_reload(dana: Window) -> None:
    at_company(dana)
    mark(dana)
    dana.type("City", "Irvine")
    country = dana.control("Country")
    country.focus()
    dana.choose_what_changes_the_page("Country", "United States", button="")
    expect(country).to_be_focused()
    expect(dana.control("City")).to_have_value("Irvine")
    dana.choose("State", "California")
    dana.choose_what_changes_the_page("Country", "Germany", button="")
    expect(dana.tab.get_by_label("State")).to_have_count(0)
    expect(dana.control("City")).to_have_value("Irvine")
    expect(dana.tab.locator("#announcer")).to_have_text("The address fields changed with the country.")
    assert is_the_same_page(dana)


def test_the_country_keeps_the_focus_on_the_pages_after_submission_too(dana: Window) -> None:
    made = make.request(authority=Authority.YES)
    dana.sign_in(f"/requests/{made.pk}/company/")
    mark(dana)
    country = dana.control("Country")
    country.focus()
    dana.choose_what_changes_the_page("Country", "United States", button="")
    expect(country).to_be_focused()
    expect(dana.control("State")).to_be_visible()
    assert is_the_same_page(dana)


def test_administrators_are_added_and_removed_without_a_reload(dana: Window) -> None:
    at_administrators(dana)
    mark(dana)
    dana.type("Address 1", "ana@acme-robotics.example").push("Add another address")
    expect(dana.tab.get_by_label("Address 2")).to_be_focused()
    dana.type("Address 2", "lee@acme-robotics.example").push("Remove address 1")
    expect(dana.tab.get_by_label("Address 2")).to_have_count(0)
    expect(dana.control("Address 1")).to_have_value("lee@acme-robotics.example")
    assert is_the_same_page(dana)
    dana.press("Continue").sees("lee@acme-robotics.example").does_not_see("ana@acme-robotics.example")


def test_a_list_pasted_from_a_mail_program_becomes_rows(dana: Window) -> None:
    at_administrators(dana)
    pasted = (
        '"Park, Ana" <ana@acme-robotics.example>; Lee <LEE@acme-robotics.example>; sam@acme-robotics.example'
    )
    dana.type("Address 1", pasted).push("Add another address")
    expect(dana.tab.get_by_label("Address 4")).to_be_visible()
    rows = [dana.control(f"Address {number}").input_value() for number in (1, 2, 3)]
    assert [row.lower() for row in rows] == [
        f"{name}@acme-robotics.example" for name in ("ana", "lee", "sam")
    ]


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(dana: Window) -> None:
    dana.sign_in().press("Request a Smart Account").press("Continue")
    dana.is_told("Select who will authorize this Smart Account")
    expect(dana.tab.locator("[data-errors]")).to_be_focused()
    dana.tab.get_by_role("link", name="Select who will authorize this Smart Account").click()
    expect(dana.tab.get_by_role("radio").first).to_be_focused()


def test_the_characters_of_a_message_are_counted(dana: Window) -> None:
    dana.sign_in().press("Request a Smart Account").choose(NO)
    count = dana.tab.locator("#id_message_count")
    expect(count).to_have_text("500 characters left")
    dana.type("Message to Creator", "a" * 501)
    expect(count).to_have_text("1 character too many")
    assert len(dana.control("Message to Creator").input_value()) == 501, "what is typed is not cut"


@pytest.mark.parametrize("page", ["administrators", "company"])
def test_the_enter_key_saves_and_presses_no_other_button(dana: Window, page: str) -> None:
    lee = "lee@acme-robotics.example"
    made = make.request(authority=Authority.YES, administrators=(lee,))
    dana.sign_in(f"/requests/{made.pk}/{page}/")
    if page == "administrators":
        dana.tick("I authorize activation").type("Account Name", "Acme Renamed")
        field = dana.control("Account Name")
    else:
        dana.type("Company/Organization Name", "Acme Renamed")
        field = dana.control("Company/Organization Name")
    with dana.tab.expect_navigation():
        field.press("Enter")
    dana.sees("Acme Renamed", lee)
    assert dana.path == f"/requests/{made.pk}/"


def test_a_changed_status_appears_and_is_spoken_without_a_reload(dana: Window, clock: Clock) -> None:
    made = make.request(now=clock.now)
    dana.tab.clock.install()
    dana.sign_in(f"/requests/{made.pk}/")
    mark(dana)
    make.answered(made, Answer.AUTHORIZE, now=clock.now)
    dana.tab.clock.fast_forward("00:31")
    expect(dana.tab.locator("#announcer")).to_have_text("Waiting for the reviewer")
    expect(dana.tab.locator(".status h2")).to_have_text("Waiting for the reviewer")
    assert is_the_same_page(dana)


@pytest.mark.fault(10)
def test_a_second_press_of_submit_makes_no_second_request(dana: Window) -> None:
    at_account(dana).type("Account Name", "Acme").press("Continue").press("Continue").press("Continue")
    dana.is_at("Check your answers and submit the request")
    with dana.tab.expect_navigation():
        dana.button("Submit Request").dblclick()
    expect(dana.tab.get_by_role("heading", level=1)).to_have_text("Access Request Sent")
    assert Nomination.objects.count() == 1
