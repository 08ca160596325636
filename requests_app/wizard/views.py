"""The doors of the wizard. What a page asks is in steps, what is stored in services.drafting."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import Person
from requests_app.models import Draft
from requests_app.services import drafting
from requests_app.wizard import answering, interrupted, lookups, saving, steps
from requests_app.wizard import draft as drafts
from requests_app.wizard.draft import Progress
from requests_app.wizard.guarding import PersonRequest, own
from requests_app.wizard.step import PageForm, Typed
from requests_app.wizard.steps import account


def _keeps_typed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep what somebody whose session had ended sent to a page, and have them sign in first (303)."""

    @wraps(view)
    def guarded(request: HttpRequest, **place: Any) -> HttpResponse:
        step = steps.named(place.get("page", steps.STEPS[0].name))
        if request.method == "POST" and step and not request.user.is_authenticated:
            interrupted.keep(request, step, now=timezone.now())
            return answering.SeeOther(redirect_to_login(request.get_full_path()).url)
        return view(request, **place)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@_keeps_typed
@own
def new(request: PersonRequest) -> HttpResponse:
    """Show the first page; its POST begins the draft. A bare POST begins one without answers."""
    step, progress = steps.STEPS[0], drafts.read(None, person=request.user)
    known = progress.before[step.name]
    if request.method != "POST":
        typed = _typed_before_signing_in(request)
        begun_id = _as_id(interrupted.draft_id_at(request, now=timezone.now()))
        form = step.form(typed, answers=known)
        return _show_first(request, form, progress, draft_id=begun_id or uuid.uuid4())
    interrupted.forget(request)
    draft_id = _as_id(request.POST.get("draft", ""))
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
        return saving.later(request, draft_id, step, typed, now=timezone.now())
    if form.is_valid():
        return saving.go_on(request, draft_id, step, form, now=timezone.now())
    return _show_first(request, form, progress, draft_id=draft_id, status=422)


@require_safe
@own
def resume(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Go to the first page that is not finished."""
    draft = drafting.find(draft_id, person=request.user)
    return answering.to("draft_page", draft.pk, drafts.read(draft, person=request.user).first_open.name)


@require_http_methods(["GET", "HEAD", "POST"])
@_keeps_typed
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
        typed_before = _typed_before_signing_in(request)
        form = (
            step.form(typed_before, answers=known)
            if typed_before
            else drafts.form_to_show(draft, step, known=known)
        )
        return answering.show(request, step, form, progress=progress, draft=draft)
    interrupted.forget(request)
    typed = step.form.read(request.POST)
    for act in step.form.acts:
        if act in request.POST:
            changed = step.form.act(act, request.POST[act], typed, known)
            form = step.form(changed, answers=known)
            return answering.show(request, step, form, progress=progress, draft=draft)
    if "later" in request.POST:
        return saving.later(request, draft.pk, step, typed, now=timezone.now())
    form = step.form(typed, answers=known, check=True)
    if not form.is_valid():
        return answering.show(request, step, form, progress=progress, draft=draft, status=422)
    return saving.go_on(request, draft.pk, step, form, now=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@own
def delete(request: PersonRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then delete the draft."""
    if request.method == "POST":
        drafting.delete(draft_id, person=request.user)
        messages.success(request, gettext("The draft was deleted."))
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


def _typed_before_signing_in(request: HttpRequest) -> Typed | None:
    """Return what waits for this page, and say so on it."""
    typed = interrupted.typed_at(request, now=timezone.now())
    if typed:
        messages.info(
            request,
            gettext("You had been signed out. What you typed is here again; nothing of it was sent."),
        )
    return typed


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
