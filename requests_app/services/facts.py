"""Change what the authorizer authorizes: identifier, account name, administrators (the three facts).

The old link is void at once, the hold rule runs again, and the same authorizer is written to about what the
facts are now. On *Yes* the requester ticks the statement about the new facts instead.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from people.models import Person
from people.templatetags.moments import moment
from requests_app.domain import allowances, authorization, reminders, statement
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import Authority, AuthorizationState, Event
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.models.nomination import LinkPurpose
from requests_app.services import actors, letters, linking, nomination, submission, transitions
from requests_app.services.authorization import StatementNotTicked
from requests_app.services.transitions import Change, Conflict


def change(
    request_id: uuid.UUID,
    *,
    by: Person,
    account_name: str,
    administrators: tuple[str, ...],
    ticked: bool,
    facts_version: int,
    now: datetime,
    statement_version: str = statement.VERSION,
) -> SmartAccountRequest:
    """Change account name or administrators while the request is pending; the same values change nothing.

    Nobody named makes the requester the administrator. Raises NotYours, NotAllowed, StaleFacts,
    StatementNotTicked (*Yes*), Conflict (too many changes for one nomination)."""
    with transaction.atomic():
        request = transitions.locked_for(request_id, by.pk)
        transitions.check_allowed(request, Event.CHANGE_FACTS)
        transitions.check_facts(request, facts_version)
        named = administrators or (request.requester_address,)
        changed: list[str] = []
        if account_name != request.account_name:
            changed.append("account_name")
            request.account_name = account_name
        if named != tuple(request.administrators.values_list("address", flat=True)):
            changed.append("administrators")
            submission.write_administrators(request, named)
        if changed:
            follow(
                request,
                Event.CHANGE_FACTS,
                by=by,
                changed=tuple(changed),
                ticked=ticked,
                statement_version=statement_version,
                now=now,
            )
        return request


def follow(
    request: SmartAccountRequest,
    event: Event,
    *,
    by: Person,
    changed: tuple[str, ...],
    ticked: bool,
    now: datetime,
    note: str = "",
    statement_version: str = statement.VERSION,
) -> Change:
    """Take the locked request, whose facts were just assigned, through a fact change.

    `statement_version` is what was ticked, in the language in which it was shown.

    Raises NotAllowed, StatementNotTicked, Conflict, nomination.NominationRefused; the caller's transaction then
    rolls back."""
    before = request.states
    request.facts_version += 1
    actor = actors.requester(by)
    note = note or ", ".join(changed)
    if request.authority == Authority.YES and before.authorization is AuthorizationState.AUTHORIZED:
        if not ticked:
            raise StatementNotTicked
        # The tick is written first: what enters set-up by this event is already stated for the new facts.
        submission.tick(request, version=statement_version, now=now)
        return transitions.apply(request, event, by=actor, now=now, note=note)
    current = nomination.latest(request)
    is_affected = before.authorization in {
        AuthorizationState.HELD,
        AuthorizationState.PENDING,
        AuthorizationState.AUTHORIZED,
    }
    if current is None or not is_affected:
        return transitions.apply(request, event, by=actor, now=now, note=note)
    reasons = nomination.hold_reasons(
        by,
        request.requester_address,
        account_domain=request.account_domain,
        address=current.address,
        after_decline=nomination.was_declined(request),
        now=now,
    )
    first_letter = not current.links.exists()
    if not first_letter:
        # Held again, the letter only leaves later: it counts like one that leaves at once.
        _check_pace(current, now)
    result = transitions.apply(request, event, by=actor, now=now, held=bool(reasons), note=note)
    if reasons:
        current.links.filter(state=LinkState.ACTIVE).update(state=LinkState.SUPERSEDED)
        current.held_until = current.held_until or reminders.held_clock(now, spans=settings.SPANS).ends_at
        current.state, current.reasons = NominationState.HELD, sorted(reasons)
        current.next_reminder_at = current.ended_at = None
        current.save()
        if before.authorization is not AuthorizationState.HELD:
            letters.held(request, current)
        return result
    current.reasons = []
    purpose = LinkPurpose.NOMINATION if first_letter else LinkPurpose.FACTS_CHANGED
    link = linking.issue(request, current, purpose=purpose, now=now)
    if first_letter:
        letters.nomination(request, current, link)
    else:
        letters.facts_changed(
            request,
            current,
            link,
            changed=changed,
            was_authorized=before.authorization is AuthorizationState.AUTHORIZED,
        )
    return result


def _check_pace(current: Nomination, now: datetime) -> None:
    changes = linking.moments_of(current, LinkPurpose.FACTS_CHANGED)
    try:
        most = settings.LIMIT_FACT_CHANGES
        opens_at = authorization.fact_change_opens_at(now, changed_at=changes, most=most)
    except allowances.Exhausted:
        raise Conflict(
            gettext(
                "The authorizer was told of changes as often as possible."
                " Name another authorizer, or withdraw."
            )
        ) from None
    if opens_at > now:
        raise Conflict(
            gettext("The authorizer was told of a change less than 24 hours ago. Change it after %(at)s.")
            % {"at": moment(opens_at)}
        )
