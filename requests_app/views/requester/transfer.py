"""A request passes to a colleague: its requester offers it, the colleague answers."""

import uuid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from requests_app.domain import statement
from requests_app.domain.lifecycle import Event
from requests_app.models import SmartAccountRequest, TransferOffer
from requests_app.models.transfer import OfferState
from requests_app.services import taking_over, transferring, transitions
from requests_app.services.authorization import StatementNotTicked
from requests_app.views.answers import answers_refusals, person_of, see
from requests_app.views.requester.domain import shown_version
from requests_app.views.requester.page import own
from requests_app.wizard import fields
from requests_app.wizard.fields import OthersAddressField, StatementField


class OfferForm(forms.Form):
    """Names the colleague."""

    unmarked = "__all__"

    address = OthersAddressField(
        label=gettext_lazy("Email Address"),
        help_text=gettext_lazy("Of a colleague, at work, on the domain that names the account."),
        widget=forms.EmailInput(attrs={"class": "w-30"}),
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not address:
            raise ValidationError(_("Enter the colleague’s e-mail address"))
        return address


class TakeOverForm(forms.Form):
    """Takes a request over; on *Yes* with the statement that the former requester had ticked."""

    statement_version = StatementField()

    def __init__(self, *args: object, request: SmartAccountRequest, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.needs_tick = taking_over.needs_statement(request)
        if not self.needs_tick:
            del self.fields["statement_version"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def offer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Offer the request to a colleague, or take the running offer back."""
    seen, now = own(request, request_id), timezone.now()
    if request.method == "POST" and request.POST.get("do") == "take_back":
        transferring.take_back(request_id, by=person_of(request), now=now)
        messages.success(request, _("The offer is taken back."))
        return see("request", request_id)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            offered = transferring.offer(
                request_id,
                by=person_of(request),
                address=form.cleaned_data["address"],
                now=now,
                language=get_language() or "en",
            )
        except transferring.OfferRefused as refused:
            form.add_error("address", str(refused))
        else:
            # The same words whether or not anybody has an account with this address.
            messages.success(
                request,
                _("We write to %(address)s. The request stays yours until they accept.")
                % {"address": offered.address},
            )
            return see("request", request_id)
    if request.method != "POST":
        transitions.check_allowed(seen, Event.TRANSFER)
    context = {
        "seen": seen,
        "form": form,
        "offered": transferring.running(seen, now=now),
        "left": transferring.left(seen),
    }
    return render(request, "requests_app/transfer.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def answer(request: HttpRequest, offer_id: uuid.UUID) -> HttpResponse:
    """Show the colleague what is offered, and do what they answer."""
    person, now = person_of(request), timezone.now()
    offered = transferring.find(offer_id, person=person)
    if offered.state == OfferState.ACCEPTED and offered.request.requester_id == person.pk:
        return see("request", offered.request_id)
    form = TakeOverForm(request.POST if request.method == "POST" else None, request=offered.request)
    if request.method != "POST":
        transferring.check_stands(offered, now=now)
        taking_over.check_taker(offered, person)
        return _answer_page(request, offered, form)
    match request.POST.get("do", ""):
        case "decline":
            transferring.decline(offer_id, by=person, now=now)
            messages.success(request, _("You declined. The request stays with its requester."))
            return see("administration")
        case "accept":
            return _accept(request, offered, form)
    return _answer_page(request, offered, form, problem=_("Choose what to answer"), status=422)


def _accept(request: HttpRequest, offered: TransferOffer, form: TakeOverForm) -> HttpResponse:
    if form.is_valid():
        try:
            taken = transferring.accept(
                offered.pk,
                by=person_of(request),
                statement_version=form.cleaned_data.get("statement_version", ""),
                facts_version=shown_version(request),
                now=timezone.now(),
            )
        except StatementNotTicked:
            form.add_error(None, _("The request has changed. Look at it again"))
        else:
            messages.success(
                request, _("You are the requester of %(reference)s now.") % {"reference": taken.reference}
            )
            return see("request", taken.pk)
    return _answer_page(request, offered, form, status=422)


def _answer_page(
    request: HttpRequest, offered: TransferOffer, form: TakeOverForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    person, seen = person_of(request), offered.request
    administrators = taking_over.administrators_after(seen, taking_over.address_of(offered, person))
    context = {
        "offered": offered,
        "seen": seen,
        "form": form if status != 200 else TakeOverForm(request=seen),
        "facts": [
            {"term": _("Account Name"), "value": seen.account_name},
            {"term": _("Requester"), "value": seen.requester.full_name, "sub": seen.requester_address},
            {"term": _("Administrators"), "lines": list(administrators)},
        ],
        "statement": statement.own_text(operator=settings.OPERATOR_NAME, version=fields.shown_version()),
        "problems": [("", problem)] if problem else [],
        "has_errors": bool(problem),
    }
    return render(request, "requests_app/transfer_answer.html", context, status=status)
