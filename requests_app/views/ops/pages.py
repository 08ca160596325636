"""The operators' page, what is found by a search, and everything about one request or one letter."""

import uuid

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notifications import finding, status, stuck
from notifications.models import OutgoingEmail
from people import addresses
from people import services as people
from people.roles import is_reviewer, ops_required
from people.templatetags.moments import moment
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.services import history, judging
from requests_app.services.operating import LetterAct
from requests_app.services.progress import AUTHORIZATION_WORDS, DOMAIN_WORDS
from requests_app.views.answers import person_of, see
from requests_app.views.ops import letters, numbers

FOUND = 50
_SORTS = {
    stuck.Sort.DEAD: (
        gettext_noop("Dead"),
        gettext_noop("Given up after many tries, or for a fault of our own."),
    ),
    stuck.Sort.LATE: (
        gettext_noop("Due, oldest first"),
        gettext_noop("What waits for a worker now; a few seconds are normal."),
    ),
    stuck.Sort.KEPT: (
        gettext_noop("Kept back for more than a day"),
        gettext_noop("Their requests are stopped for a check."),
    ),
    stuck.Sort.UNKNOWN: (
        gettext_noop("May have been sent"),
        gettext_noop("Sent at most once, with no answer from the mail system."),
    ),
}
_BULK = {
    stuck.Sort.DEAD: (LetterAct.TRY_AGAIN, LetterAct.DISCARD),
    stuck.Sort.UNKNOWN: (LetterAct.TRY_AGAIN, LetterAct.DISCARD),
}


class FindForm(forms.Form):
    """Finds by what somebody holds in the hand; sent by GET."""

    unmarked = "__all__"
    q = forms.CharField(
        label=_("What you have in hand"),
        required=False,
        max_length=finding.SEARCHED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


@ops_required
@require_safe
def ops(request: HttpRequest) -> HttpResponse:
    """Show the five numbers, the routes, and what is stuck."""
    now = timezone.now()
    sorts = []
    for sort, (title, hint) in _SORTS.items():
        found = stuck.look(sort, now=now)
        sorts.append(
            {
                "sort": sort.value,
                "title": gettext(title),
                "hint": gettext(hint),
                "count": found.count,
                "letters": [letters.line(row) for row in found.letters],
                "acts": [(act.value, letters.act_words(act)) for act in _BULK.get(sort, ())],
            }
        )
    routes = status.facts(now).routes
    context = {
        "numbers": numbers.read(now),
        "routes": routes,
        "is_held": all(one.held_at for one in routes),
        "is_held_in_part": any(one.held_at for one in routes),
        "sorts": sorts,
        "find": FindForm(),
        "now": now,
    }
    return render(request, "requests_app/ops/ops.html", context)


@ops_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find letters and requests; a reference leads to its request at once."""
    form = FindForm(request.GET)
    if not form.is_valid():
        return render(request, "requests_app/ops/search.html", {"find": form, "form": form}, status=422)
    typed = form.cleaned_data["q"].strip()
    named = _named(typed)
    if named:
        return see("ops_request", named.pk)
    found = finding.find(typed)[: FOUND + 1]
    person = people.holder_of(typed) if "@" in typed else None
    context = {
        "find": form,
        "typed": typed,
        "letters": [letters.line(row) for row in found[:FOUND]],
        "has_more": len(found) > FOUND,
        "requests": [(one, judging.holder(one)) for one in _of_address(typed)],
        "person": person,
    }
    return render(request, "requests_app/ops/search.html", context)


def _named(typed: str) -> SmartAccountRequest | None:
    """The request of a reference, whatever its case, or of an id."""
    by_reference = SmartAccountRequest.objects.filter(reference=typed.upper()[:13]).first()
    if by_reference or len(typed) > 36:
        return by_reference
    try:
        return SmartAccountRequest.objects.filter(pk=uuid.UUID(typed)).first()
    except ValueError:
        return None


def _of_address(typed: str) -> list[SmartAccountRequest]:
    """The requests where the address asks or is asked, newest first."""
    if "@" not in typed:
        return []
    asked_of = Nomination.objects.filter(address_key=addresses.comparison_key(typed)).values("request")
    found = SmartAccountRequest.objects.filter(Q(requester_address=typed.lower()) | Q(pk__in=asked_of))
    return list(found.order_by("-submitted_at")[:FOUND])


@ops_required
@require_safe
def one_request(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show a request with its letters, their tries and what the mail system said of each."""
    seen = SmartAccountRequest.objects.select_related("requester", "frozen_by").filter(pk=request_id).first()
    if seen is None:
        raise Http404
    nominations = [
        f"{named.number}. {named.address or gettext('an address that was forgotten')}: {named.state}"
        for named in seen.nominations.all()
    ]
    context = {
        "seen": seen,
        "holder": judging.holder(seen),
        "may_review": is_reviewer(person_of(request)),
        "facts": [
            {"term": gettext("Identifier"), "value": seen.account_domain},
            {"term": gettext("Requester"), "value": seen.requester.full_name, "sub": seen.requester_address},
            {"term": gettext("Sent"), "value": moment(seen.submitted_at)},
            {
                "term": gettext("Authorization"),
                "value": gettext(AUTHORIZATION_WORDS[seen.states.authorization]),
            },
            {"term": gettext("Review"), "value": gettext(DOMAIN_WORDS[seen.states.domain])},
            {"term": gettext("Authorizers"), "lines": nominations or [gettext("The requester")]},
        ],
        "letters": letters.show(OutgoingEmail.objects.filter(about=str(seen.pk)).order_by("pk")),
        "history": history.lines(seen, for_staff=True),
    }
    return render(request, "requests_app/ops/request.html", context)


@ops_required
@require_safe
def one_letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Show one letter; what it says is not shown, its kind's sample is a click away."""
    found = letters.show(OutgoingEmail.objects.filter(pk=letter_id))
    if not found:
        raise Http404
    shown = found[0]
    row = shown.row
    subject = _named(row.about) if row.about else None
    context = {
        "shown": shown,
        "subject": subject,
        "facts": [
            {"term": gettext("To"), "value": shown.to},
            {"term": gettext("Route"), "value": row.route},
            {"term": gettext("Key"), "value": row.key},
            {"term": gettext("Message-ID"), "value": row.message_id},
            {"term": gettext("Provider’s id"), "value": row.provider_id or gettext("None")},
            {"term": gettext("Promised"), "value": moment(row.created_at)},
            {
                "term": gettext("Next try"),
                "value": moment(row.due_at) if row.due_at else gettext("At once, or none"),
            },
            {"term": gettext("Left"), "value": moment(row.sent_at) if row.sent_at else gettext("Not yet")},
            {
                "term": gettext("Last trouble"),
                "value": " ".join(filter(None, _trouble(row))) or gettext("None"),
            },
        ],
    }
    return render(request, "requests_app/ops/letter.html", context)


def _trouble(row: OutgoingEmail) -> tuple[str, ...]:
    return row.error_class, row.error_code, row.error_text
