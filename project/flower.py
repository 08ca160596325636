"""The dashboard's one door: staff with a second factor see Flower, nobody else reaches it.

The middleware of the staff paths has already asked for the second factor; this view asks for the ops role.
It passes GET, HEAD and the one POST that the task list needs, and adds what Flower does not send itself."""

import base64
import hashlib
import hmac
import http.client
import json
import re
import socket
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from people import refusals, roles

PREFIX = "/ops/flower/"
TASK_LIST = "tasks/datatable"
TIMEOUT_SECONDS = 10
HIDDEN = frozenset({"args", "kwargs", "result", "exception", "traceback"})
PASSED_REQUEST_HEADERS = (
    "Accept",
    "Content-Type",
    "If-None-Match",
    "If-Modified-Since",
    "Sec-Fetch-Site",
    "Origin",
)
PASSED_RESPONSE_HEADERS = ("Content-Type", "Cache-Control", "ETag", "Last-Modified", "Vary")
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


class FlowerDown(Exception):
    """The dashboard does not answer."""


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over the socket in the private directory."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_SECONDS)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


@csrf_exempt  # Flower's script knows only Flower's own token, which is compared below.
@roles.ops_required
def door(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show a page of the dashboard to ops; 404 for anybody else, 403 for anything that is not reading."""
    if not _is_reading(request, path):
        return HttpResponseForbidden(gettext("The dashboard is for looking only."), content_type="text/plain")
    try:
        return _forward(request, path)
    except FlowerDown:
        return refusals.refuse(
            request,
            503,
            title=gettext("The dashboard is not running"),
            message=gettext(
                "Letters and requests are not affected: the dashboard only looks at the workers."
            ),
            next_step=gettext(
                "Try again in a moment. If it stays away, look at the log of the part named flower."
            ),
        )


def _is_reading(request: HttpRequest, path: str) -> bool:
    if request.method in {"GET", "HEAD"}:
        return True
    if request.method != "POST" or path != TASK_LIST:
        return False
    cookie = request.COOKIES.get("_xsrf", "")
    echoed = request.headers.get("X-XSRFToken", "")
    return bool(cookie) and hmac.compare_digest(cookie.encode(), echoed.encode())


def _connect() -> http.client.HTTPConnection:
    parts = urlsplit(settings.FLOWER_URL)
    if parts.scheme == "unix":
        return _UnixConnection(parts.path)
    return http.client.HTTPConnection(parts.hostname or "", parts.port or 5555, timeout=TIMEOUT_SECONDS)


def ping() -> None:
    """Ask Flower whether it lives. Raises FlowerDown."""
    connection = _connect()
    try:
        connection.request("GET", f"{PREFIX}healthcheck")
        if connection.getresponse().status != 200:
            raise FlowerDown("it answers, but not as itself")
    except (OSError, http.client.HTTPException) as error:
        raise FlowerDown(str(error)) from error
    finally:
        connection.close()


def _forward(request: HttpRequest, path: str) -> HttpResponse:
    """Ask Flower and answer in its place. Raises FlowerDown."""
    headers = {name: request.headers[name] for name in PASSED_REQUEST_HEADERS if name in request.headers}
    # Nothing of ours goes on: no session, no CSRF token; only Flower's own cookie and the door's password.
    if "_xsrf" in request.COOKIES:
        headers["Cookie"] = f"_xsrf={quote(request.COOKIES['_xsrf'], safe='|')}"
        headers["X-XSRFToken"] = request.headers.get("X-XSRFToken", "")
    credentials = base64.b64encode(f"door:{settings.FLOWER_PASSWORD}".encode()).decode()
    headers |= {
        "Authorization": f"Basic {credentials}",
        "Host": request.get_host(),
        "Accept-Encoding": "identity",
    }
    target = quote(PREFIX + path, safe="/@:+,~") + (f"?{query}" if (query := _query(request)) else "")
    connection = _connect()
    try:
        # Flower knows no HEAD: it is asked the whole question, the answer loses its body below.
        method = "POST" if request.method == "POST" else "GET"
        connection.request(method, target, body=request.body if method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise FlowerDown from error
    finally:
        connection.close()
    return _answer(request, answer, body)


def _query(request: HttpRequest) -> str:
    return quote(request.META.get("QUERY_STRING", ""), safe="%&=+/?:@,~[]();!*'$-._")


def _answer(request: HttpRequest, answer: http.client.HTTPResponse, body: bytes) -> HttpResponse:
    # 401 would make the browser ask for the door's password.
    if answer.status == 401 or answer.status >= 500:
        raise FlowerDown
    kind = answer.headers.get_content_type()
    if kind == "application/json":
        body = _without_arguments(body)
    response = HttpResponse(b"" if request.method == "HEAD" else body, status=answer.status)
    for name in PASSED_RESPONSE_HEADERS:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    if request.method == "HEAD":
        response.headers["Content-Length"] = str(len(body))
    if kind == "text/html":
        response.headers["Content-Security-Policy"] = policy(body)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Content-Language"] = "en"
    _pass_token(request, answer, response)
    return response


def policy(page: bytes) -> str:
    """Return the page's Content-Security-Policy: ours, plus the hash of each script that stands inside it."""
    hashes = [
        base64.b64encode(hashlib.sha256(found).digest()).decode() for found in _INLINE_SCRIPT.findall(page)
    ]
    scripts = " ".join(["'self'", *(f"'sha256-{value}'" for value in hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _without_arguments(body: bytes) -> bytes:
    """Blank every task's arguments and results, wherever they stand in the answer."""
    try:
        return json.dumps(_blank(json.loads(body))).encode()
    except ValueError:
        return b"{}"


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "(not shown)" if key in HIDDEN and inner not in (None, "") else _blank(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_blank(inner) for inner in value]
    return value


def _pass_token(request: HttpRequest, answer: http.client.HTTPResponse, response: HttpResponse) -> None:
    """Hand on Flower's own cookie, kept to the dashboard's path; any other cookie is dropped."""
    for line in answer.headers.get_all("Set-Cookie") or []:
        try:
            cookie = SimpleCookie(line).get("_xsrf")
        except CookieError:
            continue
        if cookie is not None:
            # Flower's script reads it, hence not HttpOnly.
            response.set_cookie(
                "_xsrf",
                cookie.value,
                path=PREFIX,
                secure=request.is_secure(),
                httponly=False,
                samesite="Strict",
            )
