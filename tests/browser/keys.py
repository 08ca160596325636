"""A keyboard without a mouse; each stop of Tab must be seen to have the focus."""

import re

from tests.browser.window import Window

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
