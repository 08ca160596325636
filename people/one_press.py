"""Take one press of a button after the other from the same browser, so that the second finds what the first began.

Without JavaScript a double click sends a form twice. The second one comes before the browser has read the first
one's cookie: in a session of its own it would ask for another code, be refused, and leave the browser without the
session that knows the code which was sent.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

View = Callable[..., HttpResponseBase]

SECONDS = 60
"""As long as no second code is sent anyway."""
_PATIENCE_SECONDS = 5
_LOOK_AGAIN_SECONDS = 0.05
_UNDER_WAY = "under way"


def one_press_at_a_time(view: View) -> View:
    """Let a second POST from this browser wait for the first one's end, and go on in its session."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        browser = _browser(request)
        if request.method != "POST" or not browser:
            return view(request, *args, **kwargs)
        if not cache.add(browser, _UNDER_WAY, timeout=SECONDS):
            _go_on_in(request, _session_of_the_first(browser))
        try:
            response = view(request, *args, **kwargs)
            # The middleware saves it too late, and says what is to be said of one that is gone.
            with suppress(UpdateError):
                if request.session.modified and not request.session.is_empty():
                    request.session.save()
            return response
        finally:
            cache.set(browser, request.session.session_key or "", timeout=SECONDS)

    return guarded


def _browser(request: HttpRequest) -> str:
    """Name the browser by the secret that its forms prove, which no other browser holds; '' without one."""
    secret = request.META.get("CSRF_COOKIE", "")
    return f"one-press:{salted_hmac(__name__, secret + request.path).hexdigest()}" if secret else ""


def _session_of_the_first(browser: str) -> str:
    """Return the key of the session in which the first press ended; '' when it takes too long."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (found := cache.get(browser, "")) == _UNDER_WAY:
        if time.monotonic() > deadline:
            return ""
        time.sleep(_LOOK_AGAIN_SECONDS)
    return str(found)


def _go_on_in(request: HttpRequest, session_key: str) -> None:
    """Read the session anew; a browser that had none yet goes on in the first press's, and gets its cookie."""
    had = request.session.session_key
    if not (had or session_key):
        return
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(had or session_key)
    if not had:
        request.session.modified = True
