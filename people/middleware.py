"""The staff door, and how the pages around signing in answer."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from people import second_factor, sessions
from people.models import Person

GetResponse = Callable[[HttpRequest], HttpResponse]

STAFF_PATHS = ("/admin/", "/review/", "/ops/", "/preview/")
_ACCOUNT_PATHS = "/accounts/"
# Django admin has a sign-in and a change of password of its own: ours are used.
_ADMIN_PAGES_OF_OURS = {
    "/admin/login/": "admin:index",
    "/admin/password_change/": "account_change_password",
}


class StaffDoor:
    """Let only staff who showed a second factor in this session into the staff's pages.

    Elsewhere too a member of staff's session ends STAFF_SESSION_AGE after sign-in, used or not."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.user.is_staff and _is_too_old(request):
            logout(request)
        if request.path_info.startswith(STAFF_PATHS):
            return sent_elsewhere(request) or self.get_response(request)
        return self.get_response(request)


def _is_too_old(request: HttpRequest) -> bool:
    signed_in_at = sessions.signed_in_at(request)
    return signed_in_at is None or timezone.now() - signed_in_at > settings.STAFF_SESSION_AGE


def sent_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """Return where somebody who may not pass yet must go first, or None. Raises Http404 for strangers."""
    person = request.user
    instead = _ADMIN_PAGES_OF_OURS.get(request.path_info)
    page = resolve_url(instead) if instead else request.get_full_path()
    if not person.is_authenticated:
        return redirect_to_login(page)
    if not person.is_staff:
        raise Http404
    if not second_factor.is_enrolled(person):
        return redirect("mfa_activate_totp")
    if not second_factor.was_shown(request):
        return redirect_to_login(page, login_url=_page_that_asks(person))
    return redirect(page) if instead else None


def _page_that_asks(person: Person) -> str:
    """Return the page that asks a signed-in person for the second factor they have."""
    has_app = second_factor.has_app(person)
    return reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


class AccountAnswers:
    """Give the pages around signing in the answers of all others.

    An invalid form is 422 (allauth says 200), and a redirect after a POST is 303 (allauth says 302).
    Stands outside allauth's own middleware, which answers some requests itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_account_post(request) and response.status_code == HTTPStatus.FOUND:
            response.status_code = HTTPStatus.SEE_OTHER
        return response

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if _is_account_post(request) and response.status_code == HTTPStatus.OK and _has_errors(response):
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


def _is_account_post(request: HttpRequest) -> bool:
    return request.method == "POST" and request.path_info.startswith(_ACCOUNT_PATHS)


def _has_errors(response: TemplateResponse) -> bool:
    shown = (response.context_data or {}).values()
    return any(isinstance(value, BaseForm) and bool(value.errors) for value in shown)
