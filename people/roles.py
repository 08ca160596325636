"""Pages for some of the staff: everybody else is told that there is no such page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from people.models import Person

View = Callable[..., HttpResponseBase]


def staff_required(view: View) -> View:
    """Let any member of staff in."""
    return _only(view, lambda person: person.is_staff)


def reviewer_required(view: View) -> View:
    """Let reviewers in, and superusers."""
    return _only(view, is_reviewer)


def ops_required(view: View) -> View:
    """Let operations in, and superusers."""
    return _only(view, is_ops)


def reviewer_or_ops_required(view: View) -> View:
    """Let reviewers and operations in, and superusers."""
    return _only(view, lambda person: is_reviewer(person) or is_ops(person))


def proven(view: View) -> View:
    """Ask for the password or the second factor again unless it was shown in the last minutes.

    Stands inside of the role: whoever may not see the page is not asked. For dangerous acts, on GET already,
    so that nothing typed is lost on the way."""
    asks: View = reauthentication_required(view)
    return asks


def is_reviewer(person: Person) -> bool:
    return person.is_staff and (person.is_reviewer or person.is_superuser)


def is_ops(person: Person) -> bool:
    return person.is_staff and (person.is_ops or person.is_superuser)


def home_of(person: Person) -> str:
    """Name the page on which the person begins after signing in, if none was asked for."""
    if is_reviewer(person):
        return str(settings.REVIEWER_REDIRECT_URL)
    return str(settings.OPS_REDIRECT_URL if is_ops(person) else settings.LOGIN_REDIRECT_URL)


def _only(view: View, may: Callable[[Person], bool]) -> View:
    """Send anonymous people to sign in and answer 404 to those who may not. Runs behind the staff door."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
