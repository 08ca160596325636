"""What operations do by hand to letters and routes: each act is recorded with the person who did it.

A letter about a request has its line in the request's history; every act has one in the log that Django's admin
keeps, and one in the process's own.
"""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from notifications import byhand, outbox, routes
from notifications.byhand import Touched
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, RouteState
from people import staff_log
from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.services import actors, consequences, transitions

log = logging.getLogger(__name__)


class LetterAct(StrEnum):
    """What can be done to a letter."""

    TRY_AGAIN = "try-again"
    DISCARD = "discard"
    BOUNCED = "bounced"


class RouteAct(StrEnum):
    """What can be done to one route."""

    PAUSE = "pause"
    RESUME = "resume"


class OutboxAct(StrEnum):
    """What can be done to the whole outbox."""

    HOLD = "hold"
    RELEASE = "release"


def act_on_letters(act: LetterAct, letter_ids: Iterable[int], *, by: Person, now: datetime) -> list[Touched]:
    """Do it to those of the letters that it fits, and record it; returns them.

    Of two equal acts the second one finds nothing, and records nothing."""
    ids = list(letter_ids)
    with transaction.atomic():
        # Requests before their letters, as everywhere: whoever closes a request cancels its letters.
        requests = _locked_requests(ids)
        touched = _doing(act, by, now)(ids)
        for letter in touched:
            _record_letter(act, letter, requests.get(letter.about), by, now)
    return touched


def _doing(act: LetterAct, by: Person, now: datetime) -> Callable[[list[int]], list[Touched]]:
    match act:
        case LetterAct.TRY_AGAIN:
            return byhand.try_again
        case LetterAct.DISCARD:
            return byhand.discard
        case LetterAct.BOUNCED:
            return lambda ids: byhand.mark_bounced(ids, by=str(by.pk), now=now)


def _locked_requests(letter_ids: list[int]) -> dict[str, SmartAccountRequest]:
    subjects = (
        OutgoingEmail.objects.filter(pk__in=letter_ids).exclude(about="").values_list("about", flat=True)
    )
    found = SmartAccountRequest.objects.select_for_update().filter(pk__in=set(filter(_is_id, subjects)))
    return {str(request.pk): request for request in found.order_by("pk")}


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _record_letter(
    act: LetterAct, letter: Touched, request: SmartAccountRequest | None, by: Person, now: datetime
) -> None:
    if request:
        match act:
            case LetterAct.TRY_AGAIN:
                _note(request, "letter_tried_again", letter, by, now)
            case LetterAct.DISCARD:
                _note(request, "letter_discarded", letter, by, now)
            case LetterAct.BOUNCED:
                _note(request, "letter_marked_bounced", letter, by, now)
    row = OutgoingEmail.objects.get(pk=letter.id)
    _record(row, by, act.value, {"letter": letter.id})


def _note(request: SmartAccountRequest, event: str, letter: Touched, by: Person, now: datetime) -> None:
    note = f"{consequences.plain_name(letter.kind)} to {letter.to}"
    transitions.record(request, event, by=actors.staff(by), now=now, after=str(request.state), note=note)


def act_on_route(act: RouteAct, route: Route, *, by: Person, now: datetime) -> bool:
    """Stop a route or let it send again; returns whether that changed anything."""
    with transaction.atomic():
        if act is RouteAct.PAUSE:
            changed = routes.pause(route, now=now)
        else:
            changed = routes.resume(route)
            outbox.nudge_after_commit(route)
        if changed:
            _record(RouteState.objects.get(pk=route.value), by, act.value, {"route": route.value})
    return changed


def act_on_outbox(act: OutboxAct, *, by: Person, now: datetime) -> bool:
    """Stop every route or let all send again; returns whether that changed anything."""
    each = RouteAct.PAUSE if act is OutboxAct.HOLD else RouteAct.RESUME
    with transaction.atomic():
        changed = [act_on_route(each, route, by=by, now=now) for route in Route]
    return any(changed)


def _record(subject: OutgoingEmail | RouteState, by: Person, words: str, facts: dict[str, object]) -> None:
    log.info("Operations did something by hand.", extra={"act": words, "by": by.pk, **facts})
    staff_log.record(subject, by=by, words=words)
