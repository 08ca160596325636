"""Answer what services refuse: each named error has its status and a page that says what to do next."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from people.models import Person
from people.refusals import refuse
from people.templatetags.moments import moment
from requests_app.domain.lifecycle import NotAllowed
from requests_app.models import SmartAccountRequest
from requests_app.services.limits import LimitReached
from requests_app.services.parties import Concerned
from requests_app.services.transitions import Conflict, NotYours

View = Callable[..., HttpResponse]


def person_of(request: HttpRequest) -> Person:
    """The signed-in person of a view behind `login_required`."""
    return cast(Person, request.user)


def see(name: str, *args: object) -> HttpResponse:
    """Redirect after a POST (303)."""
    response = redirect(name, *args)
    response.status_code = 303
    return response


def limit_reached(
    request: HttpRequest, limit: LimitReached, *, now: datetime, next_url: str | None = None
) -> HttpResponse:
    """Answer 429 with the time when it opens again."""
    seconds = max(1, int((limit.opens_at - now).total_seconds()) + 1)
    return refuse(
        request,
        429,
        title=gettext("Please wait"),
        message=gettext("%(limit)s You can go on after %(at)s.")
        % {"limit": limit, "at": moment(limit.opens_at)},
        next_step=gettext("Go back") if next_url else None,
        next_url=next_url,
        headers={"Retry-After": str(seconds)},
    )


def conflict(request: HttpRequest, message: str, *, next_url: str | None = None) -> HttpResponse:
    """Answer 409: what the page showed is no longer so."""
    return refuse(
        request,
        409,
        title=gettext("This has changed"),
        message=message,
        next_step=gettext("Look at it as it is now") if next_url else None,
        next_url=next_url,
    )


def answers_refusals(view: View) -> View:
    """Turn what services refuse into pages: 404 not yours, 403 concerned, 409 conflict, 429 limit."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = request.path if request.method in {"GET", "HEAD"} else _back(request)
        try:
            return view(request, *args, **kwargs)
        except (NotYours, SmartAccountRequest.DoesNotExist):
            raise Http404 from None
        except Concerned as concerned:
            return refuse(
                request, 403, title=gettext("Another reviewer must decide this"), message=str(concerned)
            )
        except NotAllowed:
            return conflict(
                request,
                gettext("Somebody acted on this request in the meantime, so this can no longer be done."),
                next_url=back,
            )
        except Conflict as refused:
            return conflict(request, str(refused), next_url=back)
        except LimitReached as limit:
            return limit_reached(request, limit, now=timezone.now(), next_url=back)

    return answered


def _back(request: HttpRequest) -> str | None:
    """The page the form stood on: the request's own, above the act's address."""
    match = request.resolver_match
    return getattr(match, "back", None) or request.path.rstrip("/").rpartition("/")[0] + "/"
