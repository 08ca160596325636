"""Set-up: a list of three tasks, then the account is active."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from people import posted
from requests_app.domain.lifecycle import Event, RequestState
from requests_app.models import SetUp
from requests_app.services import setup, transitions
from requests_app.views.answers import answers_refusals, conflict, person_of, see
from requests_app.views.requester.facts import company_form
from requests_app.views.requester.page import own
from smart_accounts.services import agreement


@login_required
@require_safe
@answers_refusals
def tasks(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show what is done and what is left; an active request shows its account."""
    seen = own(request, request_id)
    if seen.state == RequestState.ACTIVE and seen.account_id:
        return see("smart_accounts:account", seen.account_id)
    if seen.state != RequestState.SETUP:
        return see("request", request_id)
    answers = SetUp.objects.get(request=seen)
    done = (answers.agreement_accepted_at, answers.company_confirmed_at, answers.administrators_confirmed_at)
    context = {
        "seen": seen,
        "tasks": [
            {"name": gettext("Accept the agreement"), "url": "setup_agreement", "done_at": done[0]},
            {"name": gettext("Confirm the company information"), "url": "setup_company", "done_at": done[1]},
            {
                "name": gettext("Confirm the administrators"),
                "url": "setup_administrators",
                "done_at": done[2],
            },
        ],
        "left": sum(not moment for moment in done),
    }
    return render(request, "requests_app/setup/tasks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def accept_agreement(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show the agreement; it is accepted in the version shown."""
    seen = own(request, request_id)
    error = ""
    if request.method == "POST":
        if not request.POST.get("accept"):
            error = gettext("Tick to accept the agreement")
        else:
            try:
                setup.accept_agreement(
                    request_id, by=person_of(request), version=request.POST["accept"], now=timezone.now()
                )
            except setup.AgreementChanged:
                error = gettext("The agreement has changed. Read it and tick it again")
            else:
                return see("setup", request_id)
    else:
        transitions.check_allowed(seen, Event.ACTIVATE)
    version = agreement.version_in(get_language() or "")
    context = {
        "seen": seen,
        "version": version,
        "paragraphs": agreement.paragraphs(version),
        "error": error,
        "has_errors": bool(error),
        "more": [("accept", error)] if error else [],
    }
    return render(request, "requests_app/setup/agreement.html", context, status=422 if error else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def company(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Confirm company information, changed or as it is."""
    seen = own(request, request_id)
    form = company_form(request, seen)
    if form.is_bound and form.is_valid():
        setup.confirm_company(
            request_id, by=person_of(request), details=form.cleaned_data["company"], now=timezone.now()
        )
        return see("setup", request_id)
    transitions.check_allowed(seen, Event.ACTIVATE)
    return render(
        request,
        "requests_app/setup/company.html",
        {"seen": seen, "form": form},
        status=422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def administrators(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Confirm who runs the account: names may be removed, not added, and one must stay."""
    seen = own(request, request_id)
    rows = list(seen.administrators.all())
    kept = request.POST.getlist("keep") if request.method == "POST" else [row.address for row in rows]
    error = ""
    if request.method == "POST":
        try:
            setup.confirm_administrators(
                request_id, by=person_of(request), kept=tuple(dict.fromkeys(kept)), now=timezone.now()
            )
        except setup.NobodyLeft:
            error = gettext("Keep at least one administrator")
        except setup.NotNamed:
            return conflict(
                request, gettext("The names have changed. Look at them again."), next_url=request.path
            )
        else:
            return see("setup", request_id)
    else:
        transitions.check_allowed(seen, Event.ACTIVATE)
    context = {
        "seen": seen,
        "rows": [{"row": row, "is_kept": row.address in kept} for row in rows],
        "error": error,
        "has_errors": bool(error),
        "more": [("keep_1", error)] if error else [],
    }
    return render(request, "requests_app/setup/administrators.html", context, status=422 if error else 200)


@posted.by_a_person
@answers_refusals
def activate(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Finish the set-up."""
    active = setup.activate(request_id, by=person_of(request), now=timezone.now())
    words = gettext("The Smart Account for %(domain)s is active.")
    messages.success(request, words % {"domain": active.account_domain})
    return see("request", request_id)
