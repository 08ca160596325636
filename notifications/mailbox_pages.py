"""Show the demonstration's mailbox: what was sent, newest first, each letter as its reader sees it.

These pages exist in the demo environment alone; letters hold links and codes.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import mailbox

SHOWN = 100
# A letter's links open in a window of their own that is no longer sandboxed, as in webmail.
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def demo_only(view: View) -> View:
    """Answer 404 wherever letters are really sent."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        if not settings.DEMO or settings.EMAIL_BACKEND != "notifications.mailbox.Backend":
            raise Http404
        try:
            return view(request, *args, **names)
        except mailbox.NoSuchLetter:
            raise Http404 from None

    return guarded


@require_safe
@demo_only
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "")[:254]
    letters = mailbox.letters(to=to, limit=SHOWN + 1)
    return render(
        request,
        "notifications/mailbox.html",
        {"letters": letters[:SHOWN], "has_more": len(letters) > SHOWN, "shown": SHOWN, "to": to},
    )


@require_safe
@demo_only
@never_cache
def show(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "notifications/mailbox_letter.html", {"letter": mailbox.letter(name)})


@require_safe
@demo_only
@never_cache
@xframe_options_sameorigin
def body(request: HttpRequest, name: str) -> HttpResponse:
    letter = mailbox.letter(name)
    html = letter.html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(
        html,
        headers={
            "Content-Security-Policy": LETTER_POLICY,
            "Referrer-Policy": "no-referrer",
            "Content-Language": letter.message.get("Content-Language", "en"),
        },
    )


@require_safe
@demo_only
@never_cache
def source(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(mailbox.letter(name).message.as_bytes(), content_type="text/plain; charset=utf-8")
