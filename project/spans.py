"""Read the operator's spans of the clock, and refuse what contradicts itself by its settings' names."""

from datetime import timedelta
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from project import env
from requests_app.domain.spans import DAY, Contradiction, Spans

USUAL: Final = Spans()
SETTINGS: Final = {
    "link": "LINK_DAYS",
    "authorizer_reminders": "AUTHORIZER_REMINDER_DAYS",
    "quiet": "REMINDER_QUIET_HOURS",
    "automatic_reminders": "LIMIT_REMINDERS",
    "requester": "REQUESTER_DAYS",
    "requester_reminders": "REQUESTER_REMINDER_DAYS",
    "setup": "SETUP_DAYS",
    "setup_reminders": "SETUP_REMINDER_DAYS",
    "draft": "DRAFT_DAYS",
    "draft_warning": "DRAFT_WARNING_DAYS",
    "held": "HELD_DAYS",
    "reopening": "REOPENING_DAYS",
    "forgetting": "FORGETTING_DAYS",
    "offer": "OFFER_DAYS",
    "undo_erasure": "UNDO_ERASURE_DAYS",
    "review_target": "REVIEW_WORKING_DAYS",
}
"""The setting of each field of Spans."""


def read() -> Spans:
    """Return the spans that the environment sets over the usual ones. Raises ImproperlyConfigured."""
    try:
        return Spans(
            link=env.days("LINK_DAYS", USUAL.link),
            authorizer_reminders=env.days_listed("AUTHORIZER_REMINDER_DAYS", USUAL.authorizer_reminders),
            quiet=timedelta(hours=env.number("REMINDER_QUIET_HOURS", USUAL.quiet // timedelta(hours=1))),
            automatic_reminders=env.number("LIMIT_REMINDERS", USUAL.automatic_reminders),
            requester=env.days("REQUESTER_DAYS", USUAL.requester),
            requester_reminders=env.days_listed("REQUESTER_REMINDER_DAYS", USUAL.requester_reminders),
            setup=env.days("SETUP_DAYS", USUAL.setup),
            setup_reminders=env.days_listed("SETUP_REMINDER_DAYS", USUAL.setup_reminders),
            draft=env.days("DRAFT_DAYS", USUAL.draft),
            draft_warning=env.days("DRAFT_WARNING_DAYS", USUAL.draft_warning),
            held=env.days("HELD_DAYS", USUAL.held),
            reopening=env.days("REOPENING_DAYS", USUAL.reopening),
            forgetting=env.days("FORGETTING_DAYS", USUAL.forgetting),
            offer=env.days("OFFER_DAYS", USUAL.offer),
            undo_erasure=env.days("UNDO_ERASURE_DAYS", USUAL.undo_erasure),
            review_target=env.number("REVIEW_WORKING_DAYS", USUAL.review_target, at_least=1),
        )
    except Contradiction as wrong:
        raise ImproperlyConfigured(_how_to_mend(wrong)) from None


def _how_to_mend(wrong: Contradiction) -> str:
    """Name the settings concerned, with what they say now or by default, and what they must be."""
    said = [
        f"{name}={env.text(name) or _as_written(getattr(USUAL, field))}"
        for field, name in ((field, SETTINGS[field]) for field in wrong.fields)
    ]
    return f"{' and '.join(said)} cannot be: {wrong}. Change {'one of them' if len(said) > 1 else 'it'}."


def _as_written(value: timedelta | tuple[timedelta, ...] | int) -> str:
    if isinstance(value, tuple):
        return ",".join(str(each // DAY) for each in value)
    return str(value // DAY) if isinstance(value, timedelta) else str(value)
