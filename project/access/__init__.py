"""Every URL of the product, who may use it, and what it answers: the outer wall, subject by subject.

docs/urls.md is written from it (`manage.py url_table`), and tests knock at each URL as each kind of person:
an address without a row here fails them. Django admin's pages stand here by one rule, see ADMIN."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from project.access import accounts, links, requests, signing_in, staff, visitors
from project.access.row import HOME as HOME
from project.access.row import Codes as Codes
from project.access.row import Row as Row
from project.access.row import Who as Who

ROWS: tuple[Row, ...] = (
    *visitors.ROWS,
    *signing_in.ROWS,
    *requests.ROWS,
    *links.ROWS,
    *accounts.ROWS,
    *staff.ROWS,
)

# Django admin: for staff with a second factor, who see there what their permissions say (403 otherwise);
# sign-in for who is not signed in, 404 for whoever is not staff.
ADMIN = "admin"
# The mail provider's webhook: there only where letters leave by a provider, and never without its proof (400).
WEBHOOK = "anymail"


def every_pattern() -> Iterator[tuple[str, str]]:
    """Yield name (with name space) and pattern of every URL that the product answers."""
    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        written = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(
                each.url_patterns, written, f"{space}{each.namespace}:" if each.namespace else space
            )
        else:
            yield f"{space}{each.name or ''}", written
