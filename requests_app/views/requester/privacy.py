"""What a person can do about their data: read it, take a copy, have the account erased."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from people import posted
from people.templatetags.moments import moment, until_day
from requests_app.services import erasing, exporting
from requests_app.views.answers import person_of, see
from requests_app.views.requester.labels import label

View = Callable[..., HttpResponse]
# allauth ships no types.
password_once_more: Callable[[View], View] = reauthentication_required
FILE_NAME = "my-data.json"


@dataclass(frozen=True)
class Fact:
    """One named fact of the readable page: words, or further facts below it."""

    name: str
    words: str = ""
    facts: tuple["Fact", ...] = ()


@never_cache
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Say what one can do; nothing of the data itself stands here."""
    return render(
        request, "requests_app/privacy/index.html", {"days_to_undo": settings.SPANS.undo_erasure.days}
    )


@never_cache
@login_required
@require_safe
@password_once_more
def read(request: HttpRequest) -> HttpResponse:
    """Show everything that is kept about the person, on one page."""
    everything = exporting.everything(person_of(request), now=timezone.now())
    sections = [_readable(name, value) for name, value in everything.items()]
    return render(request, "requests_app/privacy/read.html", {"sections": sections})


@never_cache
@posted.by_a_person
@password_once_more
def download(request: HttpRequest) -> HttpResponse:
    """Give the same as a file of JSON, and write to the person that a copy was made."""
    person, now = person_of(request), timezone.now()
    everything = exporting.everything(person, now=now)
    exporting.tell(person, now=now)
    return HttpResponse(
        json.dumps(everything, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@password_once_more
def erase(request: HttpRequest) -> HttpResponse:
    """Say what erasing does, and plan it when it is confirmed; the person is signed out."""
    person, now = person_of(request), timezone.now()
    hindered = erasing.hindrances(person)
    if request.method == "POST" and not hindered:
        erases_at = erasing.ask(person, now=now)
        logout(request)
        messages.success(
            request,
            gettext(
                "Your account will be erased after %(day)s. Sign in before then to keep it."
                " We have sent you an e-mail that says so."
            )
            % {"day": until_day(erases_at)},
        )
        return see("landing")
    context = {
        "hindrances": hindered,
        "open_requests": erasing.open_requests(person),
        "erases_at": erasing.would_end_at(now),
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "requests_app/privacy/erase.html", context, status=status)


def _readable(name: str, value: Any) -> Fact:
    """Turn a fact of the export into words, or into further facts."""
    name = label(name)
    if isinstance(value, dict):
        return Fact(name, facts=tuple(_readable(key, each) for key, each in value.items()))
    if isinstance(value, list | tuple):
        if all(isinstance(each, str) for each in value):
            return Fact(name, ", ".join(value))
        return Fact(
            name, facts=tuple(_readable(f"{number}", each) for number, each in enumerate(value, start=1))
        )
    if isinstance(value, datetime):
        return Fact(name, moment(value))
    if isinstance(value, bool):
        return Fact(name, gettext("yes") if value else gettext("no"))
    return Fact(name, "" if value is None else str(value))
