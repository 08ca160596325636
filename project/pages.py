"""The pages that belong to no request: the start page, what every visitor may read, and what went wrong."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from people import context
from requests_app.services import retention

# It does not answer, broke off, or only reads; all else that a database complains of is a fault of ours.
_WITHOUT_DATABASE = (OperationalError, InterfaceError, InternalError)


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Say in one sentence what a Smart Account is, and where to begin (source article, step 1)."""
    return render(request, "landing.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    context = {
        "reminder_days": _listed([str(span.days) for span in settings.SPANS.authorizer_reminders]),
        "by_hand": settings.LIMIT_REMINDERS_BY_HAND,
    }
    return render(request, "pages/help.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html", {"cookies": _cookies(), "kept": retention.RETENTION})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@require_safe
def report_abuse(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/report_abuse.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django found suspicious: 413 for a body that is too large, 400 for the rest."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{status}.html", status=status)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, or that the database is away. Asks neither session nor database."""
    status = 503 if isinstance(sys.exc_info()[1], _WITHOUT_DATABASE) else 500
    return HttpResponse(render_to_string(f"{status}.html", {**context.operator(None)}), status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when a form came without its proof: a page left open too long, or no cookies."""
    return render(request, "403_csrf.html", status=403)


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _cookies() -> dict[str, str]:
    return {
        "session": settings.SESSION_COOKIE_NAME,
        "csrf": settings.CSRF_COOKIE_NAME,
        "language": settings.LANGUAGE_COOKIE_NAME,
    }
