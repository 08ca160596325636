"""Who may come in at the wizard's doors."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from people.models import Person
from requests_app.services import drafting
from requests_app.wizard import answering

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: Person


def own(view: Callable[Concatenate[PersonRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let signed-in people in; another's draft is 404, one that was submitted goes to its request."""

    @login_required
    @wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except drafting.AlreadySent as sent:
            return answering.to("request", sent.request.pk)
        except drafting.NotYours as stranger:
            raise Http404 from stranger

    return guarded
