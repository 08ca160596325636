"""The queue: what waits for a reviewer, in the order the reviewer chose last."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from people.roles import reviewer_required
from requests_app.services import desk
from requests_app.views.answers import person_of, see
from requests_app.views.staff.forms import SearchForm

ORDER_COOKIE = "review-order"
ORDER_KEPT_FOR = timedelta(days=365)
PAGE_SIZE = 25
PAGE_SIZE_LIMIT = 100


@reviewer_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List what waits; a filter that is no filter is 422 and shows everything that waits."""
    now = timezone.now()
    form = SearchForm(request.GET, saved_order=request.COOKIES.get(ORDER_COOKIE, ""))
    is_valid = form.is_valid()
    search = form.search()
    found = desk.find(search, now=now)
    page = Paginator(found, _page_size(request)).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "rows": desk.rows(page.object_list, now=now, by=person_of(request)),
        "page": page,
        "query": query.urlencode(),
        "figures": desk.figures(now=now),
    }
    response = render(request, "requests_app/staff/queue.html", context, status=200 if is_valid else 422)
    if is_valid and "order" in request.GET:
        _save_order(response, search.order)
    return response


def _save_order(response: HttpResponse, order: desk.Order) -> None:
    """Keep the order in this browser: the next visit begins with it. A filter is not kept, it would hide what waits."""
    response.set_cookie(
        ORDER_COOKIE,
        order,
        max_age=ORDER_KEPT_FOR,
        path=reverse("review"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@reviewer_required
@require_safe
def next_in_queue(request: HttpRequest) -> HttpResponse:
    """Lead to what waits longest and nobody has claimed, after the request named in `after`."""
    found = desk.next_for(person_of(request), now=timezone.now(), after=_request_id(request))
    if found is None:
        messages.info(request, gettext("Nothing else waits for you."))
        return see("review")
    return see("review_request", found.pk)


def _request_id(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _page_size(request: HttpRequest) -> int:
    typed = request.GET.get("page_size", "")
    if not typed.isascii() or not typed.isdigit() or len(typed) > 9:
        return PAGE_SIZE
    return min(max(int(typed), 1), PAGE_SIZE_LIMIT)
