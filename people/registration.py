"""What a person typed at registration waits in the session until the code proves the address.

So nobody can prepare an account for somebody else's address: the name and the password that count are
those of the browser in which the code was typed."""

from typing import TypedDict

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import get_language

from people import services
from people.models import Person

_SESSION_KEY = "registration"


class _Typed(TypedDict):
    address: str
    full_name: str
    password_hash: str
    language: str


def keep(request: HttpRequest, *, address: str, full_name: str, password: str) -> None:
    """Keep the answers and the page's language; the password as its hash.

    Costs the same for a known address and a new one."""
    typed: _Typed = {
        "address": address,
        "full_name": full_name,
        "password_hash": make_password(password),
        "language": get_language() or "",
    }
    request.session[_SESSION_KEY] = typed


def complete(request: HttpRequest, person: Person) -> None:
    """Make the person who just proved an address what this session's registration says, if it has one."""
    typed: _Typed | None = request.session.pop(_SESSION_KEY, None)
    if typed and typed["address"] == person.email and services.is_unproven(person):
        services.complete_registration(
            person,
            full_name=typed["full_name"],
            password_hash=typed["password_hash"],
            # A registration that was begun before this was kept has none.
            language=typed.get("language", ""),
        )
