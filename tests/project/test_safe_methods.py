"""Reading changes nothing: every URL is read as each kind of person, and every table compared."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from project.access import ROWS
from tests.project.world import Kind, World

# Sessions slide and limits are counted in the cache's table, by reading too.
APART = ("django_session", "cache")
# Each place's other states: closed, stopped, held at the reviewer's question.
OTHER_STATES = {
    "{pending}": ("{closed}", "{stopped}", "{asked}", "{in_setup}"),
    "{in_setup}": ("{closed}", "{stopped}", "{pending}"),
    "{asked}": ("{closed}", "{stopped}", "{pending}"),
    "{link}": ("{closed_link}", "{stopped_link}", "{old_link}"),
    "{token}": ("{closed_token}", "{stopped_token}", "{old_token}"),
}

# Of the parts behind /readyz and the dashboard none runs here.
CODES = {200, 302, 303, 403, 404, 405, 409, 410, 503}


def everything() -> dict[str, list[Any]]:
    """Every row of every table but sessions and cache."""
    models = [model for model in apps.get_models() if model._meta.db_table not in APART]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values()) for model in models}


class Writes:
    """Names the statements that are not reading, with the URL that made them."""

    def __init__(self) -> None:
        self.path = ""
        self.found: list[tuple[str, str]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        word = sql.split(None, 1)[0].upper()
        # The sessions' and the cache's own are apart, savepoints write nothing.
        if word in {"INSERT", "UPDATE", "DELETE"} and not any(f'"{table}"' in sql for table in APART):
            self.found.append((self.path, sql))
        return execute(sql, params, many, context)


def paths(world: World) -> list[str]:
    """Every URL in every state of what it shows, and with what does not exist."""
    found = []
    for row in ROWS:
        found += [world.path(row.path), world.invented(row.path)]
        for place, others in OTHER_STATES.items():
            if place in row.path:
                found += [world.path(row.path.replace(place, other)) for other in others]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("kind", Kind)
def test_reading_every_url_changes_no_table(kind: Kind, world: World) -> None:
    browser, before, writes = world.browser(kind), everything(), Writes()
    with connection.execute_wrapper(writes):
        for path in paths(world):
            for method in ("HEAD", "GET"):
                writes.path = f"{method} {path}"
                assert browser.generic(method, path).status_code in CODES
    assert writes.found == []
    assert everything() == before
    assert ("_auth_user_id" in browser.session) == (kind is not Kind.ANONYMOUS)


def test_the_comparison_sees_a_change(world: World) -> None:
    browser, before, writes = world.browser(Kind.REQUESTER), everything(), Writes()
    with connection.execute_wrapper(writes):
        writes.path = world.path("/requests/{pending}/withdraw/")
        assert browser.post(writes.path).status_code == 303
    assert writes.found
    assert everything() != before
