"""What is refused, or left aside, before anything of the product looks at a request."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext

from people.refusals import refuse

GetResponse = Callable[[HttpRequest], HttpResponse]

METHODS = ("GET", "HEAD", "POST")
_LENGTH_DIGITS = 18


class Intake:
    """Answer other methods with 405 and large bodies with 413; leave cookies aside that no browser got from us."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        # Django's own limit counts no uploaded files: they would fill the disk first. No form takes any.
        if _body_bytes(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        # Django decodes \000 in a quoted cookie, and PostgreSQL refuses to look such a session up.
        if any("\0" in value for value in request.COOKIES.values()):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        response = self.get_response(request)
        return (
            _worded(request, response) if response.status_code == 405 and not response.streaming else response
        )


def _worded(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a person who got to a form's address by hand a page instead of an empty one."""
    if response.content or not hasattr(request, "user"):
        return response
    return refuse(
        request,
        405,
        title=gettext("There is no page here"),
        message=gettext("This address only takes what a form on another page sends."),
        next_step=gettext("Go to the start page"),
        next_url="/",
        headers={"Allow": response.headers.get("Allow", "")},
    )


def _body_bytes(request: HttpRequest) -> int:
    """Return how long the body says it is. Raises BadRequest for a length that is no number: Django would fail."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or len(length) > _LENGTH_DIGITS:
        raise BadRequest
    return int(length)
