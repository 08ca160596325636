"""What every answer says to browsers and proxies: pages, errors, redirects and static files alike.

Views and other middleware may say something stricter; nothing here takes that back."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# Pages for every visitor; a search engine has no business with any other.
INDEXED = frozenset({"/", "/help/", "/privacy/", "/accessibility/", "/report-abuse/"})
# The product uses none of these, so nothing that gets into a page may ask for them. Passkeys stay allowed. A name
# that a browser was built without is a complaint on every page's console: only those that Chromium has everywhere.
UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)
# Every page names the signed-in person, so none may be kept, not even by the browser after sign-out.
NOT_KEPT = "no-store, private"


class EveryAnswer:
    """Stands outside of all other middleware but the authorizer's, so that their refusals pass through it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(settings.STATIC_URL):
            return response
        response.headers.setdefault("Cache-Control", NOT_KEPT)
        if request.path not in INDEXED:
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response
