"""Show staff every letter as it will look: in each language, sample or worst case, wide or narrow, light or
dark, as text.

The letter itself is framed from an address of its own whose policy allows its inlined styles and nothing
else.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications import emails, envelope, languages, rendering
from notifications.emails.letter import Letter
from notifications.languages import Language

LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups"
)
CHOICES = {
    "narrow": gettext_lazy("On a narrow screen"),
    "dark": gettext_lazy("In dark colours"),
    "hostile": gettext_lazy("With the worst that people may have entered"),
}

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def staff_only(view: View) -> View:
    """Send strangers to sign in; to everybody else who is not staff the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **names)

    return guarded


@require_safe
@staff_only
def index(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "kind": letter.kind,
            "route": letter.route,
            "subjects": [
                (language.value, rendering.render(letter.sample(language), language=language).subject)
                for language in Language
            ],
            "about": _about(letter),
        }
        for letter in emails.KINDS.values()
    ]
    return render(request, "notifications/preview.html", {"rows": rows})


@require_safe
@staff_only
def letter(request: HttpRequest, kind: str) -> HttpResponse:
    language = _language(request)
    chosen = _letter(request, kind, language)
    context = {
        "letter": chosen,
        "language": language.value,
        "languages": settings.LANGUAGES,
        "rendered": rendering.render(chosen, language=language),
        "headers": envelope.headers(
            chosen, message_id=envelope.message_id(f"{kind}:preview"), language=language
        ),
        "choices": [(name, words, name in request.GET) for name, words in CHOICES.items()],
        "narrow": "narrow" in request.GET,
        "query": "&".join(
            [f"language={language}", *(f"{name}=1" for name in ("hostile", "dark") if name in request.GET)]
        ),
    }
    return render(request, "notifications/preview_letter.html", context)


@require_safe
@staff_only
@xframe_options_sameorigin
def frame(request: HttpRequest, kind: str) -> HttpResponse:
    language = _language(request)
    html = rendering.render(_letter(request, kind, language), language=language).html
    if "dark" in request.GET:
        # A page cannot ask its frame to be dark, so the rules for dark are made to hold always.
        html = html.replace("@media (prefers-color-scheme: dark)", "@media all")
    response = HttpResponse(html)
    response["Content-Security-Policy"] = LETTER_POLICY
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = language.value
    return response


def _about(letter: type[Letter]) -> str:
    """Take the first sentence of the letter's module: what the kind is for."""
    return gettext((sys.modules[letter.__module__].__doc__ or "").partition("\n")[0])


def _language(request: HttpRequest) -> Language:
    """The language asked for, else that of the page."""
    return languages.nearest(request.GET.get("language") or get_language() or "")


def _letter(request: HttpRequest, kind: str, language: Language) -> Letter:
    try:
        chosen = emails.KINDS[kind]
    except KeyError:
        raise Http404 from None
    return chosen.hostile_sample(language) if "hostile" in request.GET else chosen.sample(language)


urlpatterns = [
    path("", index, name="preview"),
    path("<slug:kind>/", letter, name="preview_letter"),
    path("<slug:kind>/frame/", frame, name="preview_frame"),
]
