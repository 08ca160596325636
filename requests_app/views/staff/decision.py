"""The decision page: everything that helps to judge one request, and every act that is open."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from notifications import rehearsal
from notifications.rehearsal import Rehearsed
from people import speaking
from people.models import Person
from people.roles import reviewer_required
from people.templatetags.moments import day, moment
from requests_app.domain import companies
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
    transferring,
)
from requests_app.services.transitions import Conflict
from requests_app.views.answers import answers_refusals, conflict, person_of, see
from requests_app.views.requester.domain import shown_version
from requests_app.views.staff.forms import (
    ActForm,
    AskChangeForm,
    NoteForm,
    ReasonForm,
    RefuseForm,
    RejectForm,
    StaffReasonForm,
    TemplatedForm,
)

MEANWHILE = _("Somebody acted on this request in the meantime, so this can no longer be done.")
USED = _("The text of the template stands below now. Read it, then send it")


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
    return gettext("You approved %(domain)s.") % {"domain": given.request.account_domain}


def _ask_change(given: Given) -> str:
    review.ask_change(
        given.request.pk,
        by=given.by,
        facts_version=given.facts_version,
        proposal=given.form.cleaned_data["proposal"],
        question=given.form.cleaned_data["question"],
        now=given.now,
    )
    return gettext("You asked the requester for a change.")


def _reject(given: Given) -> str:
    review.reject(
        given.request.pk, by=given.by, facts_version=given.facts_version, reason=given.words, now=given.now
    )
    return gettext("You rejected %(domain)s. The request is closed.") % {
        "domain": given.request.account_domain
    }


def _release(given: Given) -> str:
    named = _named(given.request)
    nomination.release(named.pk, by=given.by, facts_version=given.facts_version, now=given.now)
    return gettext("You released the letter to %(address)s.") % {"address": named.address}


def _refuse(given: Given) -> str:
    named = _named(given.request)
    nomination.refuse(
        named.pk, by=given.by, facts_version=given.facts_version, reason=given.words, now=given.now
    )
    words = gettext("You refused the letter to %(address)s. The requester chooses another authorizer.")
    return words % {"address": named.address}


def _undo_not_meant(given: Given) -> str:
    named = judging.said_not_meant(given.request)
    if named is None:
        raise Conflict(gettext("Nobody said that this was not meant for them."))
    if not_meant.undo(named.pk, by=given.by, now=given.now):
        return gettext("%(address)s is asked again.") % {"address": named.address}
    words = gettext("%(address)s may be written to again. Nobody is asked now.")
    return words % {"address": named.address}


def _freeze(given: Given) -> str:
    freezing.freeze(given.request.pk, by=given.by, reason=given.words, now=given.now)
    return gettext("You stopped the request. Nothing leaves until the stop is lifted.")


def _unfreeze(given: Given) -> str:
    freezing.unfreeze(given.request.pk, by=given.by, note=given.words, now=given.now)
    return gettext("You lifted the stop. The request goes on.")


def _reopen(given: Given) -> str:
    reopening.reopen(given.request.pk, by=given.by, reason=given.words, now=given.now)
    return gettext("You reopened the review of %(domain)s.") % {"domain": given.request.account_domain}


def _revoke(given: Given) -> str:
    freezing.revoke(given.request.pk, by=given.by, reason=given.words, now=given.now)
    return gettext("You revoked the authorization. The requester chooses another authorizer.")


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
        Act(Event.REFUSE, RefuseForm, _refuse),
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
        return _page(request, seen, by, problem=gettext("Choose what to do"), status=422)
    sent: QueryDict = request.POST
    has_new_words = False
    if issubclass(act.form, TemplatedForm):
        sent, has_new_words = act.form.with_template(sent)
    form = act.form(sent, act=act.event.value)
    looks = request.POST.get("do") == "look"
    if form.is_valid() and has_new_words and not looks:
        form.add_error("template", USED)
    if not form.is_valid():
        return _page(request, seen, by, given=form, status=422)
    given = Given(seen, by, shown_version(request), timezone.now(), form)
    if looks:
        return _look(request, act, given)
    try:
        said = act.do(given)
    except NotAllowed:
        return conflict(request, str(MEANWHILE), next_url=request.path)
    except Conflict as refused:
        return conflict(request, str(refused), next_url=request.path)
    messages.success(request, said)
    return see("review_request", request_id)


def _look(request: HttpRequest, act: Act, given: Given) -> HttpResponse:
    """Show the letters of the act word by word; what was typed stays, whatever has become of the request."""
    show = partial(_page, request, given.request, given.by, given=given.form)
    try:
        letters = rehearsal.letters_of(lambda: act.do(given))
    except NotAllowed:
        return show(problem=str(MEANWHILE), status=409)
    except Conflict as refused:
        return show(problem=str(refused), status=409)
    return show(letters=letters)


def _named(request: SmartAccountRequest) -> Nomination:
    """The nomination the page is about. Raises Conflict when nobody was ever nominated."""
    named = nomination.latest(request)
    if named is None:
        raise Conflict(gettext("Nobody is nominated in this request."))
    return named


def _facts(seen: SmartAccountRequest) -> list[dict[str, object]]:
    company = getattr(seen, "company", None)
    lines = []
    if company:
        place = companies.place(company, speaking.language())
        parts = (company.name, company.address, company.address2, company.postal_code, place)
        lines = [part for part in parts if part]
    return [
        {"term": gettext("Account Name"), "value": seen.account_name},
        {"term": gettext("Requester"), "value": seen.requester.full_name, "sub": seen.requester_address},
        {"term": gettext("Account since"), "value": day(seen.requester.created_at)},
        {"term": gettext("Sent"), "value": moment(seen.submitted_at)},
        {
            "term": gettext("Authorization"),
            "value": gettext(progress.AUTHORIZATION_WORDS[seen.states.authorization]),
        },
        {"term": gettext("Identifier"), "value": gettext(progress.DOMAIN_WORDS[seen.states.domain])},
        {"term": gettext("Company"), "lines": lines},
    ]


def _act_of(form: ActForm) -> str:
    return str(form.data.get("act"))


def _page(
    request: HttpRequest,
    seen: SmartAccountRequest,
    by: Person,
    *,
    given: ActForm | None = None,
    letters: list[Rehearsed] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    judged = judging.of(seen, by=by)
    forms = {name: ACTS[name].form(act=name) for name in ACTS if ACTS[name].event in judged.allowed}
    if given is not None:
        # Shown with what is wrong even if the act has become impossible: sent again, it is a conflict.
        forms[_act_of(given)] = given
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
        "may_transfer": judged.may_act and Event.TRANSFER in judged.allowed,
        "offered": transferring.running(seen, now=now),
        "given_act": _act_of(given) if given is not None else "",
        "letters": letters,
        "forms_with_errors": [given] if given is not None and given.errors else [],
        "problems": [("", problem)] if problem else [],
        "has_errors": bool(problem),
    }
    return render(request, "requests_app/staff/review_request.html", context, status=status)
