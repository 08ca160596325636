"""A page as a person sees it: its words, and its forms by their labels."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNSEEN = frozenset({"script", "style", "template", "title", "noscript"})
_CONTROLS = ("input", "select", "textarea")


class NotOnThePage(AssertionError):
    """Nothing on the page is called so, or several things are; the text says what there is instead."""


@dataclass(eq=False)
class Element:
    """A tag with what stands inside it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: "list[Element | str]" = field(default_factory=list)

    def all(self, *tags: str) -> "list[Element]":
        """Return what lies inside with one of these tags, in the order of the page."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    found.append(child)
                found += child.all(*tags)
        return found

    def around(self, tag: str) -> "Element | None":
        """Return the nearest element of that tag that this one stands in."""
        outer = self.parent
        while outer is not None and outer.tag != tag:
            outer = outer.parent
        return outer

    @property
    def text(self) -> str:
        """The words inside, with single spaces; controls, scripts and invisible joiners say nothing."""
        return re.sub(r"\s+", " ", " ".join(self._words()).replace("\u2060", "")).strip()

    def _words(self) -> list[str]:
        if self.tag in _UNSEEN or "hidden" in self.attributes:
            return []
        words: list[str] = []
        for child in self.children:
            if isinstance(child, str):
                words.append(child)
            elif child.tag not in {"select", "textarea"}:
                words += child._words()
        # Inline tags do not part words: "address<strong>.</strong>" is read without a space.
        joined = "".join(words)
        return [joined if self.tag in {"a", "b", "code", "em", "span", "strong", "time"} else f" {joined} "]

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(made)
        if tag not in _VOID:
            self.here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        outer: Element | None = self.here
        while outer is not None and outer.tag != tag:
            outer = outer.parent
        if outer is not None and outer.parent is not None:
            self.here = outer.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


class Document:
    """One page that came."""

    def __init__(self, html: str) -> None:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        self.root = reader.root

    @property
    def title(self) -> str:
        found = self.root.all("title")
        return "".join(str(child) for child in found[0].children) if found else ""

    @property
    def heading(self) -> str:
        headings = self.root.all("h1")
        return headings[0].text if headings else ""

    @property
    def text(self) -> str:
        return self.root.text

    @property
    def errors(self) -> list[str]:
        """What the summary at the top says is wrong."""
        for summary in self.root.all("div"):
            if "data-errors" in summary.attributes:
                return [line.text for line in summary.all("li")]
        return []

    def link(self, words: str) -> Element:
        return _one([(link.text, link) for link in self.root.all("a")], words, "link")

    def button(self, words: str) -> Element:
        buttons = [button for button in self.root.all("button") if button["type"] in {"", "submit"}]
        return _one([(button.text, button) for button in buttons], words, "button")

    def control(self, label: str, *, inside: Element | None = None) -> Element:
        """Return the control of this label; "label" of a radio is the sentence beside it."""
        where = inside or self.root
        controls = [control for control in where.all(*_CONTROLS) if control["type"] != "hidden"]
        return _one(
            [(words, control) for control in controls for words in self._labels(control)], label, "field"
        )

    def has(self, label: str) -> bool:
        try:
            self.control(label)
        except NotOnThePage:
            return False
        return True

    def _labels(self, control: Element) -> list[str]:
        outer = control.around("label")
        labels = [outer] if outer else []
        named = [each for each in self.root.all("label") if control["id"] and each["for"] == control["id"]]
        return [label.text.removesuffix(" (optional)") for label in dict.fromkeys(labels + named)]


def _one(named: list[tuple[str, Element]], words: str, kind: str) -> Element:
    """Return what is called so exactly, or else what alone begins so."""
    exact = [element for name, element in named if name == words]
    found = list(dict.fromkeys(exact or [element for name, element in named if name.startswith(words)]))
    if len(found) == 1:
        return found[0]
    there = "; ".join(name for name, _ in named)
    raise NotOnThePage(f"{len(found)} times a {kind} called {words!r}. There is: {there}")


def sent(form: Element, button: Element) -> list[tuple[str, str]]:
    """Return what a browser sends when this button is pressed."""
    pairs: list[tuple[str, str]] = []
    for control in form.all(*_CONTROLS, "button"):
        if control.tag == "button":
            if control is button and control["name"]:
                pairs.append((control["name"], control["value"]))
        elif not control["name"] or "disabled" in control.attributes:
            continue
        elif control.tag == "textarea":
            words = "".join(str(child) for child in control.children)
            # A parser drops the line break after the tag; browsers send line ends as CR LF.
            pairs.append((control["name"], re.sub(r"\r?\n", "\r\n", words.removeprefix("\n"))))
        elif control.tag == "select":
            options = control.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            pairs += [
                (control["name"], option.attributes.get("value", option.text)) for option in chosen[-1:]
            ]
        elif control["type"] not in {"radio", "checkbox"} or "checked" in control.attributes:
            pairs.append((control["name"], control.attributes.get("value", _unsaid(control))))
    return pairs


def _unsaid(control: Element) -> str:
    return "on" if control["type"] in {"radio", "checkbox"} else ""
