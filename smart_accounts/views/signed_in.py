"""Who is at the door, and where they go after an act. Every page of this app needs sign-in."""

from typing import cast

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from people.models import Person


class SeeOther(HttpResponseRedirect):
    """Answers a POST: the result stands at another address, to be fetched with GET."""

    status_code = 303


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; only for views behind `login_required`."""
    return cast(Person, request.user)


def see(name: str, *arguments: object) -> SeeOther:
    """Send the browser to a page by its name."""
    return SeeOther(reverse(name, args=arguments))
