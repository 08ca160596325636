"""The whole product as its parts run it, and people who go to it over HTTP."""

import base64
import http.client
import json
import os
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from http.cookiejar import CookieJar
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from notifications.mailbox import KeptLetter
from people import second_factor
from project.sockets import socket_path
from tests.faults.scene import Scene
from tests.faults.smtp_server import Arrived
from tests.journeys import document
from tests.journeys.browsing import Letter, Visitor

FLOWER_PASSWORD = "the-doors-own-password-for-this-run"
PARTS = ("web", "worker-urgent", "worker-bulk", "flower", "beat")


class Office:
    """`with Office(scene) as office:` runs every part, or those named, until the block ends.

    With every part there are the demo's people; with some there is nobody yet.
    """

    def __init__(self, scene: Scene, *, parts: Sequence[str] = PARTS) -> None:
        self.scene = scene
        self._names = parts
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        scene.environment |= {"PORT": str(self.port), "FLOWER_PASSWORD": FLOWER_PASSWORD}
        self._parts: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.scene.manage("createcachetable")
        if self._names is PARTS:
            self.scene.manage("seed_demo")
        for part in self._names:
            self._parts[part] = self.scene.start_part(part)
        browser = Browser(self.url)
        self.scene.until(lambda: browser.is_answered("/healthz"))
        if "flower" in self._names:
            self.scene.until(lambda: self.ask_flower("/ops/flower/healthcheck"))
        return self

    def __exit__(self, *reason: object) -> None:
        """The scene ends what it started."""

    def stop_workers(self) -> None:
        for part in ("worker-urgent", "worker-bulk"):
            self.scene.kill(self._parts[part])

    def ops(self) -> "Person":
        """Sign in as the demo's ops person, second factor and all."""
        people = json.loads((self.scene.folder / "demo.json").read_text())
        otto = next(person for person in people if person["address"].startswith("otto"))
        visitor = Person(otto["address"], self)
        visitor.open("/accounts/login/").type("E-mail address", otto["address"])
        visitor.type("Password", otto["password"]).press("Sign in").is_at("Enter your second factor")
        visitor.type("Code", second_factor.code_of(otto["totp"])).press("Sign in")
        return visitor

    def ask_flower(self, path: str) -> str:
        """Ask Flower itself, behind its door; "" while it does not answer."""
        connection = http.client.HTTPConnection("localhost", timeout=10)
        try:
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.connect(os.fspath(socket_path(self.scene.folder, "flower")))
            door = base64.b64encode(f"door:{FLOWER_PASSWORD}".encode()).decode()
            connection.request("GET", path, headers={"Authorization": f"Basic {door}"})
            answer = connection.getresponse()
            words = answer.read().decode()
            return words if answer.status == 200 else ""
        except OSError:
            return ""
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back, with the addresses it was redirected over."""

    status_code: int
    content: bytes
    redirect_chain: list[tuple[str, int]]


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *details: Any) -> None:
        """Leave redirects to the browser, which notes where they lead."""


class Browser:
    """Cookies, redirects and the Origin of a browser, over real HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies), _NoRedirect())

    def get(self, path: str, *, follow: bool = False) -> Answer:
        return self._follow(self.send("GET", path)) if follow else self.send("GET", path)

    def post(self, path: str, words: str, *, content_type: str, follow: bool = False) -> Answer:
        answer = self.send("POST", path, words.encode(), content_type=content_type)
        return self._follow(answer) if follow else answer

    def send(self, method: str, path: str, body: bytes | None = None, *, content_type: str = "") -> Answer:
        request = Request(self._url + path, data=body, method=method, headers={"Origin": self._url})
        if content_type:
            request.add_header("Content-Type", content_type)
        try:
            answer = self._opener.open(request, timeout=30)
        except HTTPError as refused:
            answer = refused
        with answer:
            target = answer.headers.get("Location", "")
            chain = [(target, answer.status)] if target else []
            return Answer(answer.status, answer.read(), chain)

    def post_and_leave(self, path: str, words: str, *, content_type: str) -> None:
        """Send a form and be gone before the answer comes."""
        asked = Request(self._url + path, method="POST")
        self._cookies.add_cookie_header(asked)
        line = http.client.HTTPConnection(urlsplit(self._url).netloc)
        headers = {
            "Origin": self._url,
            "Content-Type": content_type,
            "Cookie": asked.get_header("Cookie") or "",
        }
        line.request("POST", path, words.encode(), headers)
        line.close()

    def is_answered(self, path: str) -> bool:
        try:
            return self.get(path).status_code == 200
        except OSError:
            return False

    def _follow(self, answer: Answer) -> Answer:
        chain: list[tuple[str, int]] = []
        while answer.redirect_chain:
            chain += answer.redirect_chain
            parts = urlsplit(chain[-1][0])
            answer = self.send("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        return Answer(answer.status_code, answer.content, chain)


class Person(Visitor):
    """Somebody with a browser on the office's address and a mailbox at its mail server."""

    def __init__(self, address: str, office: Office) -> None:
        self._office = office
        self.read: list[Letter] = []
        super().__init__(address, self._letters)

    def take_another_device(self) -> None:
        super().take_another_device()
        self.client = Browser(self._office.url)  # type: ignore[assignment]  # what a visitor asks of a client

    def form(self, button: str) -> tuple[str, str]:
        """Return where the form of a button goes, and what it would send."""
        pressed = self.page.button(button)
        form = pressed.around("form")
        assert form is not None
        return form["action"] or self.path, urlencode(document.sent(form, pressed))

    def letter(self, kind: str) -> Letter:
        """Wait for the letter: it leaves by workers of their own."""
        self._office.scene.until(lambda: kind in self.unread(), told=lambda: f"{self.unread()}")
        self.read.append(super().letter(kind))
        return self.read[-1]

    def _letters(self, to: str = "") -> list[KeptLetter]:
        arrived = list(enumerate(self._office.scene.smtp.arrived))
        return [_kept(number, one) for number, one in reversed(arrived) if one.to == to]


def _kept(number: int, arrived: Arrived) -> KeptLetter:
    message: EmailMessage = arrived.message
    kind = str(message["Feedback-ID"]).partition(":")[0]
    return KeptLetter(f"letter {number}", kind, datetime.now(UTC), message)
