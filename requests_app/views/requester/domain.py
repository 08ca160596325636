"""Answer the reviewer about the identifier: take the proposal, or answer with an identifier and a note."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from people.refusals import refuse
from requests_app.domain import statement
from requests_app.domain.lifecycle import Event
from requests_app.models import SmartAccountRequest
from requests_app.services import nomination, review, submission, transitions
from requests_app.services.authorization import StatementNotTicked
from requests_app.views.answers import answers_refusals, person_of, see
from requests_app.views.requester.forms import AnswerDomainForm, StatementForm
from requests_app.views.requester.page import own
from requests_app.wizard import fields

# Where the operator refuses nominations that both addresses do not prove.
UNPROVEN = _(
    "Your address and the authorizer’s must both belong to this domain. Name another authorizer first"
)
DISAGREES = _("Your own address must belong to this domain, since you authorize it yourself")


def shown_version(request: HttpRequest) -> int:
    """The version of the facts that the page showed; 0, which no request has, when it is no number."""
    typed = request.POST.get("facts_version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def answer(request: HttpRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show what the reviewer asks, with both ways to answer."""
    seen = own(request, request_id)
    form = AnswerDomainForm(
        request.POST or None, request=seen, prefix=None, initial={"account_domain": seen.account_domain}
    )
    if request.method != "POST":
        transitions.check_allowed(seen, Event.KEEP_DOMAIN)
        return _page(request, seen, form, StatementForm(request=seen, auto_id="accept_%s"))
    if request.POST.get("act") == "accept":
        return _accept(request, seen)
    if not form.is_valid():
        return _page(request, seen, form, StatementForm(request=seen, auto_id="accept_%s"), status=422)
    try:
        review.answer_domain(
            request_id,
            by=person_of(request),
            account_domain=form.cleaned_data["account_domain"],
            note=form.cleaned_data["note"],
            facts_version=shown_version(request),
            ticked=bool(form.ticked_version),
            statement_version=form.ticked_version,
            now=timezone.now(),
        )
    except review.IdentifierDisagrees:
        form.add_error("account_domain", str(DISAGREES))
    except submission.AlreadyOpen as already:
        words = gettext("You have an open request for it: %(reference)s")
        form.add_error("account_domain", words % {"reference": already.request.reference})
    except nomination.NominationRefused:
        form.add_error("account_domain", str(UNPROVEN))
    except submission.AccountExists as exists:
        return _account_exists(request, exists)
    else:
        messages.success(request, gettext("Your answer is with the reviewer."))
        return see("request", request_id)
    return _page(request, seen, form, StatementForm(request=seen, auto_id="accept_%s"), status=422)


def _accept(request: HttpRequest, seen: SmartAccountRequest) -> HttpResponse:
    form = StatementForm(request.POST, request=seen, auto_id="accept_%s")
    answer_form = AnswerDomainForm(request=seen, initial={"account_domain": seen.account_domain})
    if form.is_valid():
        try:
            review.accept_proposal(
                seen.pk,
                by=person_of(request),
                facts_version=shown_version(request),
                ticked=bool(form.ticked_version),
                statement_version=form.ticked_version,
                now=timezone.now(),
            )
        except review.IdentifierDisagrees:
            form.add_error(None, str(DISAGREES))
        except nomination.NominationRefused:
            form.add_error(None, str(UNPROVEN))
        except StatementNotTicked:
            form.add_error("statement_version", gettext("Tick the statement to authorize activation"))
        else:
            messages.success(request, gettext("The identifier is changed and approved."))
            return see("request", seen.pk)
    return _page(request, seen, answer_form, form, status=422)


def _page(
    request: HttpRequest,
    seen: SmartAccountRequest,
    form: AnswerDomainForm,
    accept: StatementForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "seen": seen,
        "form": form,
        "accept": accept,
        "forms_with_errors": [one for one in (accept, form) if one.errors],
        "statement": statement.own_text(operator=settings.OPERATOR_NAME, version=fields.shown_version()),
    }
    return render(request, "requests_app/domain.html", context, status=status)


def _account_exists(request: HttpRequest, exists: submission.AccountExists) -> HttpResponse:
    return refuse(
        request,
        409,
        title=gettext("This Smart Account exists already"),
        message=gettext("There is an active Smart Account for %(domain)s.")
        % {"domain": exists.account.identifier},
        next_step=gettext("Request access"),
        next_url=reverse("smart_accounts:access"),
    )
