"""A person at a real browser, with the same words for what they do as in the journeys."""

import re
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page

from people.models import Person
from tests.journeys.browsing import Deliver, Visitor
from tests.journeys.document import Document, Element

# What a refused form or a dead link leaves in the console, and is the test's own subject.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Window(Visitor):
    """Everything goes through Chromium: what is hidden cannot be pressed, what is typed is typed."""

    def __init__(
        self, address: str, deliver: Deliver, *, browser: Browser, site: str, script: bool = True
    ) -> None:
        self.errors: list[str] = []
        self._browser, self._site, self._script = browser, site, script
        self._contexts = []  # type: ignore[var-annotated]
        super().__init__(address, deliver)

    def take_another_device(self) -> None:
        context = self._browser.new_context(
            viewport={"width": 1280, "height": 900},
            java_script_enabled=self._script,
            base_url=self._site,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        self.tab: Page = context.new_page()
        self.tab.on("console", self._hear)
        self.tab.on("pageerror", lambda error: self.errors.append(f"{self.path}: {error}"))
        self.status = 0

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    @property
    def page(self) -> Document:
        """The page as it stands now, whatever its script made of it."""
        return Document(self.tab.content())

    @page.setter
    def page(self, page: Document) -> None:
        raise TypeError("A browser's page cannot be set.")

    @property
    def path(self) -> str:
        parts = urlsplit(self.tab.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @path.setter
    def path(self, path: str) -> None:
        raise TypeError("A browser goes to an address by open().")

    def take_place(self, *, with_second_factor: bool = False) -> "Window":
        """Be signed in, without the pages that lead there; some tests go through them."""
        person, client, now = Person.objects.get(email=self.address), Client(), timezone.now()
        client.force_login(person)
        session = client.session
        session["signed_in_at"] = now.isoformat()
        if with_second_factor:
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": now.timestamp()}]
            session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
        session.save()
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": self._site}
        self.tab.context.add_cookies([cookie])  # type: ignore[list-item]  # a name, a value and where it holds
        return self

    def sign_in(self, path: str = "/administration/") -> "Window":
        return self.take_place().open(path)

    def open(self, path: str) -> "Window":
        answer = self.tab.goto(path)
        self.status = answer.status if answer else 0
        return self

    def click(self, words: str) -> "Window":
        name = self.page.link(words).text
        return self._going(self.tab.get_by_role("link", name=name, exact=True))

    def press(self, words: str) -> "Window":
        """Press a button that sends its form."""
        return self._going(self.button(words))

    def push(self, words: str) -> "Window":
        """Press a button whose work the page's script does in place."""
        self.button(words).click()
        return self

    def button(self, words: str) -> Locator:
        found = self.tab.get_by_role(
            "button", name=self.page.button(words).text, exact=True, include_hidden=True
        )
        self._unfold(found)
        return found

    def choose(self, label: str, option: str = "") -> "Window":
        control = self.control(label)
        if option:
            control.select_option(label=option)
        else:
            control.check()
        return self

    def choose_what_changes_the_page(self, label: str, option: str, *, button: str) -> "Window":
        if not self._script:
            self.choose(label, option)
            return self.press(button)
        with self.tab.expect_response(lambda answer: answer.request.method == "POST"):
            self.choose(label, option)
        self.tab.wait_for_function("() => !document.querySelector('[aria-busy]')")
        return self

    def tick(self, label: str) -> "Window":
        self.control(label).check()
        return self

    def untick(self, label: str) -> "Window":
        self.control(label).uncheck()
        return self

    def control(self, label: str) -> Locator:
        """Find the control of this label in the browser."""
        return self._located(self.page.control(label))

    def _write(self, control: Element, words: str) -> None:
        self._located(control).fill(words)

    def _located(self, control: Element) -> Locator:
        assert control["id"], f"{control.attributes} has no id"
        found = self.tab.locator(f'[id="{control["id"]}"]')
        self._unfold(found)
        return found

    def _unfold(self, inside: Locator) -> None:
        """Open the folded part that hides it, as one does before pressing anything in it."""
        folded = inside.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            folded.first.click()

    def _going(self, target: Locator) -> "Window":
        with self.tab.expect_navigation() as went:
            target.click()
        self.status = went.value.status if went.value else 0
        return self

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.match(message.text):
            self.errors.append(f"{self.path}: {message.text}")
