"""The reviewers' digest: what waits, each working day."""

from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse

from notifications import emails, outbox
from notifications.models import OutgoingEmail
from requests_app.domain import working_days
from requests_app.domain.spans import REMINDERS_LEAVE_AT
from requests_app.services import desk, parties, unattended

SHOWN = 10


def digest(*, now: datetime) -> int:
    """Post the digest to every reviewer, on a working day from 09:00 UTC, when something waits.

    The day stands in the key, so a later run of the day posts nothing and one that was missed is caught up the
    same day. Returns how many letters are new."""
    if not is_due(now):
        return 0
    unattended.look(now=now)
    figures = desk.figures(now=now)
    if not figures.identifiers and not figures.letters:
        return 0
    oldest = desk.rows(desk.find(desk.Search(), now=now)[:SHOWN], now=now)
    letter = emails.ReviewerDigest(
        page_path=reverse("review"),
        domains=figures.identifiers,
        held=figures.letters,
        overdue=figures.overdue,
        waiting=tuple(
            f"{row.request.reference}  {row.request.account_domain}\t{_days_waited(row.since, now=now)}"
            for row in oldest
        ),
    )
    return sum(
        outbox.post(letter, to=reviewer.email, key=f"{_key(now)}{reviewer.pk}", language=reviewer.language)
        for reviewer in parties.reviewers()
    )


def _days_waited(since: datetime, *, now: datetime) -> int:
    holidays = working_days.read_holidays(settings.HOLIDAYS)
    return working_days.waited(since, now=now, holidays=holidays)


def is_posted(now: datetime) -> bool:
    """Whether the day's digest was promised already."""
    return OutgoingEmail.objects.filter(key__startswith=_key(now)).exists()


def _key(now: datetime) -> str:
    return f"digest:{now.astimezone(UTC):%Y-%m-%d}:"


def is_due(now: datetime) -> bool:
    """Whether the day's digest may leave: a working day of the operator, from 09:00 UTC."""
    at = now.astimezone(UTC)
    is_working_day = working_days.is_working_day(
        at.date(), holidays=working_days.read_holidays(settings.HOLIDAYS)
    )
    return is_working_day and at >= datetime.combine(at.date(), REMINDERS_LEAVE_AT)
