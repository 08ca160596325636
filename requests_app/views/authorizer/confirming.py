"""The code page: it repeats the answer, asks for statement or reason, and for the code from the letter."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from notifications.inert import inert
from requests_app.models.nomination import Answer
from requests_app.services import authorization
from requests_app.services.authorization import CodeRefused, LinkDead
from requests_app.services.nomination import NominationRefused
from requests_app.views.answers import see
from requests_app.views.authorizer import choosing, cookies, doors, outcomes
from requests_app.views.authorizer.choosing import Chosen
from requests_app.views.authorizer.cookies import Opens
from requests_app.views.authorizer.forms import ConfirmForm
from requests_app.views.authorizer.visits import Visit
from requests_app.wizard.fields import shown_version

TITLES = {
    Answer.AUTHORIZE: gettext_noop("Authorize activation?"),
    Answer.DECLINE: gettext_noop("Decline?"),
    Answer.HAND_ON: gettext_noop("Let somebody else answer?"),
}
BUTTONS = {
    Answer.AUTHORIZE: gettext_noop("Authorize activation"),
    Answer.DECLINE: gettext_noop("Decline"),
    Answer.HAND_ON: gettext_noop("Let this colleague answer"),
}


@doors.any_link(*doors.FORMS)
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the code page, send another code, or record the answer; a form sent twice leads to what it did."""
    if request.method != "POST":
        return _answer(request, visit)
    if outcomes.answer_at(visit):
        return see("authorize_done", visit.key)
    try:
        return _answer(request, visit)
    except LinkDead:
        # The same form may have been sent twice: the other one was recorded since the link was looked at.
        if outcomes.answer_at(_anew(visit)):
            return see("authorize_done", visit.key)
        raise


def _anew(visit: Visit) -> Visit:
    return replace(visit, opened=authorization.find(visit.key))


def _answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Raises LinkDead also when the link died after `visit` began."""
    is_post = request.method == "POST"
    if is_post:
        authorization.lapse_if_over(visit.key, now=visit.now)
    authorization.check_alive(visit.opened, now=visit.now)
    chosen = choosing.read(request, visit)
    if chosen is None:
        authorization.check_alive(_anew(visit).opened, now=visit.now)
        return see("authorize", visit.key)
    if is_post and request.POST.get("action") == "resend" and chosen.needs_code:
        return _resend(request, visit, chosen)
    if is_post:
        choosing.check_same(request, chosen)
    form = ConfirmForm(request.POST if is_post else None, answer=chosen.answer, needs_code=chosen.needs_code)
    if is_post and form.is_valid():
        try:
            _record(visit, chosen, form)
        except CodeRefused as refused:
            form.add_error("code", str(refused))
        except NominationRefused as refused:
            form.add_error(None, str(refused))
        else:
            choosing.forget(request, visit)
            response = see("authorize_done", visit.key)
            cookies.give(response, visit.key, opens=Opens.LINK, now=visit.now, proved=True)
            return response
    status = 422 if form.errors else 200
    return render(
        request, "requests_app/authorizer/confirm.html", _context(visit, chosen, form), status=status
    )


def _resend(request: HttpRequest, visit: Visit, chosen: Chosen) -> HttpResponse:
    challenge = authorization.ask_code(
        visit.key,
        answer=chosen.answer,
        colleague=chosen.colleague,
        facts_version=chosen.facts_version,
        now=visit.now,
    )
    if challenge.created_at == visit.now:
        messages.success(request, gettext("We sent a new code. The one before it no longer works."))
    else:
        messages.info(request, gettext("We sent a code less than a minute ago. Please wait for it a little."))
    return see("authorize_confirm", visit.key)


def _record(visit: Visit, chosen: Chosen, form: ConfirmForm) -> None:
    ticked = form.cleaned_data.get("agreed", "")
    reason = form.cleaned_data.get("reason", "")
    if chosen.needs_code:
        authorization.confirm(
            visit.key,
            code=form.cleaned_data["code"],
            ticked=bool(ticked),
            statement_version=ticked,
            reason=reason,
            facts_version=chosen.facts_version,
            now=visit.now,
        )
        return
    assert visit.reader.person is not None
    authorization.confirm_signed_in(
        visit.key,
        person=visit.reader.person,
        answer=chosen.answer,
        colleague=chosen.colleague,
        ticked=bool(ticked),
        statement_version=ticked,
        reason=reason,
        facts_version=chosen.facts_version,
        now=visit.now,
    )


def _context(visit: Visit, chosen: Chosen, form: ConfirmForm) -> dict[str, object]:
    request = visit.opened.request
    return {
        "form": form,
        "opened": visit.opened,
        "chosen": chosen,
        "heading": gettext(TITLES[chosen.answer]),
        "button": gettext(BUTTONS[chosen.answer]),
        "requester_name": inert(request.requester.full_name),
        "statement": authorization.statement_for(request, version=shown_version())
        if chosen.answer is Answer.AUTHORIZE
        else "",
    }
