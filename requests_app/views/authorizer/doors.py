"""The doors of the authorizer's pages: who comes in, how a refusal is answered, and the cookie that slides.

The order of the answers at a link (security design, section 2): another method 405, a form without its proof
403, no entry 403, another person 403, dead 410, frozen 409; then what the form and the limits say.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from requests_app.views.authorizer import cookies, refusals, visits
from requests_app.views.authorizer.cookies import Opens

V = TypeVar("V")
Enter = Callable[[HttpRequest, uuid.UUID, datetime], V]
Page = Callable[[HttpRequest, V], HttpResponse]
View = Callable[[HttpRequest, uuid.UUID], HttpResponse]

READS = ("GET", "HEAD")
FORMS = (*READS, "POST")


def link(*methods: str) -> Callable[[Page[visits.Visit]], View]:
    """Only a link that works leads to this page."""
    return _door(methods, visits.at_link, Opens.LINK, "authorize")


def any_link(*methods: str) -> Callable[[Page[visits.Visit]], View]:
    """A dead link leads to this page too; the page itself says what it needs."""
    return _door(methods, visits.at_any_link, Opens.LINK, "authorize")


def receipt(*methods: str) -> Callable[[Page[visits.ReceiptVisit]], View]:
    """Only a receipt of an open request leads to this page."""
    return _door(methods, visits.at_receipt, Opens.RECEIPT, "receipt")


def any_receipt(*methods: str) -> Callable[[Page[visits.ReceiptVisit]], View]:
    """Every receipt leads to this page."""
    return _door(methods, visits.at_any_receipt, Opens.RECEIPT, "receipt")


def _door(
    methods: tuple[str, ...], enter: Enter[V], opens: Opens, first_page: str
) -> Callable[[Page[V]], View]:
    def decorate(page: Page[V]) -> View:
        def answered(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
            now = timezone.now()
            try:
                response = page(request, enter(request, key, now))
            except refusals.REFUSED as refusal:
                back = reverse(first_page, args=[key])
                response = refusals.of(request, refusal, key=key, back=back, now=now)
            shown = cookies.read(request, key, opens=opens, now=now)
            if shown and cookies.name_of(key) not in response.cookies:
                cookies.give(response, key, opens=opens, now=now, proved=shown.proved)
            return response

        # Exempt from the middleware's check and checked here instead: a wrong method is 405 before it is 403.
        return csrf_exempt(checks_method_then_form(answered, *methods))

    return decorate


def checks_method_then_form(view: Callable[..., HttpResponse], *methods: str) -> Callable[..., HttpResponse]:
    """Answer 405 to other methods, then 403 to a form without its proof."""
    return require_http_methods(list(methods))(csrf_protect(view))
