"""Turn what a page leads to into responses: the page itself, the next one, and every refusal."""

import math
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from people import refusals
from people.speaking import say
from people.templatetags import moments
from requests_app.domain import identifiers
from requests_app.domain.submission import ContradictoryAnswers
from requests_app.models import Draft
from requests_app.services import submission
from requests_app.services.limits import LimitReached
from requests_app.services.nomination import NominationRefused
from requests_app.wizard import draft as drafts
from requests_app.wizard import outlook, steps
from requests_app.wizard.draft import Progress
from requests_app.wizard.step import PageForm, Step

REFUSED = (
    submission.AlreadyOpen,
    submission.AccountExists,
    ContradictoryAnswers,
    NominationRefused,
    LimitReached,
)
"""What submitting, or looking up before it, may raise."""


class SeeOther(HttpResponseRedirect):
    """Go on with GET, whatever was sent."""

    status_code = 303


def to(name: str, *args: object, query: str = "") -> SeeOther:
    """Answer 303 to a named page."""
    return SeeOther(reverse(name, args=args) + query)


def is_from_review(request: HttpRequest) -> bool:
    """Say whether the page was opened by a Change link of the review page, to which it goes back."""
    return request.GET.get("from") == "review"


def show(
    request: HttpRequest,
    step: Step,
    form: PageForm,
    *,
    progress: Progress,
    draft: Draft | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render one page of the wizard."""
    known = progress.before[step.name]
    number, total = progress.place_of(step)
    preceding = progress.preceding(step)
    context = {
        "step": step,
        "form": form,
        "draft": draft,
        "answers": known,
        "number": number,
        "total": total,
        "is_length_open": progress.answers.authority is None,
        "stops": outlook.route(progress.answers),
        "action": _address(step, draft, is_from_review=is_from_review(request)),
        "back": reverse("administration")
        if draft is None or preceding is None
        else reverse("draft_page", args=[draft.pk, "review" if is_from_review(request) else preceding.name]),
        "progress": progress,
        **step.context(known),
        **more,
    }
    return render(request, step.template, context, status=status)


def refused(
    request: HttpRequest,
    error: Exception,
    *,
    step: Step,
    form: PageForm,
    progress: Progress,
    draft: Draft,
    now: datetime,
) -> HttpResponse:
    """Answer one of REFUSED: beside the field that must change, or with the page that is meant instead."""
    if isinstance(error, submission.AlreadyOpen):
        shown = identifiers.u_label(error.request.account_domain)
        words = gettext("You have this open request for %(domain)s already.")
        messages.info(request, words % {"domain": shown})
        return to("request", error.request.pk)
    if isinstance(error, LimitReached):
        return _too_many(request, error, now=now)
    if isinstance(error, submission.AccountExists):
        shown = identifiers.u_label(error.account.identifier)
        return _at_field(
            request,
            "account_domain",
            gettext("There is a Smart Account for %(domain)s already: request access to it instead")
            % {"domain": shown},
            step=step,
            form=form,
            progress=progress,
            draft=draft,
            access_to=error.account,
        )
    if isinstance(error, ContradictoryAnswers):
        field, message = error.field, say(error.message)
    else:
        field, message = "authorizer_address", str(error)
    return _at_field(request, field, message, step=step, form=form, progress=progress, draft=draft)


def _at_field(
    request: HttpRequest,
    field: str,
    message: str,
    *,
    step: Step,
    form: PageForm,
    progress: Progress,
    draft: Draft,
    **more: Any,
) -> HttpResponse:
    """Show the page that asks the field, with the message beside it (422)."""
    asking = steps.asking(field)
    if asking is not step and progress.may_show(asking):
        step, form = (
            asking,
            progress.forms.get(asking.name)
            or drafts.form_to_show(draft, asking, known=progress.before[asking.name]),
        )
    form.add_error(form.place_of(field), message)
    return show(request, step, form, progress=progress, draft=draft, status=422, **more)


def _too_many(request: HttpRequest, error: LimitReached, *, now: datetime) -> HttpResponse:
    seconds = max(1, math.ceil((error.opens_at - now).total_seconds()))
    return refusals.refuse(
        request,
        429,
        title=gettext("Too many requests for now"),
        message=gettext("%(limit)s You can submit this one from %(at)s. Your answers are saved until then.")
        % {"limit": error, "at": moments.moment(error.opens_at)},
        next_step=gettext("Back to Administration"),
        next_url=reverse("administration"),
        headers={"Retry-After": str(seconds)},
    )


def _address(step: Step, draft: Draft | None, *, is_from_review: bool) -> str:
    if draft is None:
        return reverse("request_new")
    return reverse("draft_page", args=[draft.pk, step.name]) + ("?from=review" if is_from_review else "")
