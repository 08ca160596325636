"""The e-mailed addresses /a/ and /r/: look the token up, give the browser its cookie, write nothing."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import Counter

from notifications import links
from requests_app.domain.authorization import DeadCause
from requests_app.domain.lifecycle import OPEN
from requests_app.services import authorization, taking_back
from requests_app.services.authorization import LinkDead, LinkUnknown
from requests_app.services.taking_back import ReceiptUnknown
from requests_app.views.answers import see
from requests_app.views.authorizer import cookies, refusals
from requests_app.views.authorizer.cookies import Opens
from requests_app.views.authorizer.doors import READS, checks_method_then_form

# Counted, and stored nowhere: most openings are a mail scanner's and would be shown as a person's.
openings = Counter("authorizer_link_openings", "Openings of e-mailed links, scanners included.", ["answer"])


def _open_link(request: HttpRequest, typed: str) -> HttpResponse:
    """Send the reader of an authorization link to its page; say why a dead one is dead."""
    response = _look_up(request, typed)
    openings.labels(answer=str(response.status_code)).inc()
    return response


def _look_up(request: HttpRequest, typed: str) -> HttpResponse:
    now = timezone.now()
    token = links.read(typed)
    try:
        if token is None:
            raise LinkUnknown
        opened = authorization.find(authorization.by_hash(links.hash_of(token)).pk)
    except LinkUnknown:
        return refusals.unknown(request)
    closed_at = opened.request.closed_at
    # The row goes with the nightly run; until then it answers as if it were gone.
    if closed_at and now >= closed_at + settings.SPANS.forgetting:
        return refusals.unknown(request)
    cause = authorization.cause_of(opened, now=now)
    if cause:
        response = refusals.dead(request, LinkDead(cause, opened.link))
    else:
        response = see("authorize", opened.link.pk)
    if request.method == "GET" and cause in {None, DeadCause.EXPIRED}:
        cookies.give(response, opened.link.pk, opens=Opens.LINK, now=now)
    return response


def _open_receipt(request: HttpRequest, typed: str) -> HttpResponse:
    """Send the reader of a receipt to its page, until the account is active or the request closed."""
    now = timezone.now()
    token = links.read(typed)
    try:
        if token is None:
            raise ReceiptUnknown
        decision = taking_back.by_hash(links.hash_of(token))
    except ReceiptUnknown:
        return refusals.unknown(request)
    if decision.request.state not in OPEN:
        return refusals.receipt_over(request)
    response = see("receipt", decision.pk)
    if request.method == "GET":
        cookies.give(response, decision.pk, opens=Opens.RECEIPT, now=now)
    return response


# A POST is 405 whether or not it carries a form's proof: the check has nothing to protect here.
open_link = csrf_exempt(checks_method_then_form(_open_link, *READS))
open_receipt = csrf_exempt(checks_method_then_form(_open_receipt, *READS))
