"""Claim a request, give it back, or take over what another reviewer has claimed."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from people.roles import reviewer_required
from requests_app.services import claiming
from requests_app.views.answers import answers_refusals, person_of, see


@reviewer_required
@require_POST
@answers_refusals
def claim(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Do what the pressed button says; a form without one claims."""
    by, now = person_of(request), timezone.now()
    match request.POST.get("do", ""):
        case "give_back":
            claiming.give_back(request_id, by=by)
            messages.success(request, gettext("You gave the request back."))
        case "take_over":
            claiming.take_over(request_id, by=by, now=now)
            messages.success(
                request, gettext("You took the claim over. You hold the request for 30 minutes.")
            )
        case _:
            claiming.claim(request_id, by=by, now=now)
            messages.success(request, gettext("You hold the request for 30 minutes."))
    return see("review_request", request_id)
