"""Administration: own requests with whose turn it is, drafts to resume, what waits for me, accounts I run."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people import services as people
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import OPEN, RequestState, Turn, turn
from requests_app.models import AuthorizationLink, Draft, SmartAccountRequest
from requests_app.services import progress, transferring
from requests_app.views.answers import person_of
from smart_accounts.services import accounts


@dataclass(frozen=True)
class Row:
    """One request of the list, with who has it."""

    request: SmartAccountRequest
    holder: str
    is_mine: bool


@login_required
@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """List everything of the signed-in person; open requests first, those that wait for the person on top."""
    person = person_of(request)
    rows = [
        Row(seen, progress.holder(seen), Turn.REQUESTER in turn(seen.states))
        for seen in SmartAccountRequest.objects.filter(requester=person)
    ]
    open_rows = sorted((row for row in rows if row.request.state in OPEN), key=lambda row: not row.is_mine)
    waiting = AuthorizationLink.objects.filter(
        state=LinkState.ACTIVE,
        nomination__state=NominationState.PENDING,
        nomination__address__in=people.verified(person),
        nomination__request__state=RequestState.PENDING,
        nomination__request__frozen_at=None,
        expires_at__gt=timezone.now(),
    ).select_related("nomination__request__requester")
    context = {
        "open_rows": open_rows,
        "closed_rows": [row for row in rows if row.request.state not in OPEN],
        "drafts": Draft.objects.filter(person=person),
        "waiting": waiting,
        "offers": transferring.waiting_for(person, now=timezone.now()),
        "accounts": accounts.accounts_of(person),
        "now": timezone.now(),
    }
    return render(request, "requests_app/administration.html", context)
