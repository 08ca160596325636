"""Signed-in browsers for the requester's pages; CSRF is enforced as in a real one."""

from collections.abc import Callable

import pytest
from django.test import Client

from people.models import Person

Post = Callable[..., object]


class Browser:
    """A client that posts like a browser: with the token of the page it got."""

    def __init__(self, person: Person) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(person)

    def get(self, path: str):  # type: ignore[no-untyped-def]
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, *, seen_on: str = "", **fields: object):  # type: ignore[no-untyped-def]
        """Open the page the form stands on, then send the form with its token."""
        token = str(self.client.get(seen_on or path).context["csrf_token"])
        return self.client.post(path, {"csrfmiddlewaretoken": token, **fields})


@pytest.fixture
def browser() -> Callable[[Person], Browser]:
    """Make a browser for a person."""
    return Browser
