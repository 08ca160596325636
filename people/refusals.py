"""Answer a request that cannot be granted with one page: its title is the cause, and there is a next step."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def refuse(
    request: HttpRequest,
    status: int,
    *,
    title: str,
    message: str,
    next_step: str | None = None,
    next_url: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render the refusal page with `status`.

    `next_step` names what the person can do; with `next_url` it is a button there, without it a sentence.
    A 429 needs `headers={"Retry-After": seconds}`, and its message says when."""
    response = render(
        request,
        "layout/refusal.html",
        {"title": title, "message": message, "next_step": next_step, "next_url": next_url},
        status=status,
    )
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response
