"""The authorizer's answer: a code is asked for, the answer is confirmed, and recorded once.

The link alone decides nothing: an answer needs a code read from a second letter, or a browser signed in with
the very address that was nominated. Everything is re-checked under the request's lock at the moment of decision.
"""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from people.models import Person
from requests_app.domain import allowances, authorization, statement
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import Event
from requests_app.models import AuthorizationLink, CodeChallenge, Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    actors,
    challenges,
    evidence,
    handing_on,
    letters,
    nomination,
    parties,
    transitions,
)
from requests_app.services.challenges import CodeRefused, CodesExhausted, check_code
from requests_app.services.limits import LimitReached
from requests_app.services.opening import (
    BeingChecked,
    LinkDead,
    LinkUnknown,
    OpenLink,
    by_hash,
    cause_of,
    check_alive,
    find,
    is_reader,
    lapse_if_over,
    locked_alive,
    look,
    other_open_links,
    send_new_link,
)

__all__ = [
    "BeingChecked",
    "CodeRefused",
    "CodesExhausted",
    "LinkDead",
    "LinkUnknown",
    "OpenLink",
    "RequesterCannotAuthorize",
    "StatementNotTicked",
    "ask_code",
    "by_hash",
    "cause_of",
    "check_alive",
    "check_code",
    "confirm",
    "confirm_signed_in",
    "find",
    "is_reader",
    "lapse_if_over",
    "locked_alive",
    "look",
    "other_open_links",
    "running_challenge",
    "send_new_link",
    "statement_for",
]

DECISIONS = {
    Answer.AUTHORIZE: (Event.AUTHORIZE, NominationState.AUTHORIZED),
    Answer.DECLINE: (Event.DECLINE, NominationState.DECLINED),
}


class RequesterCannotAuthorize(Exception):
    """The nominated address turned out to be one of the requester's own (403)."""


class StatementNotTicked(Exception):
    """Authorizing needs the ticked statement (422)."""


def statement_for(request: SmartAccountRequest, *, version: str = statement.VERSION) -> str:
    """The exact text that authorizing agrees to, for the facts as they stand; its version names its language."""
    return statement.text(
        request.account_domain,
        account_name=request.account_name,
        administrators=[administrator.address for administrator in request.administrators.all()],
        requester=request.requester_address,
        operator=settings.OPERATOR_NAME,
        version=version,
    )


def ask_code(
    link_id: uuid.UUID, *, answer: Answer, facts_version: int, now: datetime, colleague: str = ""
) -> CodeChallenge:
    """Send a code that confirms this answer to the nominated address; handing on names the colleague too.

    The same answer asked again within the minute returns the running challenge without a new letter.
    Raises LinkUnknown, LinkDead, BeingChecked, StaleFacts, LimitReached, CodesExhausted, and to hand on
    handing_on.NoneLeft, nomination.NominationRefused."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = locked_alive(link_id, now)
        transitions.check_facts(opened.request, facts_version)
        if answer is Answer.HAND_ON:
            handing_on.check(opened.request, colleague, now=now)
        running = challenges.running(opened.link)
        if (
            running
            and (running.answer, running.colleague) == (answer, colleague)
            and running.facts_version == facts_version
            and now < running.created_at + authorization.CODES_PER_LINK.paces[0].span
        ):
            return running
        sent = list(
            opened.link.challenges.exclude(answer=Answer.TAKE_BACK).values_list("created_at", flat=True)
        )
        try:
            opens_at = authorization.code_opens_at(now, sent_at=sent)
        except allowances.Exhausted:
            raise CodesExhausted from None
        if opens_at > now:
            raise LimitReached(gettext("Codes to this address are limited."), opens_at)
        opened.link.challenges.filter(used_at=None, replaced_at=None).update(replaced_at=now)
        challenge = CodeChallenge.objects.create(
            link=opened.link,
            answer=answer,
            colleague=colleague,
            facts_version=facts_version,
            created_at=now,
            expires_at=now + authorization.CODE_LIFETIME,
        )
        letters.authorizer_code(opened.request, opened.nomination, challenge)
        return challenge


def running_challenge(link_id: uuid.UUID) -> CodeChallenge | None:
    """The challenge that the code page is about, if one waits. Reads only."""
    link = AuthorizationLink.objects.filter(pk=link_id).first()
    return challenges.running(link) if link else None


def confirm(
    link_id: uuid.UUID,
    *,
    code: str,
    ticked: bool,
    reason: str,
    facts_version: int,
    now: datetime,
    statement_version: str = statement.VERSION,
) -> Decision:
    """Record the answer that the code confirms, with evidence and a receipt for both, in one transaction.

    `statement_version` is what was ticked, in the language in which it was shown.
    Raises LinkUnknown, LinkDead, BeingChecked, StaleFacts, CodeRefused, StatementNotTicked,
    RequesterCannotAuthorize, and to hand on handing_on.NoneLeft, nomination.NominationRefused."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = locked_alive(link_id, now)
        transitions.check_facts(opened.request, facts_version)
        checked = check_code(opened.link, code, now=now)
        if isinstance(checked, CodeChallenge):
            if checked.facts_version != opened.request.facts_version:
                raise transitions.StaleFacts
            decision = _decide(
                opened,
                Answer(checked.answer),
                ticked=ticked,
                statement_version=statement_version,
                reason=reason,
                colleague=checked.colleague,
                challenge=checked,
                now=now,
            )
            checked.used_at = now
            checked.save(update_fields=["used_at"])
            return decision
    raise CodeRefused(checked)


def confirm_signed_in(
    link_id: uuid.UUID,
    *,
    person: Person,
    answer: Answer,
    ticked: bool,
    reason: str,
    facts_version: int,
    now: datetime,
    colleague: str = "",
    statement_version: str = statement.VERSION,
) -> Decision:
    """Record the answer of a person who signed in freshly with the nominated address verified: no code.

    The view vouches for the freshness of the sign-in. Raises as `confirm`, and NotYours for another person."""
    lapse_if_over(link_id, now=now)
    with transaction.atomic():
        opened = locked_alive(link_id, now)
        if not is_reader(person, opened.nomination.address):
            raise transitions.NotYours
        transitions.check_facts(opened.request, facts_version)
        return _decide(
            opened,
            answer,
            ticked=ticked,
            statement_version=statement_version,
            reason=reason,
            colleague=colleague,
            person=person,
            now=now,
        )


def _decide(
    opened: OpenLink,
    answer: Answer,
    *,
    ticked: bool,
    statement_version: str,
    reason: str,
    colleague: str,
    now: datetime,
    challenge: CodeChallenge | None = None,
    person: Person | None = None,
) -> Decision:
    request, named, link = opened.request, opened.nomination, opened.link
    if parties.is_own(request.requester, named.address):
        raise RequesterCannotAuthorize
    challenge_id = challenge.pk if challenge else None
    if answer is Answer.HAND_ON:
        return handing_on.pass_on(
            request, named, link, colleague=colleague, person=person, challenge_id=challenge_id, now=now
        )
    if answer is Answer.AUTHORIZE and not ticked:
        raise StatementNotTicked
    event, state = DECISIONS[answer]
    authorizes = answer is Answer.AUTHORIZE
    decision = evidence.write(
        request,
        answer=answer,
        address=named.address,
        now=now,
        nomination=named,
        text=statement_for(request, version=statement_version) if authorizes else "",
        statement_version=statement_version if authorizes else "",
        reason="" if authorizes else reason,
        link_id=link.pk,
        challenge_id=challenge_id,
    )
    link.state, link.used_at = LinkState.USED, now
    link.save(update_fields=["state", "used_at"])
    named.reason = decision.reason
    nomination.end(request, named, state, now=now)
    # The nomination's outcome is written first: what set-up says of the authorizer is read from it.
    transitions.apply(
        request, event, by=actors.authorizer(named.address, person), now=now, note=decision.reason
    )
    letters.decision_receipt(request, decision)
    if authorizes:
        letters.authorized(request, decision)
    else:
        letters.declined(request, decision, nominations_left=nomination.may_name(request))
    return decision
