"""Offer a request whose requester is gone to a colleague of theirs, or take that offer back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.roles import reviewer_required
from requests_app.domain.lifecycle import Event
from requests_app.models import SmartAccountRequest
from requests_app.services import parties, transferring, transitions
from requests_app.views.answers import answers_refusals, person_of, see
from requests_app.views.requester.transfer import OfferForm


@reviewer_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def transfer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Ask for the colleague's address; the colleague has to accept, and the requester is told at once."""
    by, now = person_of(request), timezone.now()
    seen = SmartAccountRequest.objects.select_related("requester").get(pk=request_id)
    parties.check_reviewer(seen, by)
    if request.method == "POST" and request.POST.get("do") == "take_back":
        transferring.take_back_by_staff(request_id, by=by, now=now)
        messages.success(request, _("The offer is taken back."))
        return see("review_request", request_id)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            offered = transferring.offer_by_staff(
                request_id,
                by=by,
                address=form.cleaned_data["address"],
                now=now,
                language=seen.requester.language,
            )
        except transferring.OfferRefused as refused:
            form.add_error("address", str(refused))
        else:
            words = _("The request is offered to %(address)s. The requester is told.")
            messages.success(request, words % {"address": offered.address})
            return see("review_request", request_id)
    if request.method != "POST":
        transitions.check_allowed(seen, Event.TRANSFER)
    context = {"seen": seen, "form": form, "offered": transferring.running(seen, now=now)}
    status = 422 if form.is_bound else 200
    return render(request, "requests_app/staff/transfer.html", context, status=status)
