"""Which language a page speaks: the one chosen with the switch, else the person's own, else the browser's.

Two middlewares, for the person is known only inside: what is refused before that, a malformed request or a body that
is too large, is said in the language of the switch or the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from people import services

GetResponse = Callable[[HttpRequest], HttpResponse]


def offered() -> dict[str, str]:
    """Return the languages there are, each with its own name."""
    return dict(settings.LANGUAGES)


def chosen(request: HttpRequest) -> str:
    """Return what was chosen with the switch in this browser, or ""."""
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in offered() else ""


def choose(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Keep the choice in this browser and, for who is signed in, for their letters and other browsers."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    if request.user.is_authenticated:
        services.choose_language(request.user, language)


class OfBrowser:
    """Outside of all that may answer with words; gives each page its headers.

    The thread's own language comes back afterwards: the next request's refusal must not speak this one's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        with translation.override(chosen(request) or translation.get_language_from_request(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class OfPerson:
    """Inside of signing in: a person without a choice in this browser reads their own language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not chosen(request) and person.is_authenticated and person.chosen_language in offered():
            translation.activate(person.chosen_language)
            request.LANGUAGE_CODE = person.chosen_language
        return self.get_response(request)
