"""Begin, save and delete drafts: unfinished answers of one person, which nobody else ever sees."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from people.models import Person
from requests_app.domain import reminders
from requests_app.models import Draft, SmartAccountRequest

TYPED_LIMIT = 5000  # characters kept of one unchecked field: more than any field may hold


class NotYours(Exception):
    """No draft of this person has this id (404)."""


class AlreadySent(Exception):
    """The draft was submitted: its page goes to the request."""

    def __init__(self, request: SmartAccountRequest) -> None:
        super().__init__(request.reference)
        self.request = request


class TooMany(Exception):
    """The person has as many drafts as one may have (422)."""

    def __init__(self) -> None:
        super().__init__(gettext("Finish or delete a draft first"))


def find(draft_id: uuid.UUID, *, person: Person) -> Draft:
    """Return the person's draft. Raises AlreadySent once it was submitted, NotYours for everything else."""
    return _find(draft_id, person, lock=False)


def of(person: Person) -> list[Draft]:
    """Return the person's drafts, the one saved last first."""
    return list(Draft.objects.filter(person=person))


@transaction.atomic
def start(person: Person, *, draft_id: uuid.UUID, now: datetime) -> Draft:
    """Begin a draft under an id that its page was given; repeating it returns the same draft.

    Raises TooMany, and as `find` when the id belongs to something else."""
    Person.objects.select_for_update().get(pk=person.pk)
    existing = Draft.objects.filter(pk=draft_id).exists()
    if existing or SmartAccountRequest.objects.filter(draft_id=draft_id).exists():
        return _find(draft_id, person, lock=True)
    if Draft.objects.filter(person=person).count() >= settings.LIMIT_OPEN_DRAFTS:
        raise TooMany
    draft = Draft(id=draft_id, person=person, created_at=now)
    _save(draft, now=now)
    return draft


@transaction.atomic
def begin(person: Person, *, now: datetime) -> Draft:
    """Begin a draft without answers; one that holds none yet is taken up instead. Raises TooMany."""
    Person.objects.select_for_update().get(pk=person.pk)
    empty = Draft.objects.filter(person=person, answers={}, typed={}).first()
    return empty or start(person, draft_id=uuid.uuid4(), now=now)


@transaction.atomic
def save_page(
    draft_id: uuid.UUID, *, person: Person, page: str, answers: dict[str, str], now: datetime
) -> Draft:
    """Keep the valid answers of one page; the other pages stay as they are. Raises as `find`."""
    draft = _find(draft_id, person, lock=True)
    draft.answers[page] = answers
    draft.typed.pop(page, None)
    _save(draft, now=now)
    return draft


@transaction.atomic
def keep_typed(
    draft_id: uuid.UUID, *, person: Person, page: str, typed: dict[str, str], now: datetime
) -> Draft:
    """Keep what was typed on one page, unchecked: the page is unfinished until it is continued. Raises as `find`."""
    draft = _find(draft_id, person, lock=True)
    draft.typed[page] = {name: value[:TYPED_LIMIT] for name, value in typed.items()}
    draft.answers.pop(page, None)
    _save(draft, now=now)
    return draft


@transaction.atomic
def delete(draft_id: uuid.UUID, *, person: Person) -> None:
    """Delete a draft for good. Raises as `find`."""
    _find(draft_id, person, lock=True).delete()


def _find(draft_id: uuid.UUID, person: Person, *, lock: bool) -> Draft:
    drafts = Draft.objects.select_for_update() if lock else Draft.objects.all()
    draft = drafts.filter(pk=draft_id, person=person).first()
    if draft:
        return draft
    sent = SmartAccountRequest.objects.filter(draft_id=draft_id, requester=person).first()
    if sent:
        raise AlreadySent(sent)
    raise NotYours(draft_id)


def _save(draft: Draft, *, now: datetime) -> None:
    """Write the draft; its days count anew, and so does the one warning."""
    clock = reminders.draft_clock(now, spans=settings.SPANS)
    draft.saved_at, draft.expires_at = now, clock.ends_at
    (draft.warn_at,) = clock.reminders
    draft.warned_at = None
    draft.save()
