"""What a receipt leads to: take the authorization back with a code, or say "this was not me"."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from notifications.inert import inert
from requests_app.services import taking_back
from requests_app.services.authorization import CodeRefused
from requests_app.views import receipts as signed
from requests_app.views.answers import see
from requests_app.views.authorizer import doors
from requests_app.views.authorizer.forms import CodeForm, NotMeForm
from requests_app.views.authorizer.visits import ReceiptVisit

TEMPLATES = "requests_app/authorizer/"


@doors.receipt(*doors.FORMS)
def receipt(request: HttpRequest, visit: ReceiptVisit) -> HttpResponse:
    """Show what was answered and what may be done about it; a POST sends the code that takes it back."""
    if request.method == "POST":
        taking_back.ask_code(visit.key, now=visit.now)
        return see("receipt_take_back", visit.key)
    may_take_back = taking_back.may_take_back(visit.decision)
    return render(request, f"{TEMPLATES}receipt.html", _context(visit) | {"may_take_back": may_take_back})


@doors.any_receipt("GET", "HEAD")
def as_file(request: HttpRequest, visit: ReceiptVisit) -> HttpResponse:
    """Give the authorizer the signed file of the answer."""
    return signed.as_file(visit.decision)


@doors.receipt(*doors.FORMS)
def take_back(request: HttpRequest, visit: ReceiptVisit) -> HttpResponse:
    """Ask for the code, send another, or take the authorization back."""
    is_post = request.method == "POST"
    if is_post and taking_back.taken_back_by(visit.decision):
        return see("receipt_done", visit.key)
    if is_post and request.POST.get("action") == "resend":
        challenge = taking_back.ask_code(visit.key, now=visit.now)
        is_new = challenge.created_at == visit.now
        messages.info(
            request,
            gettext("We sent a new code.") if is_new else gettext("We sent a code less than a minute ago."),
        )
        return see("receipt_take_back", visit.key)
    if taking_back.running_challenge(visit.decision) is None:
        return see("receipt", visit.key)
    form = CodeForm(request.POST if is_post else None)
    if is_post and form.is_valid():
        try:
            taking_back.take_back(visit.key, code=form.cleaned_data["code"], now=visit.now)
        except CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            return see("receipt_done", visit.key)
    status = 422 if form.errors else 200
    return render(request, f"{TEMPLATES}take_back.html", _context(visit) | {"form": form}, status=status)


@doors.receipt(*doors.FORMS)
def not_me(request: HttpRequest, visit: ReceiptVisit) -> HttpResponse:
    """Ask once more, then stop the request for our staff."""
    form = NotMeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        taking_back.say_not_me(visit.key, now=visit.now)
        return see("receipt_done", visit.key)
    status = 422 if form.errors else 200
    return render(request, f"{TEMPLATES}not_me.html", _context(visit) | {"form": form}, status=status)


@doors.any_receipt(*doors.READS)
def done(request: HttpRequest, visit: ReceiptVisit) -> HttpResponse:
    """Say what came of it."""
    is_taken_back = taking_back.taken_back_by(visit.decision) is not None
    is_stopped = visit.decision.request.frozen_at is not None
    if not (is_taken_back or is_stopped):
        return see("receipt", visit.key)
    context = _context(visit) | {"is_stopped": is_stopped}
    return render(request, f"{TEMPLATES}receipt_done.html", context)


def _context(visit: ReceiptVisit) -> dict[str, object]:
    return {
        "key": visit.key,
        "decision": visit.decision,
        "seen": visit.decision.request,
        "account_name": inert(visit.decision.request.account_name),
        "requester_name": inert(visit.decision.request.requester.full_name),
    }
