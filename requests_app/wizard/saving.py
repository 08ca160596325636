"""Save a page and go on: to the next page, to the submitted request, or away for now."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import get_language, gettext

from people import client_address
from people.templatetags import moments
from requests_app.services import drafting, submission
from requests_app.wizard import answering
from requests_app.wizard import draft as drafts
from requests_app.wizard.draft import Progress
from requests_app.wizard.guarding import PersonRequest
from requests_app.wizard.step import PageForm, Step, Typed


def go_on(
    request: PersonRequest, draft_id: uuid.UUID, step: Step, form: PageForm, *, now: datetime
) -> HttpResponse:
    """Save a valid page and go on; where the page submits, submit."""
    person = request.user
    known = form.answers.adding(form.given())
    draft = drafting.find(draft_id, person=person)
    progress = drafts.read(draft, person=person)
    try:
        step.look_up(known)
        if form.fields:
            draft = drafting.save_page(draft_id, person=person, page=step.name, answers=form.kept(), now=now)
            progress = drafts.read(draft, person=person)
        if step.submits(known):
            network = client_address.network_of(client_address.of(request))
            sent = submission.submit(
                known.submission(),
                draft_id=draft_id,
                requester=person,
                client_network=network,
                now=now,
                language=get_language() or "en",
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


def later(
    request: PersonRequest, draft_id: uuid.UUID, step: Step, typed: Typed, *, now: datetime
) -> HttpResponse:
    """Save what was typed, finished or not, and go back to the administration page."""
    typed = {name: value for name, value in typed.items() if name not in step.form.asked_anew}
    draft = drafting.keep_typed(draft_id, person=request.user, page=step.name, typed=typed, now=now)
    words = gettext("Saved. You can finish this request until %(end)s.")
    messages.success(request, words % {"end": moments.until(draft.expires_at)})
    return answering.to("administration")


def _still_from_review(progress: Progress) -> str:
    """Keep the way back to the review page while a change has re-opened another page."""
    return "" if progress.first_open is progress.steps[-1] else "?from=review"
