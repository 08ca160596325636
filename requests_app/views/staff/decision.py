"""The decision page: everything that helps to judge one request, and every act that is open."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from people.models import Person
from people.roles import reviewer_required
from people.templatetags.moments import day, moment
from requests_app.domain.lifecycle import Event, NotAllowed
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import (
    claiming,
    freezing,
    judging,
    nomination,
    not_meant,
    parties,
    progress,
    reopening,
    review,
)
from requests_app.services.transitions import Conflict
from requests_app.views.answers import answers_refusals, conflict, person_of, see
from requests_app.views.requester.domain import shown_version
from requests_app.views.staff.forms import (
    ActForm,
    AskChangeForm,
    NoteForm,
    ReasonForm,
    RejectForm,
    StaffReasonForm,
)


@dataclass(frozen=True)
class Given:
    """One act as it was sent: who, about what, seen in which version, and when."""

    request: SmartAccountRequest
    by: Person
    facts_version: int
    now: datetime
    form: ActForm

    @property
    def words(self) -> str:
        """The reason or note."""
        return str(self.form.cleaned_data.get("reason", ""))


def _approve(given: Given) -> str:
    review.approve(given.request.pk, by=given.by, facts_version=given.facts_version, now=given.now)
    return f"You approved {given.request.account_domain}."


def _ask_change(given: Given) -> str:
    review.ask_change(
        given.request.pk,
        by=given.by,
        facts_version=given.facts_version,
        proposal=given.form.cleaned_data["proposal"],
        question=given.form.cleaned_data["question"],
        now=given.now,
    )
    return "You asked the requester for a change."


def _reject(given: Given) -> str:
    review.reject(
        given.request.pk, by=given.by, facts_version=given.facts_version, reason=given.words, now=given.now
    )
    return f"You rejected {given.request.account_domain}. The request is closed."


def _release(given: Given) -> str:
    named = _named(given.request)
    nomination.release(named.pk, by=given.by, facts_version=given.facts_version, now=given.now)
    return f"You released the letter to {named.address}."


def _refuse(given: Given) -> str:
    named = _named(given.request)
    nomination.refuse(
        named.pk, by=given.by, facts_version=given.facts_version, reason=given.words, now=given.now
    )
    return f"You refused the letter to {named.address}. The requester chooses another authorizer."


def _undo_not_meant(given: Given) -> str:
    named = judging.said_not_meant(given.request)
    if named is None:
        raise Conflict("Nobody said that this was not meant for them.")
    if not_meant.undo(named.pk, by=given.by, now=given.now):
        return f"{named.address} is asked again."
    return f"{named.address} may be written to again. Nobody is asked now."


def _freeze(given: Given) -> str:
    freezing.freeze(given.request.pk, by=given.by, reason=given.words, now=given.now)
    return "You stopped the request. Nothing leaves until the stop is lifted."


def _unfreeze(given: Given) -> str:
    freezing.unfreeze(given.request.pk, by=given.by, note=given.words, now=given.now)
    return "You lifted the stop. The request goes on."


def _reopen(given: Given) -> str:
    reopening.reopen(given.request.pk, by=given.by, reason=given.words, now=given.now)
    return f"You reopened the review of {given.request.account_domain}."


def _revoke(given: Given) -> str:
    freezing.revoke(given.request.pk, by=given.by, reason=given.words, now=given.now)
    return "You revoked the authorization. The requester chooses another authorizer."


@dataclass(frozen=True)
class Act:
    """One act of the page: its event, its form, and what does it."""

    event: Event
    form: type[ActForm]
    do: Callable[[Given], str]


ACTS = {
    act.event.value: act
    for act in (
        Act(Event.APPROVE, ActForm, _approve),
        Act(Event.ASK_CHANGE, AskChangeForm, _ask_change),
        Act(Event.REJECT, RejectForm, _reject),
        Act(Event.RELEASE, ActForm, _release),
        Act(Event.REFUSE, ReasonForm, _refuse),
        Act(Event.UNDO_NOT_MEANT, ActForm, _undo_not_meant),
        Act(Event.FREEZE, StaffReasonForm, _freeze),
        Act(Event.UNFREEZE, NoteForm, _unfreeze),
        Act(Event.REVOKE, ReasonForm, _revoke),
        Act(Event.REOPEN, ReasonForm, _reopen),
    )
}


# Asked for nothing but the press of a button, they stand open on the page; the others unfold.
OPEN_ACTS = (Event.APPROVE.value, Event.RELEASE.value, Event.UNFREEZE.value)


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def review_request(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show the request to any reviewer; let those who have no part in it act."""
    by = person_of(request)
    seen = SmartAccountRequest.objects.select_related("requester", "frozen_by", "claimed_by").get(
        pk=request_id
    )
    if request.method != "POST":
        return _page(request, seen, by)
    parties.check_reviewer(seen, by)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, seen, by, problem="Choose what to do", status=422)
    form = act.form(request.POST, act=act.event.value)
    if not form.is_valid():
        return _page(request, seen, by, given=form, status=422)
    try:
        said = act.do(Given(seen, by, shown_version(request), timezone.now(), form))
    except NotAllowed:
        message = "Somebody acted on this request in the meantime, so this can no longer be done."
        return conflict(request, message, next_url=request.path)
    except Conflict as refused:
        return conflict(request, str(refused), next_url=request.path)
    messages.success(request, said)
    return see("review_request", request_id)


def _named(request: SmartAccountRequest) -> Nomination:
    """The nomination the page is about. Raises Conflict when nobody was ever nominated."""
    named = nomination.latest(request)
    if named is None:
        raise Conflict("Nobody is nominated in this request.")
    return named


def _facts(seen: SmartAccountRequest) -> list[dict[str, object]]:
    company = getattr(seen, "company", None)
    lines = []
    if company:
        parts = (company.name, company.address, company.address2, company.city, company.area)
        lines = [part for part in (*parts, company.postal_code, company.country) if part]
    return [
        {"term": "Account Name", "value": seen.account_name},
        {"term": "Requester", "value": seen.requester.full_name, "sub": seen.requester_address},
        {"term": "Account since", "value": day(seen.requester.created_at)},
        {"term": "Sent", "value": moment(seen.submitted_at)},
        {"term": "Authorization", "value": progress.AUTHORIZATION_WORDS[seen.states.authorization]},
        {"term": "Identifier", "value": progress.DOMAIN_WORDS[seen.states.domain]},
        {"term": "Company", "lines": lines},
    ]


def _page(
    request: HttpRequest,
    seen: SmartAccountRequest,
    by: Person,
    *,
    given: ActForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    judged = judging.of(seen, by=by)
    forms = {name: ACTS[name].form(act=name) for name in ACTS if ACTS[name].event in judged.allowed}
    if given is not None:
        # Shown with what is wrong even if the act has become impossible: sent again, it is a conflict.
        forms[str(given.data.get("act"))] = given
    context = {
        "seen": seen,
        "judged": judged,
        "now": now,
        "claim": claiming.of(seen, by=by, now=now),
        "holder": judging.holder(seen),
        "plan": judging.plan(progress.of(seen, now=now)),
        "facts": _facts(seen),
        "forms": forms,
        "open_acts": OPEN_ACTS,
        "leaves": judged.leaves,
        "forms_with_errors": [given] if given is not None and given.errors else [],
        "problems": [("", problem)] if problem else [],
        "has_errors": bool(problem),
    }
    return render(request, "requests_app/staff/review_request.html", context, status=status)
