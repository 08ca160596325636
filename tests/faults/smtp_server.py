"""A mail server that does as it is told: counts, refuses, delays, cuts the line or freezes.

It runs in threads of the test's own process, so a test reads what arrived without asking the product.
"""

import re
import socket
import socketserver
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

PATIENCE_SECONDS = 180.0
"""So long a test waits for what has to happen: a condition ends the wait, and a busy machine is no fault."""


@dataclass(frozen=True)
class Arrived:
    """One letter that the server took with the end of DATA."""

    sender: str
    to: str
    content: bytes
    was_answered: bool

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Order:
    """One thing to do differently. `stage`: connect, mail, rcpt, data (the command) or answer (after the letter).

    `reply` is said instead of the good answer; with `cut` the line is cut without one. `to` narrows it to
    recipients that match; `times` to the first so many. With `held_until` the answer waits for that.
    """

    stage: str
    reply: str = ""
    to: str = ""
    times: int = 1_000_000
    cut: bool = False
    delay_seconds: float = 0.0
    held_until: threading.Event | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def applies(self, stage: str, to: str) -> bool:
        if stage != self.stage or not re.search(self.to, to):
            return False
        with self.lock:
            self.times -= 1
            return self.times >= 0


class _Cut(Exception):
    """The server hangs up without a word."""


class SmtpServer:
    """`with SmtpServer() as server:` listens on `server.port` until the block ends."""

    def __init__(self, *, port: int = 0) -> None:
        self.port = port
        self.arrived: list[Arrived] = []
        self.commands: Counter[str] = Counter()
        self.connections = 0
        self.extensions = ["8BITMIME"]
        self.takes_letters_to_nobody = False
        self.letters_to_nobody: list[bytes] = []
        self.changed = threading.Condition()
        self._orders: list[Order] = []
        self._thaw = threading.Event()
        self._thaw.set()
        self._listener: socketserver.ThreadingTCPServer | None = None
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.thaw()
        self.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen; after `stop` on the same port."""
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                server._converse(self)

        class Listener(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 64

        self._listener = Listener(("127.0.0.1", self.port), Handler)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Refuse connections, and cut those that are open."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener = None
        for one in list(self._open):
            _shut(one)

    def order(self, stage: str, reply: str = "", **how: object) -> Order:
        """Have something done differently from now on."""
        given = Order(stage, reply, **how)  # type: ignore[arg-type]
        self._orders.append(given)
        return given

    def obey_no_more(self) -> None:
        """Forget every order: answer well again."""
        self._orders.clear()

    def freeze(self) -> None:
        """Answer nothing until `thaw`; lines stay open."""
        self._thaw.clear()

    def thaw(self) -> None:
        self._thaw.set()

    def letters_to(self, to: str) -> list[Arrived]:
        """Return what arrived for one address."""
        return [one for one in self.arrived if one.to == to]

    def wait_for(self, number: int, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until so many letters have arrived. Fails with what did."""
        ends = time.monotonic() + seconds
        with self.changed:
            while len(self.arrived) < number:
                left = ends - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{len(self.arrived)} of {number} letters arrived in {seconds} s.")
                self.changed.wait(left)

    def _converse(self, handler: socketserver.StreamRequestHandler) -> None:
        connection = handler.connection
        self._open.add(connection)
        self.connections += 1
        try:
            _Conversation(self, handler).run()
        except (_Cut, OSError):
            pass
        finally:
            self._open.discard(connection)
            _shut(connection)

    def find(self, stage: str, to: str = "") -> Order | None:
        self._thaw.wait()
        for one in self._orders:
            if one.applies(stage, to):
                return one
        return None

    def take(self, letter: Arrived) -> None:
        with self.changed:
            self.arrived.append(letter)
            self.changed.notify_all()


class _Conversation:
    def __init__(self, server: SmtpServer, handler: socketserver.StreamRequestHandler) -> None:
        self.server = server
        self.handler = handler
        self.sender = ""
        self.to = ""
        self.was_accepted = False

    def run(self) -> None:
        if not self.say("connect", "220 mail.example ready"):
            return
        while line := self.handler.rfile.readline():
            words = line.decode("ascii", "replace").strip()
            command = words[:4].upper()
            self.server.commands[command] += 1
            if command in {"EHLO", "HELO"}:
                *first, last = ["mail.example", *self.server.extensions]
                self.write("".join(f"250-{line}\r\n" for line in first) + f"250 {last}")
            elif command == "MAIL":
                self.sender, self.was_accepted = _address(words), False
                self.say("mail", "250 2.1.0 sender ok")
            elif command == "RCPT":
                self.to = _address(words)
                self.was_accepted = self.say("rcpt", "250 2.1.5 recipient ok")
            elif command == "DATA":
                if not self.was_accepted and not self.server.takes_letters_to_nobody:
                    self.write("503 5.5.1 no valid recipient")
                elif self.say("data", "354 go on"):
                    self.receive()
            elif command == "QUIT":
                self.write("221 bye")
                return
            else:
                self.write("250 ok")

    def receive(self) -> None:
        lines = []
        while (line := self.handler.rfile.readline()) != b".\r\n":
            if not line:
                return
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        content = b"".join(lines)
        if not self.was_accepted:
            self.server.letters_to_nobody.append(content)
            self.write("554 5.5.1 no valid recipient")
            return
        order = self.server.find("answer", self.to)
        if order is None:
            self.server.take(Arrived(self.sender, self.to, content, was_answered=True))
            self.write("250 2.0.0 queued")
            return
        if order.reply and not order.reply.startswith("2"):
            time.sleep(order.delay_seconds)
            self.write(order.reply)
            return
        # From here on the letter is the server's, whatever becomes of the answer.
        self.server.take(Arrived(self.sender, self.to, content, was_answered=not order.cut))
        time.sleep(order.delay_seconds)
        if order.held_until is not None:
            order.held_until.wait()
        if order.cut:
            raise _Cut
        self.write(order.reply or "250 2.0.0 queued")

    def say(self, stage: str, well: str) -> bool:
        """Answer; returns whether it was the good answer."""
        order = self.server.find(stage, self.to)
        if order is None:
            self.write(well)
            return True
        time.sleep(order.delay_seconds)
        if order.cut:
            raise _Cut
        self.write(order.reply or well)
        return not order.reply

    def write(self, text: str) -> None:
        self.handler.wfile.write(text.encode() + b"\r\n")


def _address(words: str) -> str:
    found = re.search(r"<([^>]*)>", words)
    return found[1] if found else ""


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
