"""Doors that only take a form: what comes when somebody is not signed in any more."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from people import next_page

View = Callable[..., HttpResponse]


def by_a_person(view: View) -> View:
    """Let signed-in people post here. Others sign in first and come back to the page that has the form.

    Django's `login_required` would send them back to this very address, where looking is no method."""
    only_posted = require_POST(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(next_page.above(request.path))
        return only_posted(request, *args, **kwargs)

    return guarded
