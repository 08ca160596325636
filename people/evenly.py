"""Answer in the same time whether an address is known or not."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def answered_evenly(view: View) -> View:
    """Answer a POST to `view` when EVEN_ANSWER_SECONDS have passed, or where that is over a multiple of them.

    A known address costs a letter and an unknown one a new row: what differs disappears in the wait, on a machine
    that is slow or busy too. Sign-in needs no wait, its time is the password's hash, which is made either way."""

    @wraps(view)
    def even(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        started = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and settings.EVEN_ANSWER_SECONDS:
            time.sleep(-(time.monotonic() - started) % settings.EVEN_ANSWER_SECONDS)
        return response

    return even
