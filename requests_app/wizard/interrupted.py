"""What somebody typed on a page of the wizard after the session had ended: kept until they have signed in again.

It waits in the browser's own session, which is sealed, for an hour, and is shown where it was typed. Nothing of it
is saved or sent before that page is sent once more.
"""

from datetime import datetime, timedelta
from typing import TypedDict

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest

from people import client_address, locks
from requests_app.services.drafting import TYPED_LIMIT
from requests_app.wizard.step import Step, Typed

KEPT_FOR = timedelta(hours=1)
PER_MINUTE = 10
"""From one network: each makes a session for somebody unknown."""
_KEY = "typed_before_signing_in"


class _Kept(TypedDict):
    path: str
    typed: Typed
    draft: str
    until: float


def keep(request: HttpRequest, step: Step, *, now: datetime) -> None:
    """Keep the page's own fields of what was posted; of an empty page, or of too many, nothing."""
    typed = {
        name: value[:TYPED_LIMIT]
        for name, value in step.form.read(request.POST).items()
        if name not in step.form.asked_anew
    }
    if not any(typed.values()) or not _may_keep(request, now):
        return
    kept: _Kept = {
        "path": request.path,
        "typed": typed,
        "draft": str(request.POST.get("draft", ""))[:40],
        "until": (now + KEPT_FOR).timestamp(),
    }
    request.session[_KEY] = kept


def typed_at(request: HttpRequest, *, now: datetime) -> Typed | None:
    """Return what waits for this page; None when nothing does. Looking leaves it there."""
    kept = _waiting(request, now)
    return kept["typed"] if kept else None


def draft_id_at(request: HttpRequest, *, now: datetime) -> str:
    """Return the id under which the first page was to begin a draft."""
    kept = _waiting(request, now)
    return kept["draft"] if kept else ""


def forget(request: HttpRequest) -> None:
    """Drop it: a page was sent by somebody who is signed in."""
    request.session.pop(_KEY, None)


def _waiting(request: HttpRequest, now: datetime) -> _Kept | None:
    kept: _Kept | None = request.session.get(_KEY)
    return kept if kept and kept["path"] == request.path and now.timestamp() < kept["until"] else None


def _may_keep(request: HttpRequest, now: datetime) -> bool:
    network = client_address.network_of(client_address.of(request))
    name = f"typed-before-signing-in:{network}:{int(now.timestamp()) // 60}"
    with transaction.atomic():
        locks.advisory(name)
        cache.add(name, 0, timeout=120)
        return bool(cache.incr(name) <= PER_MINUTE)
