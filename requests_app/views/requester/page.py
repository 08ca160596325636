"""The request's page: who has it, since when, until when, what next; and the acts that are open."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from people import posted, speaking
from people.models import Person
from requests_app.domain import companies
from requests_app.domain.lifecycle import OPEN, AuthorizationState, Event, RequestState
from requests_app.models import SmartAccountRequest
from requests_app.services import (
    history,
    nomination,
    progress,
    reminding,
    transferring,
    transitions,
    withdrawal,
)
from requests_app.views.answers import answers_refusals, person_of, see
from requests_app.views.requester.forms import ReplaceForm


def own(request: HttpRequest, request_id: uuid.UUID) -> SmartAccountRequest:
    """Return the signed-in person's own request; everybody else is told that there is none."""
    try:
        return SmartAccountRequest.objects.select_related("requester", "company").get(
            pk=request_id, requester=person_of(request)
        )
    except SmartAccountRequest.DoesNotExist:
        raise Http404 from None


@login_required
@require_safe
def page(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show where the request is."""
    return _page(request, own(request, request_id), "requests_app/request.html")


@login_required
@require_safe
def sent(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """*Access Request Sent*: the reference, what happens next and when; once it is over, the request's page."""
    seen = own(request, request_id)
    if seen.state not in OPEN:
        return see("request", request_id)
    return _page(request, seen, "requests_app/sent.html")


def _page(request: HttpRequest, seen: SmartAccountRequest, template: str) -> HttpResponse:
    now = timezone.now()
    may = transitions.allowed_now(seen)
    where = progress.of(seen, now=now)
    context = {
        "seen": seen,
        "now": now,
        "progress": where,
        "stops": where.stops,
        "facts": _facts(seen, person_of(request)),
        "history": history.lines(seen),
        "decisions": seen.decisions.all(),
        "may_replace": Event.REPLACE in may and where.nominations_left > 0,
        "may_remind": seen.authorization == AuthorizationState.PENDING
        and where.link
        and Event.COMPLAIN in may,
        "cannot_remind": reminding.hindrance(where.nomination, now=now) if where.nomination else "",
        "may_withdraw": Event.WITHDRAW in may,
        "may_change_facts": Event.CHANGE_FACTS in may,
        "may_answer_domain": Event.KEEP_DOMAIN in may,
        "may_transfer": Event.TRANSFER in may,
        "offered": transferring.running(seen, now=now),
        "is_setup": seen.state == RequestState.SETUP and not seen.frozen_at,
    }
    return render(request, template, context)


def _facts(seen: SmartAccountRequest, person: Person) -> list[dict[str, object]]:
    named = nomination.latest(seen)
    company = getattr(seen, "company", None)
    place = companies.place(company, speaking.language()) if company else ""
    people = [gettext("You") if row.is_requester else row.address for row in seen.administrators.all()]
    return [
        {"term": gettext("Account Name"), "value": seen.account_name},
        {"term": gettext("Authorizer"), "value": named.address if named else gettext("You")},
        {"term": gettext("Administrators"), "lines": people},
        {
            "term": gettext("Company"),
            "lines": [part for part in (company.name, place) if part] if company else [],
        },
    ]


@posted.by_a_person
@answers_refusals
def remind(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Send a reminder now."""
    named = reminding.remind_by_hand(request_id, by=person_of(request), now=timezone.now())
    words = gettext("A reminder to %(address)s is on its way.")
    messages.success(request, words % {"address": named.address})
    return see("request", request_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def withdraw(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then withdraw."""
    seen = own(request, request_id)
    if request.method == "POST":
        withdrawal.withdraw(request_id, by=person_of(request), now=timezone.now())
        words = gettext("You withdrew request %(reference)s.")
        messages.success(request, words % {"reference": seen.reference})
        return see("request", request_id)
    transitions.check_allowed(seen, Event.WITHDRAW)
    return render(request, "requests_app/withdraw.html", {"seen": seen})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def replace(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Choose another authorizer."""
    seen = own(request, request_id)
    form = ReplaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            named = nomination.replace(
                request_id,
                by=person_of(request),
                address=form.cleaned_data["address"],
                message=form.cleaned_data["message"],
                now=timezone.now(),
                language=get_language() or "en",
            )
        except nomination.NominationRefused as refused:
            form.add_error("address", str(refused))
        else:
            words = (
                gettext("You named %(address)s. We check the address by hand before we write to it.")
                if named.reasons
                else gettext("You named %(address)s.")
            )
            messages.success(request, words % {"address": named.address})
            return see("request", request_id)
    if request.method != "POST":
        transitions.check_allowed(seen, Event.REPLACE)
    context = {
        "seen": seen,
        "form": form,
        "left": nomination.may_name(seen),
        "current": nomination.latest(seen),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "requests_app/replace.html", context, status=status)
