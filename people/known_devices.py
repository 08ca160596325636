"""Browsers in which a person has signed in before keep a count of wrong passwords of their own.

Otherwise anybody could keep a person out by typing wrong passwords for their address (bad inputs, I6)."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

_SALT = "people.known_devices"
_MAX_AGE_SECONDS = 180 * 24 * 3600
_PEOPLE_PER_DEVICE = 5


def remember(request: HttpRequest, response: HttpResponse, *, address: str) -> None:
    """Give the browser a signed cookie that says whose sign-in it has seen, by keyed hashes of addresses."""
    device = _read(request) or {"id": uuid4().hex, "seen": []}
    mark = _mark(address)
    device["seen"] = [mark, *(other for other in device["seen"] if other != mark)][:_PEOPLE_PER_DEVICE]
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE_NAME,
        signing.dumps(device, salt=_SALT),
        max_age=_MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def device_of(request: HttpRequest, *, address: str) -> str:
    """Return the id of a browser in which this address has signed in, or "" for any other."""
    device = _read(request)
    return str(device["id"]) if device and _mark(address) in device["seen"] else ""


def _read(request: HttpRequest) -> dict[str, Any] | None:
    cookie = request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE_NAME, "")
    try:
        device: dict[str, Any] = signing.loads(cookie, salt=_SALT, max_age=_MAX_AGE_SECONDS)
    except signing.BadSignature:
        return None
    return device


def _mark(address: str) -> str:
    return salted_hmac(_SALT, address.lower(), secret=settings.HASH_KEY, algorithm="sha256").hexdigest()[:24]
