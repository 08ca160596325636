"""The reviewer's desk and the page of operations, at a real browser."""

import pytest

from notifications.models import OutgoingEmail, State
from people import second_factor
from requests_app.models import SmartAccountRequest
from tests import make
from tests.browser.conftest import Meet
from tests.browser.keys import Keys
from tests.browser.window import Window
from tests.journeys.browsing import Deliver
from tests.journeys.conftest import SECRET, Clock
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.browser


@pytest.fixture
def asked(meet: Meet, clock: Clock) -> SmartAccountRequest:
    meet(DANA)
    return make.request(now=clock.now)


def test_a_request_is_found_claimed_and_approved_by_keyboard_alone(
    rosa: Window, asked: SmartAccountRequest
) -> None:
    rosa.reload()
    keys = Keys(rosa)
    keys.to("Search").types(asked.reference).goes("Enter")
    keys.to(asked.reference).goes()
    keys.to("Claim for 30 minutes").goes("Space")
    rosa.sees("You hold this request until")
    keys.to("Go to the decision").press("Enter").to("Approve the identifier").goes("Space")
    rosa.sees("You approved acme-robotics.example.", "Waiting for the authorizer")
    asked.refresh_from_db()
    assert asked.domain == "approved"


def test_the_letters_of_a_rejection_are_read_before_it_is_sent(
    rosa: Window, asked: SmartAccountRequest, deliver: Deliver
) -> None:
    reason = "We cannot see that this domain is yours."
    rosa.open(f"/review/{asked.pk}/")
    rosa.type_beside("Reject and close the request", "Reason", reason)
    rosa.push("Show the letters – Reject and close the request")
    shown = rosa.tab.locator("#reject_draft figure pre")
    shown.first.wait_for()
    assert reason in " ".join(shown.first.inner_text().split())
    asked.refresh_from_db()
    assert asked.state == "pending"
    rosa.press("Reject and close the request").sees("Rejected")
    letter = next(kept for kept in deliver(to=DANA) if kept.kind == "domain_rejected")
    assert reason in " ".join(letter.text.split())


def test_a_second_reviewer_with_an_old_page_is_told_what_happened_meanwhile(
    rosa: Window, stranger: Meet, asked: SmartAccountRequest
) -> None:
    rita = make.person("rita@operator.example", name="Rita Review", is_staff=True, is_reviewer=True)
    second_factor.enrol(rita, secret=SECRET)
    beside = stranger(rita.email)
    beside.take_place(with_second_factor=True)
    beside.open(f"/review/{asked.pk}/")
    rosa.open(f"/review/{asked.pk}/").press("Approve the identifier").sees("You approved")
    beside.press("Approve the identifier")
    assert beside.status == 409
    asked.refresh_from_db()
    assert asked.domain == "approved"
    assert asked.history.filter(event="approve").count() == 1


def test_a_dead_letter_is_found_by_its_reader_and_tried_again(
    otto: Window, asked: SmartAccountRequest, deliver: Deliver
) -> None:
    OutgoingEmail.objects.filter(kind="nomination").update(state=State.DEAD)
    otto.reload().sees("Dead letters", "Dead: 1")
    otto.type("What you have in hand", PRIYA).press("Find").sees("Nomination")
    otto.click("Nomination")
    with otto.tab.expect_navigation():
        otto.tab.get_by_role("link", name="Try again").click()
    otto.press("Try again").sees("1 letter is queued again.")
    assert [kept.kind for kept in deliver(to=PRIYA)] == ["nomination"]
    otto.open("/ops/").sees("Dead: 0")


def test_a_paused_route_sends_nothing_until_it_is_resumed(
    otto: Window, asked: SmartAccountRequest, deliver: Deliver
) -> None:
    otto.reload().click("Pause the urgent route").is_at("Confirm that it is you")
    otto.type("Password", make.PASSWORD).press("Continue").is_at("Pause the urgent route?")
    otto.press("Pause the urgent route").sees("You paused the urgent route.", "Paused since")
    assert deliver(to=PRIYA) == []
    otto.click("Resume the urgent route").press("Resume the urgent route")
    otto.sees("You resumed the urgent route.")
    assert [kept.kind for kept in deliver(to=PRIYA)] == ["nomination"]


def test_the_page_of_operations_fits_a_phone(otto: Window, asked: SmartAccountRequest) -> None:
    OutgoingEmail.objects.filter(kind="nomination").update(state=State.DEAD)
    otto.tab.set_viewport_size({"width": 360, "height": 740})
    for path in ("/ops/", f"/ops/requests/{asked.pk}/", f"/ops/search/?q={PRIYA}"):
        otto.open(path)
        wide = otto.tab.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 360, path
