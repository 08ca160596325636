"""The authorizer's page: what is asked, by whom, until when; and the answers, none chosen."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from notifications.inert import inert
from people.templatetags.moments import until
from requests_app.domain.identifiers import agrees
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, handing_on, transitions
from requests_app.services.nomination import NominationRefused
from requests_app.views.answers import see
from requests_app.views.authorizer import choosing, doors, rail
from requests_app.views.authorizer.forms import AnswerForm
from requests_app.views.authorizer.visits import Visit
from requests_app.wizard.fields import shown_version


@doors.link(*doors.FORMS)
def authorize(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the facts, or take the answer and ask to confirm it."""
    may_hand_on = handing_on.left(visit.opened.request) > 0
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        requester_name=inert(visit.opened.request.requester.full_name),
        may_hand_on=may_hand_on,
    )
    if request.method == "POST":
        transitions.check_facts(visit.opened.request, _shown_version(request))
        if request.POST.get("answer") == Answer.HAND_ON and not may_hand_on:
            raise handing_on.NoneLeft
        if form.is_valid():
            try:
                return _take(request, visit, form)
            except NominationRefused as refused:
                form.add_error("colleague", str(refused))
    status = 422 if form.errors else 200
    return render(request, "requests_app/authorizer/authorize.html", _context(visit, form), status=status)


def _shown_version(request: HttpRequest) -> int:
    """The version of the facts that the form showed; what cannot be one is no version that stands."""
    typed = request.POST.get("facts_version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _take(request: HttpRequest, visit: Visit, form: AnswerForm) -> HttpResponse:
    answer, colleague = Answer(form.cleaned_data["answer"]), form.cleaned_data["colleague"]
    if answer is Answer.NOT_MEANT:
        return see("authorize_not_meant", visit.key)
    facts_version = visit.opened.request.facts_version
    if visit.reader.is_fresh:
        choosing.keep(request, visit, answer, colleague=colleague)
    else:
        authorization.ask_code(
            visit.key, answer=answer, colleague=colleague, facts_version=facts_version, now=visit.now
        )
    return see("authorize_confirm", visit.key)


def _context(visit: Visit, form: AnswerForm) -> dict[str, object]:
    request = visit.opened.request
    return {
        "form": form,
        "hand_on": Answer.HAND_ON.value,
        "opened": visit.opened,
        "requester_name": inert(request.requester.full_name),
        "message": inert(visit.opened.nomination.message),
        "facts": _facts(visit),
        "stops": rail.stops(visit.opened, now=visit.now),
        "statement": authorization.statement_for(request, version=shown_version()),
        "needs_code": not visit.reader.is_fresh,
    }


def _facts(visit: Visit) -> list[dict[str, object]]:
    request = visit.opened.request
    known = gettext("We checked that the sender can read mail at this address.")
    if not agrees(request.requester_address, request.account_domain):
        known = gettext(
            "We checked that the sender can read mail at this address."
            " It belongs to another domain than the account."
        )
    return [
        {
            "term": gettext("Asked by"),
            "lines": [inert(request.requester.full_name), request.requester_address],
            "sub": known,
        },
        {"term": gettext("Account name"), "value": inert(request.account_name)},
        {
            "term": gettext("Administrators"),
            "lines": administrators(request),
            "sub": _otherwise(request),
        },
        {
            "term": gettext("If you authorize"),
            "value": gettext(
                "%(operator)s may activate this account. Its administrators manage the company’s"
                " product and service entitlements, licence agreements, users and roles."
            )
            % {"operator": settings.OPERATOR_NAME},
        },
        {
            "term": gettext("Answer by"),
            "value": until(visit.opened.link.expires_at),
            "sub": gettext("After that the link stops working and nothing is activated."),
        },
        {"term": gettext("Reference"), "value": request.reference},
    ]


def _otherwise(request: SmartAccountRequest) -> str:
    """Say who administers if nobody named comes; nothing where the requester alone is named."""
    if all(row.is_requester for row in request.administrators.all()):
        return ""
    return gettext(
        "If none of them has signed in by the time of activation, the person who asked administers the"
        " account too."
    )


def administrators(request: SmartAccountRequest) -> Sequence[str]:
    """Name who is to run the account, as the authorizer reads it."""
    return [
        gettext("%(name)s, who asks") % {"name": inert(request.requester.full_name)}
        if row.is_requester
        else row.address
        for row in request.administrators.all()
    ]
