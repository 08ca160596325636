"""What is said of one URL."""

from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Final

Codes = tuple[int, ...]
HOME: Final = "where the person begins"
"""Another page for members of staff than for others (people.roles.home_of)."""


class Who(StrEnum):
    """For whom a page is. To the others: sign-in for who is not signed in, else 404; see each word."""

    EVERYBODY = "everybody"
    SIGNED_OUT = "whoever is not signed in"
    SIGNED_IN = "whoever is signed in"
    ENROLLED = "whoever has a second factor"
    REQUESTER = "the request's requester"
    COLLEAGUE = "the colleague to whom the request is offered"
    ADMINISTRATOR = "the account's administrators"
    AGREEING = "people whose address agrees with the account"
    # Cookie of this very link, or its reader's sign-in; to all others, signed in or not: 403.
    LINK = "the browser that opened the link, or its reader"
    # Staff pages send staff without a second factor to enrolment.
    STAFF = "staff"
    REVIEWER = "reviewers"
    OPS = "operations"
    REVIEWER_OR_OPS = "reviewers and operations"


@dataclass(frozen=True)
class Row:
    """One URL. `path` is an example whose places a test fills with what exists.

    `get` and `post` are what those let in are answered: HEAD as GET, POST to an empty form; () is 405.
    `over` is the answer where the request is closed or the link dead. `also` are the codes of other states and
    limits. `elsewhere` is where those not let in are sent, if not to sign in: a path, or HOME."""

    name: str
    path: str
    who: Who
    _: KW_ONLY
    get: Codes = (200,)
    post: Codes = ()
    over: int = 0
    also: Codes = ()
    elsewhere: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that are not 405 to whoever is let in."""
        return (("GET", "HEAD") if self.get else ()) + (("POST",) if self.post else ())
