"""Give every request an id: on each line of log, on its answer, and in the letters that it promises."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from notifications import trail

HEADER = "X-Request-ID"


class Origin:
    """Stands outside of all other middleware. An id that a client sends counts for nothing: it would let strangers
    write into our logs.

    The id is not taken back at the end: the server's access line is still to be written, and the next request on
    this thread gets its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trail.begin()
        response = self.get_response(request)
        # A plain str: Python's own server refuses any other as a header.
        response.headers[HEADER] = str(trail.shown(trail.origin.get()))
        return response
