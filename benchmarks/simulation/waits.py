"""What waits: reminders with their end, a link, a nomination; and what the oracle says must arrive."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

SETUP, TURN, REMINDER = "setup_reminder", "your_turn", "reminder"
SPARED = ("successor due", "another letter within 24 hours", "overtaken before it could leave")


@dataclass
class Reminders:
    """One row of reminders and the end of its wait."""

    moments: tuple[datetime, ...]
    ends_at: datetime
    handled: int = 0

    def due(self, at: datetime) -> tuple[int, datetime] | None:
        """The one that is due and whose successor is not; none once the wait is over."""
        if at >= self.ends_at:
            return None
        late = [
            (number, moment)
            for number, moment in enumerate(self.moments, start=1)
            if number > self.handled and moment <= at
        ]
        return late[-1] if late else None

    def next_at(self) -> datetime:
        """When something of this wait happens next."""
        return min((*self.moments[self.handled :], self.ends_at))


@dataclass
class Link:
    """One letter with a link: when it was promised, and the reminders that count from there."""

    made_at: datetime
    wait: Reminders
    has_left: bool = False


@dataclass
class Named:
    """One nomination."""

    address: str
    link: Link | None = None
    held_until: datetime | None = None
    automatic: int = 0
    is_stopped: bool = False
    is_blocked: bool = False
    """A letter to it was refused or came back, or its reader complained: nothing with a link leaves for it."""
    last_letter_at: datetime | None = None
    came_back_for: Link | None = None


@dataclass(frozen=True)
class Expected:
    """One letter that must arrive at `at`, or at the latest at `latest`. `due_at` is the stored moment."""

    kind: str
    to: str
    due_at: datetime
    at: datetime
    latest: datetime
    by_hand: bool = False

    @property
    def earliest(self) -> datetime:
        """What is caught up leaves with whichever pass comes first, within a minute."""
        return max(self.due_at, self.at - timedelta(minutes=1))

    @property
    def was_held_up(self) -> bool:
        return self.at > self.due_at


@dataclass
class Fate:
    """What the oracle says of one request."""

    expected: list[Expected] = field(default_factory=list)
    spared: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SPARED, 0))
    closed_at: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    """When it was closed, and when reopened."""
