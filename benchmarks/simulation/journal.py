"""What people did: each act that the product accepted, as the oracle is told of it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """Every kind of act; the clock's own are for the oracle to work out."""

    SUBMITTED = "submitted"
    RELEASED = "released"
    REFUSED = "refused"
    AT_THE_DOOR = "at the door"  # somebody opened a form at the link, whatever came of it
    AUTHORIZED = "authorized"
    DECLINED = "declined"
    HANDED_ON = "handed on"
    NOT_MEANT = "not meant"
    UNDONE = "not meant undone"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    STOPPED = "stopped reminders"
    NEW_LINK = "new link"
    REPLACED = "replaced"
    REMINDED = "reminded by hand"
    FACTS_CHANGED = "facts changed"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    ASKED = "change asked"
    ACCEPTED = "proposal accepted"
    ANSWERED = "answered with an identifier"
    KEPT = "kept the identifier"
    REJECTED = "rejected"
    REOPENED = "reopened"
    TAKEN_BACK = "taken back"
    REVOKED = "revoked"
    FROZEN = "frozen"
    UNFROZEN = "unfrozen"
    ACTIVATED = "activated"


@dataclass(frozen=True)
class Act:
    """`address` is the authorizer or colleague meant, `link_made_at` tells which of the letters to that address."""

    at: datetime
    what: What
    address: str = ""
    link_made_at: datetime | None = None


@dataclass
class Story:
    """One request as the oracle knows it."""

    reference: str
    requester: str
    domain: str
    is_yes: bool
    acts: list[Act] = field(default_factory=list)


@dataclass
class Journal:
    """All stories by the request's id, what was done how often, and what the product refused."""

    stories: dict[str, Story] = field(default_factory=dict)
    drafts: list[tuple[datetime, str]] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def note(self, request_id: str, act: Act) -> None:
        self.stories[request_id].acts.append(act)
