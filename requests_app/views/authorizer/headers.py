"""What every answer under the e-mailed addresses says to browsers and proxies, errors included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

PATHS = ("/a/", "/n/", "/r/", "/authorize/")
HEADERS = {
    "Cache-Control": "no-store, private",
    # Not no-referrer: browsers then send "Origin: null" with a POST, which the CSRF check refuses.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self';"
    " img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


class LinkHeaders:
    """Outermost of all middleware, so that refusals of the others carry the headers too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(PATHS):
            for name, value in HEADERS.items():
                response.headers[name] = value
        return response
