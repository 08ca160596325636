"""The doors of the wizard. What a page asks is in steps, what is stored in services.drafting."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import client_address
from people.models import Person
from people.templatetags import moments
from requests_app.models import Draft
from requests_app.services import drafting, submission
from requests_app.wizard import answering, lookups, steps
from requests_app.wizard import draft as drafts
from requests_app.wizard.draft import Progress
from requests_app.wizard.step import PageForm, Step, Typed
from requests_app.wizard.steps import account

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Person


def own(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let signed-in people in; another's draft is 404, one that was submitted goes to its request."""

    @login_required
    @wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except drafting.AlreadySent as sent:
            return answering.to("request", sent.request.pk)
        except drafting.NotYours as stranger:
            raise Http404 from stranger

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@own
def new(request: PersonRequest) -> HttpResponse:
    """Show the first page; its POST begins the draft. A bare POST begins one without answers."""
    step, progress = steps.STEPS[0], drafts.read(None, person=request.user)
    known = progress.before[step.name]
    if request.method != "POST":
        return _show_first(request, step.form(answers=known), progress, draft_id=uuid.uuid4())
    draft_id = _posted_id(request)
    if draft_id:
        _go_on_if_sent(draft_id, request.user)
    typed = step.form.read(request.POST)
    form = step.form(typed, answers=known, check=True)
    begins_bare = draft_id is None and not typed
    try:
        if begins_bare:
            return answering.to("draft_page", drafting.begin(request.user, now=timezone.now()).pk, step.name)
        draft_id = draft_id or uuid.uuid4()
        if "later" in request.POST or form.is_valid():
            drafting.start(request.user, draft_id=draft_id, now=timezone.now())
    except drafting.TooMany as full:
        form = step.form(typed, answers=known, check=True)
        form.errors.clear()
        form.add_error(None, str(full))
        return _show_first(request, form, progress, draft_id=draft_id or uuid.uuid4(), status=422)
    if "later" in request.POST:
        return _later(request, draft_id, step, typed)
    if form.is_valid():
        return _continue(request, draft_id, step, form)
    return _show_first(request, form, progress, draft_id=draft_id, status=422)


@require_safe
@own
def resume(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Go to the first page that is not finished."""
    draft = drafting.find(draft_id, person=request.user)
    return answering.to("draft_page", draft.pk, drafts.read(draft, person=request.user).first_open.name)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def page(request: PersonRequest, draft_id: uuid.UUID, page: str) -> HttpResponse:
    """Show one page, save it, or press one of its buttons."""
    step = steps.named(page)
    if step is None:
        raise Http404
    draft = drafting.find(draft_id, person=request.user)
    progress = drafts.read(draft, person=request.user)
    if not progress.may_show(step):
        return answering.to("draft_page", draft.pk, progress.first_open.name)
    known = progress.before[step.name]
    if request.method != "POST":
        form = drafts.form_to_show(draft, step, known=known)
        return answering.show(request, step, form, progress=progress, draft=draft)
    typed = step.form.read(request.POST)
    for act in step.form.acts:
        if act in request.POST:
            changed = step.form.act(act, request.POST[act], typed, known)
            form = step.form(changed, answers=known)
            return answering.show(request, step, form, progress=progress, draft=draft)
    if "later" in request.POST:
        return _later(request, draft.pk, step, typed)
    form = step.form(typed, answers=known, check=True)
    if not form.is_valid():
        return answering.show(request, step, form, progress=progress, draft=draft, status=422)
    return _continue(request, draft.pk, step, form)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def delete(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then delete the draft."""
    if request.method == "POST":
        drafting.delete(draft_id, person=request.user)
        messages.success(request, "The draft was deleted.")
        return answering.to("administration")
    draft = drafting.find(draft_id, person=request.user)
    return render(request, "requests_app/wizard/delete.html", {"draft": draft})


@require_POST
@own
def explanation(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Say what an identifier would lead to, as a fragment. Alike for existing, rival and free ones."""
    now = timezone.now()
    try:
        lookups.count(request.user.pk, now=now)
    except lookups.Exhausted as exhausted:
        return HttpResponse(status=429, headers={"Retry-After": str(exhausted.seconds)})
    draft = drafting.find(draft_id, person=request.user)
    known = drafts.read(draft, person=request.user).before.get(account.STEP.name)
    if known is None:
        raise Http404
    identifier, explained = account.explain(request.POST.get("account_domain", ""), answers=known)
    context = {"identifier": identifier, "explanation": explained, "suggested": known.suggested_identifier}
    return render(request, "requests_app/wizard/explanation.html", context)


def _continue(request: PersonRequest, draft_id: uuid.UUID, step: Step, form: PageForm) -> HttpResponse:
    """Save a valid page and go on; where the page submits, submit."""
    now, person = timezone.now(), request.user
    known = form.answers.adding(form.given())
    draft = drafting.find(draft_id, person=person)
    progress = drafts.read(draft, person=person)
    try:
        step.look_up(known)
        draft = drafting.save_page(draft_id, person=person, page=step.name, answers=form.kept(), now=now)
        progress = drafts.read(draft, person=person)
        if step.submits(known):
            network = client_address.network_of(client_address.of(request))
            sent = submission.submit(
                known.submission(), draft_id=draft_id, requester=person, client_network=network, now=now
            )
            return answering.to("request_sent", sent.pk)
    except answering.REFUSED as error:
        return answering.refused(
            request, error, step=step, form=form, progress=progress, draft=draft, now=now
        )
    if answering.is_from_review(request):
        return answering.to(
            "draft_page", draft_id, progress.first_open.name, query=_still_from_review(progress)
        )
    return answering.to("draft_page", draft_id, progress.following(step).name)


def _still_from_review(progress: Progress) -> str:
    """Keep the way back to the review page while a change has re-opened another page."""
    return "" if progress.first_open is progress.steps[-1] else "?from=review"


def _later(request: PersonRequest, draft_id: uuid.UUID, step: Step, typed: Typed) -> HttpResponse:
    """Save what was typed, finished or not, and go back to the administration page."""
    typed = {name: value for name, value in typed.items() if name not in step.form.asked_anew}
    draft = drafting.keep_typed(
        draft_id, person=request.user, page=step.name, typed=typed, now=timezone.now()
    )
    messages.success(request, f"Saved. You can finish this request until {moments.until(draft.expires_at)}.")
    return answering.to("administration")


def _show_first(
    request: PersonRequest, form: PageForm, progress: Progress, *, draft_id: uuid.UUID, status: int = 200
) -> HttpResponse:
    unfinished: list[Draft] = drafting.of(request.user)
    return answering.show(
        request,
        steps.STEPS[0],
        form,
        progress=progress,
        draft=None,
        status=status,
        new_draft_id=draft_id,
        unfinished=unfinished,
    )


def _go_on_if_sent(draft_id: uuid.UUID, person: Person) -> None:
    """Raise drafting.AlreadySent for the first page of a draft that was submitted since it was opened."""
    with suppress(drafting.NotYours):
        drafting.find(draft_id, person=person)


def _posted_id(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        return None
