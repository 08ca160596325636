"""Without a mouse: the whole way of the requester and the authorizer by Tab, Space, Enter and the arrows."""

import re

import pytest

from requests_app.models import SmartAccountRequest
from tests.browser.conftest import Meet
from tests.browser.window import Window
from tests.journeys.asking import NO
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const outer = at.closest("label");
  const shown = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  return {
    words: [...(at.labels ?? [])].map(label => label.innerText).join(" ") || at.innerText || at.ariaLabel || "",
    tag: at.tagName,
    isMarked: Boolean(shown(style) || (outer !== null && shown(getComputedStyle(outer)))) || style.boxShadow !== "none",
    isOnScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keys:
    """A person with a keyboard."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self._keyboard = window.tab.keyboard

    def to(self, words: str, *, most: int = 60) -> "Keys":
        """Press Tab until what is called so has the focus; each stop must be seen to have it."""
        passed = []
        for _ in range(most):
            self._keyboard.press("Tab")
            at = self.window.tab.evaluate(FOCUSED)
            if at is None:
                continue
            said = re.sub(r"\s+", " ", at["words"]).strip()
            passed.append(said)
            assert at["isMarked"], f"{said!r} has the focus and does not show it"
            assert at["isOnScreen"], f"{said!r} has the focus and is not on the screen"
            if said.startswith(words):
                return self
        raise AssertionError(f"Tab never came to {words!r}: {passed}")

    def types(self, words: str) -> "Keys":
        self._keyboard.type(words)
        return self

    def press(self, key: str) -> "Keys":
        self._keyboard.press(key)
        return self

    def goes(self, key: str = "Enter") -> "Keys":
        """Press a key that leads to another page."""
        with self.window.tab.expect_navigation():
            self._keyboard.press(key)
        return self


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
