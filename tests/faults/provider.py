"""A mail provider's HTTP API (as Postmark's) that does as it is told: takes, refuses, babbles, hangs up.

It runs in threads of the test's own process, so a test reads what was asked of it without asking the product.
"""

import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import quote

from tests.faults.smtp_server import PATIENCE_SECONDS

WEBHOOK_SECRET = "postmark-hook:three-quiet-herons-wade-at-dusk"


@dataclass
class Answer:
    """What to say instead of taking the letter. With `takes` it is taken all the same; with `cut` nothing is said."""

    status: int = 200
    body: str | None = None
    """None: what Postmark says of a letter that it took."""
    headers: dict[str, str] = field(default_factory=dict)
    takes: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """One request to send a letter."""

    at: float
    """Monotonic seconds."""
    to: str
    letter: dict[str, Any]


class Provider:
    """`with Provider() as provider:` listens on `provider.port`; `taken` are the letters it would deliver."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.taken: list[Asked] = []
        self.answers: list[Answer] = []
        self.always: Answer | None = None
        self.before_answering: Callable[[str, str], None] = lambda message_id, to: None
        """Called with the id under which a letter was taken and its reader, before the product learns the id."""
        self.changed = threading.Condition()
        self.port = 0
        self._tls = tls
        self._server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                provider._answer(self)

            def log_message(self, *_: object) -> None:
                """A test reads `asked` instead."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that trusts no certificate of ours breaks off: no fault of the server."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        if self._tls:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}/"

    @property
    def email_url(self) -> str:
        """What EMAIL_URL says to send by it."""
        return (
            f"anymail+postmark://?POSTMARK_SERVER_TOKEN=token&POSTMARK_API_URL={quote(self.url, safe='')}"
            f"&WEBHOOK_SECRET={quote(WEBHOOK_SECRET, safe='')}"
        )

    def wait_for(self, number: int, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many letters were taken. Fails with how many were."""
        ends = time.monotonic() + seconds
        with self.changed:
            while len(self.taken) < number:
                left = ends - time.monotonic()
                if left <= 0:
                    raise AssertionError(
                        f"{len(self.taken)} of {number} letters taken in {seconds} s; asked {len(self.asked)} times."
                    )
                self.changed.wait(left)

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        letter = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        asked = Asked(time.monotonic(), letter["To"], letter)
        with self.changed:
            answer = self.answers.pop(0) if self.answers else self.always or Answer(takes=True)
            self.asked.append(asked)
            message_id = f"id-{len(self.asked)}"
            if answer.takes:
                self.taken.append(asked)
            self.changed.notify_all()
        if answer.takes:
            self.before_answering(message_id, asked.to)
        if answer.cut:
            handler.close_connection = True
            return
        done = {"ErrorCode": 0, "Message": "OK", "MessageID": message_id, "To": asked.to}
        body = (json.dumps(done) if answer.body is None else answer.body).encode()
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
