"""What a failed attempt means: one table, by the stage of the exchange, the SMTP code and the enhanced code.

Four answers. The *route* is sick: stop, give the letters back, rest. The *letter* waits on its ladder. The
*address* is refused for good. The letter is *dead*: nobody could send it. (Delivery design, section 2.)
"""

import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import requests
from anymail import exceptions as anymail
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import NewConnectionError

from notifications import foreign


class Stage(StrEnum):
    """How far the exchange with the mail system had come."""

    BUILD = "build"
    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    ANSWER = "answer"
    """The whole letter was handed over; what failed is the answer to it."""
    PROVIDER = "provider"


class Verdict(StrEnum):
    """What to do about it."""

    ROUTE = "route"
    LETTER = "letter"
    ADDRESS = "address"
    DEAD = "dead"
    LOST_ANSWER = "lost_answer"
    """Nobody knows whether it left: letters that may arrive twice wait, the others are never sent again."""


@dataclass(frozen=True)
class Rule:
    """One line of the table; an empty field matches everything. `codes` and `enhanced` match by beginning."""

    verdict: Verdict
    stages: frozenset[Stage] = frozenset()
    codes: tuple[str, ...] = ("",)
    enhanced: tuple[str, ...] = ("",)
    without_enhanced: bool = False

    def matches(self, stage: Stage, code: str, enhanced: str) -> bool:
        return (
            (not self.stages or stage in self.stages)
            and code.startswith(self.codes)
            and enhanced.startswith(self.enhanced)
            and not (self.without_enhanced and enhanced)
        )


_RECIPIENT = frozenset({Stage.RCPT, Stage.ANSWER})
_RCPT = frozenset({Stage.RCPT})
_ANSWER = frozenset({Stage.ANSWER})
_PROVIDER = frozenset({Stage.PROVIDER})

TABLE: tuple[Rule, ...] = (
    # The server is going away, wants a log-in, or refused before any recipient was named.
    Rule(Verdict.ROUTE, codes=("421", "530", "534", "535", "538")),
    Rule(Verdict.ROUTE, frozenset({Stage.CONNECT, Stage.TLS, Stage.LOGIN, Stage.MAIL, Stage.DATA})),
    # Our sender or our reputation: one blocklisting must not burn every request.
    Rule(Verdict.ROUTE, _RECIPIENT, ("5",), ("5.7.", "5.1.7", "5.1.8")),
    # The server's own trouble, told after the letter was handed over.
    Rule(Verdict.ROUTE, _ANSWER, ("4",), ("4.3.",)),
    Rule(Verdict.LETTER, _RECIPIENT, ("4",)),
    # A full mailbox is a permanent code for something that passes.
    Rule(Verdict.LETTER, _RECIPIENT, ("5",), ("5.2.2",)),
    Rule(Verdict.ADDRESS, _RECIPIENT, ("5",), ("5.1.", "5.2.1")),
    # Exchange Online says this of a mailbox that does not exist.
    Rule(Verdict.ADDRESS, _RCPT, ("550",), ("5.4.1",)),
    Rule(Verdict.ADDRESS, _RCPT, ("550", "551", "553"), without_enhanced=True),
    # Too big or not readable as mail: another try changes nothing.
    Rule(Verdict.DEAD, _ANSWER, ("5",), ("5.3.4", "5.6.")),
    # Anything else about this letter may be a filter's mood: it waits, and its ladder ends after 72 hours.
    Rule(Verdict.LETTER, _RECIPIENT),
    Rule(Verdict.ROUTE, _PROVIDER, ("401", "402", "403", "429", "5")),
    # It says yes in words that nobody can read.
    Rule(Verdict.LOST_ANSWER, _PROVIDER, ("2",)),
    Rule(Verdict.LETTER, _PROVIDER),
    Rule(Verdict.DEAD, frozenset({Stage.BUILD})),
)


@dataclass(frozen=True)
class Failure:
    """A failed attempt, judged. `text` is for staff: a requester never reads what a provider said."""

    verdict: Verdict
    stage: Stage
    error_class: str
    code: str = ""
    text: str = ""
    retry_after: timedelta | None = None


def judge(error: Exception, *, stage: Stage) -> Failure:
    """Judge what was raised while a letter was sent; `stage` is how far the connection says it had come."""
    known = _recognize(error, stage)
    if known is None:
        # A broken connection: the answer is lost only when the whole letter had been handed over.
        verdict = Verdict.LOST_ANSWER if stage in {Stage.ANSWER, Stage.PROVIDER} else Verdict.ROUTE
        return Failure(verdict, stage, type(error).__name__, text=foreign.line(str(error)))
    stage, code, text = known
    enhanced = _enhanced(code, text)
    verdict = next(rule.verdict for rule in TABLE if rule.matches(stage, code, enhanced))
    return Failure(
        verdict,
        stage,
        type(error).__name__,
        f"{code} {enhanced}".strip(),
        foreign.line(text),
        _retry_after(error),
    )


def cannot_be_built(error: Exception) -> Failure:
    """Judge a letter that could not be read or rendered. The error's words may quote the letter: only its name."""
    return Failure(Verdict.DEAD, Stage.BUILD, type(error).__name__)


def no_answer(error: Exception) -> Failure:
    """Judge a letter whose own app failed when asked whether it is wanted: it waits."""
    return Failure(Verdict.LETTER, Stage.BUILD, type(error).__name__)


def _recognize(error: Exception, stage: Stage) -> tuple[Stage, str, str] | None:
    """Return stage, code and text of an answer, or None when there was none."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return Stage.RCPT, str(code), _words(text)
        case smtplib.SMTPSenderRefused():
            return Stage.MAIL, str(error.smtp_code), _words(error.smtp_error)
        case smtplib.SMTPAuthenticationError():
            return Stage.LOGIN, str(error.smtp_code), _words(error.smtp_error)
        case smtplib.SMTPResponseException():
            return stage, str(error.smtp_code), _words(error.smtp_error)
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Stage.TLS, "", str(error)
        case anymail.AnymailRecipientsRefused() | anymail.AnymailInvalidAddress():
            return Stage.RCPT, "550", "The provider calls the address invalid."
        case anymail.AnymailAPIError() if error.status_code is not None:
            return Stage.PROVIDER, str(error.status_code), _words(error.args[0] if error.args else "")
        case anymail.AnymailAPIError() if not _was_never_asked(error.__cause__):
            return None
        case anymail.AnymailError() | ImproperlyConfigured():
            return Stage.CONNECT, "", str(error.args[0] if error.args else "")
    return None


_NEVER_ASKED = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
    requests.exceptions.ProxyError,
)


def _was_never_asked(cause: BaseException | None) -> bool:
    """Say whether a provider's HTTP connection did not come about, so that nothing of the letter left."""
    if isinstance(cause, requests.exceptions.ConnectionError) and cause.args:
        # Refused, or a name that nobody knows: requests tells it from a broken answer by this alone.
        return isinstance(cause, _NEVER_ASKED) or isinstance(
            getattr(cause.args[0], "reason", None), NewConnectionError
        )
    return isinstance(cause, _NEVER_ASKED)


def _enhanced(code: str, text: str) -> str:
    """Read the enhanced code at the answer's start (RFC 2034); its class follows the code where they differ."""
    found = re.match(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b", text)
    return f"{code[:1]}.{found[1]}.{found[2]}" if found and code else ""


def _retry_after(error: Exception) -> timedelta | None:
    """Read a provider's Retry-After in seconds (RFC 9110, section 10.2.3); a date there is not honoured."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    seconds = str(headers.get("Retry-After", ""))
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 7 else None


def _words(text: object) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
