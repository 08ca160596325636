"""People at their browsers: they fill in forms by their labels, press buttons, and follow their letters.

Nothing here looks at the database; what a person knows is on the page or in the mailbox.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client

from notifications.mailbox import KeptLetter
from tests import make
from tests.journeys import document
from tests.journeys.document import Document, Element, NotOnThePage

Deliver = Callable[..., list[KeptLetter]]


class Letter:
    """One letter, as its reader sees it."""

    def __init__(self, kept: KeptLetter) -> None:
        self.kept = kept
        self.kind = kept.kind
        self.subject = kept.subject
        self.text = _in_one_line(kept.text)

    def says(self, *words: str) -> "Letter":
        """Check that all of this stands in both the plain and the HTML part."""
        shown = _in_one_line(Document(self.kept.html).text)
        for each in words:
            assert each in self.text, f"{each!r} is not in the letter:\n{self.kept.text}"
            assert each in shown, f"{each!r} is not in the HTML of the letter:\n{shown}"
        return self

    def is_silent_about(self, *words: str) -> "Letter":
        for each in words:
            assert each not in self.text, f"{each!r} is in the letter:\n{self.kept.text}"
            assert each not in self.kept.html
        return self

    def link(self, beginning: str) -> str:
        """Return the path of the link that begins so; plain text and HTML carry the same one."""
        start = re.escape(settings.BASE_URL + beginning)
        found = {
            match
            for part in (self.kept.text, self.kept.html)
            for match in re.findall(start + r"[\w/-]*", part)
        }
        assert len(found) == 1, f"{found or 'no link'} begins with {beginning}"
        return urlsplit(found.pop()).path

    @property
    def code(self) -> str:
        found = re.search(r"Your code\s+(\d{3} ?\d{3})\b", self.kept.text)
        assert found, self.kept.text
        return found[1]


class Visitor:
    """One person with one browser and one mailbox."""

    def __init__(self, address: str, deliver: Deliver) -> None:
        self.address = address
        self._deliver = deliver
        self._read: set[str] = set()
        self.take_another_device()

    def take_another_device(self) -> None:
        """Go on with a browser that knows nothing of this person."""
        self.client = Client(enforce_csrf_checks=True)
        self.page = Document("")
        self.status = 0
        self.path = ""

    # Pages

    def open(self, path: str) -> "Visitor":
        """Go to an address, wherever it leads."""
        self._came(self.client.get(path, follow=True), path)
        return self

    def reload(self) -> "Visitor":
        return self.open(self.path)

    def click(self, words: str) -> "Visitor":
        """Follow the link of these words."""
        target = self.page.link(words)["href"]
        assert target, f"{words!r} leads nowhere"
        return self.open(_joined(self.path, target))

    def type(self, label: str, words: str) -> "Visitor":
        """Type into the field of this label."""
        self._write(self.page.control(label), words)
        return self

    def type_beside(self, button: str, label: str, words: str) -> "Visitor":
        """Type into the field of this label that stands in one form with a button; others have one, too."""
        form = self.page.button(button).around("form")
        assert form is not None
        self._write(self.page.control(label, inside=form), words)
        return self

    def _write(self, control: Element, words: str) -> None:
        if control.tag == "textarea":
            control.children = [words]
        else:
            assert control.tag == "input", f"{control.attributes} cannot be typed into"
            control.attributes["value"] = words

    def choose(self, label: str, option: str = "") -> "Visitor":
        """Choose a radio by its sentence, or an option of a list."""
        control = self.page.control(label)
        if control.tag == "select":
            options = control.all("option")
            for each in options:
                each.attributes.pop("selected", None)
            wanted = [each for each in options if each.text == option]
            if len(wanted) != 1:
                raise NotOnThePage(f"{label!r} has no option {option!r}")
            wanted[0].attributes["selected"] = ""
            return self
        assert control["type"] == "radio", f"{label!r} is no choice"
        form = control.around("form")
        assert form is not None
        for each in form.all("input"):
            if each["type"] == "radio" and each["name"] == control["name"]:
                each.attributes.pop("checked", None)
        control.attributes["checked"] = ""
        return self

    def choose_what_changes_the_page(self, label: str, option: str, *, button: str) -> "Visitor":
        """Choose an option on which other fields depend; without script a button brings them."""
        return self.choose(label, option).press(button)

    def tick(self, label: str) -> "Visitor":
        control = self.page.control(label)
        assert control["type"] == "checkbox", f"{label!r} is no box"
        control.attributes["checked"] = ""
        return self

    def untick(self, label: str) -> "Visitor":
        self.page.control(label).attributes.pop("checked")
        return self

    def press(self, words: str) -> "Visitor":
        """Press a button: its form goes as it stands, and every redirect is followed."""
        button = self.page.button(words)
        form = button.around("form")
        assert form is not None, f"{words!r} belongs to no form"
        action = _joined(self.path, form["action"])
        pairs = document.sent(form, button)
        if form["method"].lower() != "post":
            return self.open(f"{action}?{urlencode(pairs)}")
        answer = self.client.post(
            action, urlencode(pairs), content_type="application/x-www-form-urlencoded", follow=True
        )
        self._came(answer, action)
        return self

    def sees(self, *words: str) -> "Visitor":
        """Check that all of this stands on the page."""
        for each in words:
            assert each in self.page.text, (
                f"{each!r} is not on {self.path} ({self.status}):\n{self.page.text}"
            )
        return self

    def does_not_see(self, *words: str) -> "Visitor":
        for each in words:
            assert each not in self.page.text, f"{each!r} is on {self.path}:\n{self.page.text}"
        return self

    def is_at(self, heading: str, *, status: int = 200) -> "Visitor":
        """Check where the browser has come to, by the page's first heading."""
        found = (self.status, self.page.heading)
        assert found == (status, heading), f"{found} at {self.path}:\n{self.page.text}"
        return self

    def is_told(self, *errors: str) -> "Visitor":
        """Check that the page came back with exactly these errors."""
        assert (self.status, self.page.errors) == (422, list(errors)), self.page.text
        assert self.page.title.startswith("Error: ")
        return self

    # Letters

    def letter(self, kind: str) -> Letter:
        """Open the newest letter of this kind that is not read yet."""
        for kept in self._deliver(to=self.address):
            if kept.kind == kind and kept.name not in self._read:
                self._read.add(kept.name)
                return Letter(kept)
        raise AssertionError(f"No new {kind} for {self.address}; unread: {self.unread()}")

    def unread(self) -> list[str]:
        """Name the kinds of letters not opened yet, oldest first."""
        kept = self._deliver(to=self.address)
        return [each.kind for each in reversed(kept) if each.name not in self._read]

    def has_nothing_to_read(self) -> None:
        assert self.unread() == []

    # What many journeys begin with

    def sign_in(self, path: str = "/administration/") -> "Visitor":
        """Go to a page that wants a sign-in, and sign in."""
        self.open(path)
        self.is_at("Sign in")
        self.type("E-mail address", self.address).type("Password", make.PASSWORD).press("Sign in")
        assert self.status == 200, self.page.text
        return self

    def sign_out(self) -> "Visitor":
        return self.press("Sign out")

    def _came(self, answer: object, asked: str) -> None:
        chain = getattr(answer, "redirect_chain", [])
        self.path = _joined(asked, chain[-1][0]) if chain else asked
        self.status = answer.status_code  # type: ignore[attr-defined]
        self.page = Document(answer.content.decode())  # type: ignore[attr-defined]


def _joined(here: str, target: str) -> str:
    if not target:
        return here
    if target.startswith("?"):
        return urlsplit(here).path + target
    parts = urlsplit(target)
    assert parts.path.startswith("/"), f"{target!r} is relative"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _in_one_line(words: str) -> str:
    """Join lines; the mark of a quoted line is not read, nor the joiner that keeps words from becoming links."""
    return re.sub(r"\s+", " ", re.sub(r"(?m)^> ?|\u2060", "", words))
