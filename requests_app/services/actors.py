"""Who does something to a request: a person in a role, the clock, or the mail provider."""

from dataclasses import dataclass
from enum import StrEnum

from people.models import Person


class Role(StrEnum):
    """The words that stand in the history."""

    REQUESTER = "requester"
    AUTHORIZER = "authorizer"
    REVIEWER = "reviewer"
    STAFF = "staff"
    COLLEAGUE = "colleague"
    CLOCK = "clock"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Actor:
    """One acting party; `name` is what readers of the history know it by."""

    role: Role
    person: Person | None = None
    name: str = ""


CLOCK = Actor(Role.CLOCK)
PROVIDER = Actor(Role.PROVIDER)


def requester(person: Person) -> Actor:
    """The requester acting."""
    return Actor(Role.REQUESTER, person, person.full_name)


def reviewer(person: Person) -> Actor:
    """A reviewer acting."""
    return Actor(Role.REVIEWER, person, person.full_name)


def staff(person: Person) -> Actor:
    """Another member of staff acting."""
    return Actor(Role.STAFF, person, person.full_name)


def colleague(person: Person) -> Actor:
    """Somebody to whom the request was offered."""
    return Actor(Role.COLLEAGUE, person, person.full_name)


def authorizer(address: str, person: Person | None = None) -> Actor:
    """The authorizer acting, known by the nominated address alone."""
    return Actor(Role.AUTHORIZER, person, address)
