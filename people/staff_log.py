"""What staff did, kept where Django's admin keeps and shows it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model

from people.models import Person


def record(subject: Model, *, by: Person, words: str) -> None:
    """Add a line to the subject's log, in the caller's transaction."""
    LogEntry.objects.log_actions(by.pk, [subject], CHANGE, words)
