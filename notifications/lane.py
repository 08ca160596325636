"""One SMTP connection with at most one letter on it, driven step by step: nothing here waits for an answer.

Where the server offers it (RFC 2920), sender, recipient and DATA go in one piece.
"""

import select
import smtplib
import ssl
import time
from collections import deque
from dataclasses import dataclass, field

from django.conf import settings

from notifications import answers
from notifications.answers import Replies
from notifications.emails.letter import Route
from notifications.exchange import Opener, SmtpExchange
from notifications.failures import Stage

IDLE_SECONDS = 2.0
"""After this long without a letter the server is asked (NOOP) whether it still listens."""
TLS_PEEK_SECONDS = 0.02


@dataclass
class _Hand:
    """The letter in hand."""

    sender: str
    to: str
    content: bytes
    was_reused: bool
    ends_at: float
    commands: deque[tuple[Stage, bytes]] = field(default_factory=deque)
    awaited: deque[Stage] = field(default_factory=deque)
    refusal: Exception | None = None
    stage: Stage = Stage.MAIL
    waits_since: float = 0.0


class Lane:
    """Carries one letter after the other. `open` a connection, `begin` a letter, `proceed` when it is readable."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._opener = Opener()
        self._exchange: SmtpExchange | None = None
        self._hand: _Hand | None = None
        self._replies = Replies()
        self.readable = select.poll()
        """Watches this lane's socket alone."""
        self._used_at = 0.0
        self._must_reset = False
        self.stage = Stage.CONNECT
        self._reply_seconds = self._answer_seconds = 0.0

    @property
    def is_open(self) -> bool:
        return self._exchange is not None

    @property
    def is_busy(self) -> bool:
        return self._hand is not None

    def fileno(self) -> int:
        """Name the socket, for a selector."""
        assert self._exchange is not None
        assert self._exchange.sock is not None
        return self._exchange.sock.fileno()

    @property
    def ends_at(self) -> float:
        """Until when the letter in hand may wait for the answer that is due now (monotonic seconds)."""
        if self._hand is None:
            return float("inf")
        longest = self._answer_seconds if self._hand.stage is Stage.ANSWER else self._reply_seconds
        return min(self._hand.ends_at, self._hand.waits_since + longest)

    def open(self, *, seconds: float | None = None) -> None:
        """Connect and log in, unless the line is open; this waits, at most EMAIL_TIMEOUT. Raises what went wrong."""
        if self._exchange is None:
            self._exchange = self._opener.open(seconds=settings.EMAIL_TIMEOUT if seconds is None else seconds)
            self._replies = Replies()
            self.readable = select.poll()
            self.readable.register(self.fileno(), select.POLLIN)
            self._must_reset = False
            self._used_at = time.monotonic()

    def begin(self, *, sender: str, to: str, content: bytes) -> None:
        """Take a letter in hand and send what can be sent before an answer. Raises what went wrong."""
        is_reused = self.is_open
        if is_reused and time.monotonic() - self._used_at > IDLE_SECONDS and not self._listens():
            self.hang_up()
            is_reused = False
        self._reply_seconds = settings.EMAIL_TIMEOUT
        self._answer_seconds = settings.NOTIFICATIONS_ANSWER_SECONDS[self._route]
        seconds = settings.NOTIFICATIONS_LETTER_SECONDS[self._route]
        self._hand = _Hand(sender, to, content, is_reused, time.monotonic() + seconds)
        try:
            self.open()
            self._begin()
        except (OSError, smtplib.SMTPException) as error:
            self._retry_or_raise(error)

    def proceed(self) -> bool:
        """Read what the server said and go on; returns whether the letter left. Raises why it did not."""
        try:
            self._read()
            while (
                self._hand is not None and self._hand.awaited and (reply := self._replies.take()) is not None
            ):
                if self._take(*reply):
                    return True
        except (OSError, smtplib.SMTPException) as error:
            self._retry_or_raise(error)
        return False

    def give_up(self) -> TimeoutError:
        """End the letter in hand whose time is up; returns what to call that."""
        error = TimeoutError("The letter's time is up.")
        self._end(error)
        return error

    def hang_up(self) -> None:
        """Close without a QUIT: a server that hangs must not be waited for once more."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.close()

    # The letter in hand

    def _begin(self) -> None:
        hand, exchange = self._hand, self._exchange
        assert hand is not None
        assert exchange is not None
        options = f" size={len(hand.content)}" if exchange.has_extn("size") else ""
        if exchange.has_extn("8bitmime") and not hand.content.isascii():
            options += " body=8bitmime"
        hand.commands = deque(
            [
                (Stage.MAIL, f"mail FROM:<{hand.sender}>{options}\r\n".encode("ascii")),
                (Stage.RCPT, f"rcpt TO:<{hand.to}>\r\n".encode("ascii")),
                (Stage.DATA, b"data\r\n"),
            ]
        )
        if self._must_reset:
            # It belongs to the next letter's beginning: a server that hangs up at it has taken nothing.
            hand.commands.appendleft((Stage.MAIL, b"rset\r\n"))
        hand.stage = Stage.MAIL
        self._send_commands()

    def _send_commands(self) -> None:
        """Send the next command, or all of them to a server that takes them in one piece."""
        hand, exchange = self._hand, self._exchange
        assert hand is not None
        assert exchange is not None
        number = len(hand.commands) if exchange.has_extn("pipelining") else 1
        sent = [hand.commands.popleft() for _ in range(number)]
        hand.awaited.extend(stage for stage, _ in sent)
        self._send(b"".join(command for _, command in sent))

    def _take(self, code: int, text: bytes) -> bool:
        """Act on one reply; returns whether the letter left. Raises the refusal when all replies are in."""
        hand = self._hand
        assert hand is not None
        stage = hand.awaited.popleft()
        if hand.refusal is None:
            hand.stage = stage
        hand.waits_since = time.monotonic()
        if stage is Stage.MAIL and self._must_reset and code == 250:
            self._must_reset = False
            if not hand.awaited:
                self._send_commands()
            return False
        if code == 421:
            raise hand.refusal or answers.refusal(stage, code, text, sender=hand.sender, to=hand.to)
        if stage is Stage.ANSWER:
            if code == 250 and hand.refusal is None:
                self._put_down()
                return True
            raise hand.refusal or answers.refusal(stage, code, text, sender=hand.sender, to=hand.to)
        if stage is Stage.DATA and code == 354:
            if isinstance(hand.refusal, smtplib.SMTPSenderRefused):
                # A server that goes on after that might deliver whatever comes now.
                self.hang_up()
                raise hand.refusal
            # Nobody was accepted, and yet the server waits for a letter: it gets an empty one (RFC 2920, 3.1).
            self._hand_over(b".\r\n" if hand.refusal else _stuffed(hand.content))
        elif code not in (250, 251) or stage is Stage.DATA:
            hand.refusal = hand.refusal or answers.refusal(stage, code, text, sender=hand.sender, to=hand.to)
            self._must_reset = True
            if not hand.awaited:
                raise hand.refusal
        elif not hand.awaited:
            self._send_commands()
        return False

    def _hand_over(self, content: bytes) -> None:
        """Send the letter; before its last byte is out no server may have taken it (RFC 5321, 4.1.1.4)."""
        hand = self._hand
        assert hand is not None
        hand.awaited.append(Stage.ANSWER)
        self._send(content)
        if hand.refusal is None:
            hand.stage = Stage.ANSWER

    def _put_down(self) -> None:
        assert self._hand is not None
        self.stage, self._hand = self._hand.stage, None
        self._used_at = time.monotonic()

    def _retry_or_raise(self, error: Exception) -> None:
        """A line that the server closed while it lay idle is opened anew, once, before anything was handed over."""
        hand = self._hand
        assert hand is not None
        if hand.was_reused and hand.stage is Stage.MAIL and answers.is_goodbye(error):
            self.hang_up()
            self._hand = _Hand(hand.sender, hand.to, hand.content, False, hand.ends_at)
            try:
                self.open()
                self._begin()
            except (OSError, smtplib.SMTPException) as again:
                self._end(again)
                raise
        else:
            self._end(error)
            raise error

    def _end(self, error: Exception) -> None:
        """Put the letter down; the line is closed unless the server answered and stays."""
        assert self._hand is not None
        never_sent = self._hand.waits_since == 0.0
        self._put_down()
        if never_sent:
            self.stage = self._opener.stage
        if not answers.keeps_the_line(error):
            self.hang_up()

    # The line

    def _send(self, piece: bytes) -> None:
        hand, exchange = self._hand, self._exchange
        assert hand is not None
        if exchange is None or exchange.sock is None:
            raise smtplib.SMTPServerDisconnected("The line is closed.")
        hand.waits_since = time.monotonic()
        exchange.sock.settimeout(_positive(min(self._reply_seconds, hand.ends_at - hand.waits_since)))
        exchange.sock.sendall(piece)

    def _read(self) -> None:
        exchange = self._exchange
        assert exchange is not None
        sock = exchange.sock
        assert sock is not None
        left = _positive(self.ends_at - time.monotonic())
        if isinstance(sock, ssl.SSLSocket):
            # What made it readable may be TLS's own: then there is nothing to read yet.
            sock.settimeout(min(left, TLS_PEEK_SECONDS))
            try:
                more = sock.recv(4096)
            except TimeoutError:
                return
            while sock.pending():
                more += sock.recv(sock.pending())
        else:
            sock.settimeout(left)
            more = sock.recv(4096)
        self._replies.add(more)

    def _listens(self) -> bool:
        """Ask the server whether it still holds the line."""
        exchange = self._exchange
        assert exchange is not None
        try:
            exchange.ends_at = time.monotonic() + settings.EMAIL_TIMEOUT
            return exchange.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


def _stuffed(content: bytes) -> bytes:
    """Double the dots at the beginning of lines and end the letter (RFC 5321, section 4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n")
    return b"%b%b\r\n.\r\n" % (b"." if stuffed.startswith(b".") else b"", stuffed)


def _positive(seconds: float) -> float:
    if seconds <= 0:
        raise TimeoutError("The letter's time is up.")
    return seconds
