"""What staff did, kept where Django's admin keeps and shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from people.models import Person


@dataclass(frozen=True)
class Line:
    """One act: when, who, and what was done in words."""

    at: datetime
    who: str
    words: str


def record(subject: Model, *, by: Person, words: str) -> None:
    """Add a line to the subject's log, in the caller's transaction."""
    LogEntry.objects.log_actions(by.pk, [subject], CHANGE, words)


def of(subject: Model) -> list[Line]:
    """Return the subject's log, latest first."""
    kind = ContentType.objects.get_for_model(subject)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(subject.pk)).select_related("user")
    return [Line(row.action_time, str(row.user), row.change_message) for row in rows.order_by("-id")]
