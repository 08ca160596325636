"""Suspend a person: no sign-in, open sessions end, and every open request of theirs stands still.

The lock on the person's row comes first, as in everything a person sends: a request sent in the same moment is
either there to be frozen or refused.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from people import services as people
from people import staff_log
from people.models import Person
from requests_app.domain.lifecycle import OPEN
from requests_app.models import SmartAccountRequest
from requests_app.services import freezing, parties, transitions
from requests_app.services.transitions import Conflict

log = logging.getLogger(__name__)


class NotSuspendable(Conflict):
    """This member of staff may not suspend that person (409); the text says why."""


def open_requests(person: Person) -> list[SmartAccountRequest]:
    """Return the person's open requests, frozen ones too, oldest first."""
    own = SmartAccountRequest.objects.filter(requester=person, state__in=OPEN)
    return list(own.order_by("submitted_at", "pk"))


def suspend(person: Person, *, by: Person, reason: str, now: datetime) -> int:
    """Keep the person out and freeze their open requests; returns how many stand still by it.

    One that staff stopped before keeps its own freeze. Repeating it changes nothing. Raises NotSuspendable,
    and parties.Concerned when `by` has a part in one of the requests."""
    with transaction.atomic():
        locked = _locked(person)
        if people.is_suspended(locked):
            return 0
        _check_may(locked, by)
        going_on = [request for request in _locked_requests(locked) if not request.frozen_at]
        for request in going_on:
            parties.check_reviewer(request, by)
        people.suspend(locked, now=now)
        for request in going_on:
            freezing.stop(request, by=by, reason=reason, now=now, by_suspension=True)
        _record(locked, by, f"Suspended: {reason}")
        return len(going_on)


def lift(person: Person, *, by: Person, note: str = "", now: datetime) -> int:
    """Let the person in again, and the requests go on that stood still by the suspension; returns how many.

    Repeating it changes nothing. Raises as `suspend`."""
    with transaction.atomic():
        locked = _locked(person)
        if not people.is_suspended(locked):
            return 0
        _check_may(locked, by)
        stopped = [request for request in _locked_requests(locked) if request.frozen_by_suspension]
        for request in stopped:
            parties.check_reviewer(request, by)
        people.lift_suspension(locked)
        for request in stopped:
            freezing.go_on(request, by=by, now=now, note=note)
        _record(locked, by, f"Suspension lifted: {note}" if note else "Suspension lifted")
        return len(stopped)


def _locked(person: Person) -> Person:
    # Without the key: whoever writes history about this person holds a share of it and may wait for us.
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _locked_requests(person: Person) -> Iterable[SmartAccountRequest]:
    for request in open_requests(person):
        locked = transitions.locked(request.pk)
        # A colleague may have taken it over since.
        if locked.is_open and locked.requester_id == person.pk:
            yield locked


def _check_may(person: Person, by: Person) -> None:
    if person == by:
        raise NotSuspendable(gettext("You cannot suspend yourself, or lift your own suspension."))
    if person.is_staff and not by.is_superuser:
        raise NotSuspendable(gettext("Only a superuser may suspend a member of staff."))


def _record(person: Person, by: Person, words: str) -> None:
    log.info("Staff changed whether a person may sign in.", extra={"person": person.pk, "by": by.pk})
    staff_log.record(person, by=by, words=words)
