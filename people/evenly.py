"""Answer in the same time whether an address is known or not."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def answered_evenly(view: View) -> View:
    """Let no POST to `view` be answered before EVEN_ANSWER_SECONDS have passed.

    A known address costs a letter and an unknown one a new row: what differs disappears in the wait. Sign-in
    needs no wait, its time is the password's hash, which is made either way."""

    @wraps(view)
    def even(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        started = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(max(0.0, settings.EVEN_ANSWER_SECONDS - (time.monotonic() - started)))
        return response

    return even
