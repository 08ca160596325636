"""The foot of every reminder: stop these e-mails (/n/), also by one click of the mail program (RFC 8058)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import links
from notifications.inert import inert
from requests_app.domain.authorization import NominationState
from requests_app.domain.lifecycle import OPEN
from requests_app.models import Nomination
from requests_app.services import not_meant as service
from requests_app.services import stopping
from requests_app.services.authorization import BeingChecked
from requests_app.views.answers import see
from requests_app.views.authorizer import refusals
from requests_app.views.authorizer.doors import FORMS, checks_method_then_form
from requests_app.views.authorizer.forms import NotMeantForm

Page = Callable[[HttpRequest, Nomination, str], HttpResponse]


def _at_token(page: Page) -> Callable[[HttpRequest, str], HttpResponse]:
    """Find the nomination of a token; no token, a token of another kind and one that is gone are one 404."""

    def answered(request: HttpRequest, typed: str) -> HttpResponse:
        token = links.read(typed)
        try:
            if token is None:
                return refusals.unknown(request)
            return page(request, stopping.by_hash(links.hash_of(token)), token)
        except Nomination.DoesNotExist:
            return refusals.unknown(request)
        except BeingChecked:
            return refusals.being_checked(request)

    return answered


# The mail program's own POST brings neither cookie nor proof of a form; all it can do is stop reminders.
@csrf_exempt
@require_http_methods(list(FORMS))
@_at_token
def stop(request: HttpRequest, named: Nomination, token: str) -> HttpResponse:
    """Show the two buttons; every POST stops the reminders of this nomination and nothing else."""
    if request.method == "POST":
        named = stopping.stop_reminders(named.pk, now=timezone.now())
    context = {
        "named": named,
        "token": token,
        "seen": named.request,
        "requester_name": inert(named.request.requester.full_name),
        "is_open": named.request.state in OPEN,
        "is_unwanted": service.is_unwanted(named),
    }
    return render(request, "requests_app/authorizer/stop.html", context)


@_at_token
def _not_meant(request: HttpRequest, named: Nomination, token: str) -> HttpResponse:
    """Ask once more, then take the reader's word."""
    form = NotMeantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        service.say(named.pk, now=timezone.now())
        return see("stop", token)
    if named.request.frozen_at:
        raise BeingChecked
    context = {
        "form": form,
        "seen": named.request,
        "address": named.address,
        "requester_name": inert(named.request.requester.full_name),
        "is_authorized": named.request.state in OPEN and named.state == NominationState.AUTHORIZED,
    }
    return render(
        request, "requests_app/authorizer/not_meant.html", context, status=422 if form.errors else 200
    )


not_meant = csrf_exempt(checks_method_then_form(_not_meant, *FORMS))
