"""Who may use which URL: each knocked at as each kind of person, by the one table in project/access/."""

import re
from http import HTTPStatus
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import resolve

from people import next_page
from project import access
from project.access import HOME, ROWS, Row, Who
from project.management.commands import url_table
from tests.project.world import ENROL, LOGIN, Kind, World, knock

STAFF = {Kind.REVIEWER, Kind.OPS, Kind.SUPERUSER}
EVERYBODY = set(Kind)
LET_IN = {
    Who.EVERYBODY: EVERYBODY,
    Who.SIGNED_OUT: {Kind.ANONYMOUS},
    Who.SIGNED_IN: EVERYBODY - {Kind.ANONYMOUS},
    Who.ENROLLED: STAFF,
    Who.REQUESTER: {Kind.REQUESTER},
    Who.COLLEAGUE: {Kind.AUTHORIZER},
    Who.ADMINISTRATOR: {Kind.REQUESTER},
    Who.AGREEING: {Kind.REQUESTER, Kind.AUTHORIZER},
    Who.LINK: {Kind.AUTHORIZER},
    Who.STAFF: STAFF,
    Who.REVIEWER: {Kind.REVIEWER, Kind.SUPERUSER},
    Who.OPS: {Kind.OPS, Kind.SUPERUSER},
    Who.REVIEWER_OR_OPS: STAFF,
}
STAFF_PAGES = {Who.STAFF, Who.REVIEWER, Who.OPS, Who.REVIEWER_OR_OPS}
HOMES = {
    Kind.UNENROLLED: "/review/",
    Kind.REVIEWER: "/review/",
    Kind.SUPERUSER: "/review/",
    Kind.OPS: "/ops/",
}
SENT = {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}
METHODS = ("GET", "HEAD", "POST")
# What stands in an example's place where the request is closed or the link dead.
CLOSED = {
    "{pending}": "{closed}",
    "{in_setup}": "{closed}",
    "{asked}": "{closed}",
    "{link}": "{closed_link}",
    "{token}": "{closed_token}",
}


def answer_of(browser: Client, method: str, path: str) -> tuple[int, str]:
    """Return the status, and where one is sent."""
    response = knock(browser, method, path)
    return response.status_code, unquote(response.headers.get("Location", ""))


def complaints(row: Row, kind: Kind, world: World, browser: Client) -> list[str]:
    """Say what is wrong with the answers of one URL to one kind of person."""
    found = []
    for method in METHODS:
        code, location = answer_of(browser, method, world.path(row.path))
        expected = _expected(row, kind, method)
        if code not in expected:
            found.append(f"{method} {row.path}: {code} {location}, not {sorted(expected)}")
        elif code in SENT and not _is_sent_right(row, kind, world.path(row.path), location):
            found.append(f"{method} {row.path}: sent to {location}")
    return found


def _expected(row: Row, kind: Kind, method: str) -> set[int]:
    codes = row.post if method == "POST" else row.get
    if kind in LET_IN[row.who]:
        return set(codes) or {405}
    refused: set[int] = {404}
    if row.who is Who.LINK:
        refused = {403}
    elif row.elsewhere or kind is Kind.ANONYMOUS or (kind is Kind.UNENROLLED and row.who in STAFF_PAGES):
        refused = {302, 303}
    # Whether the method or the person is looked at first makes no difference to somebody outside.
    return refused if codes else refused | {405}


def _is_sent_right(row: Row, kind: Kind, path: str, location: str) -> bool:
    if kind in LET_IN[row.who]:
        return True
    if row.elsewhere == HOME:
        return location == HOMES.get(kind, "/administration/")
    if row.elsewhere:
        return location == row.elsewhere
    return location.startswith(f"{LOGIN}?next=/" if kind is Kind.ANONYMOUS else ENROL)


def test_every_url_has_one_row() -> None:
    by_rule = (f"{access.ADMIN}:", f"{access.WEBHOOK}:")
    named = [name for name, _ in access.every_pattern() if not name.startswith(by_rule)]
    assert sorted(named) == sorted(row.name for row in ROWS)


def test_every_example_leads_to_its_row(world: World) -> None:
    found = {row.name: resolve(world.path(row.path)).view_name for row in ROWS}
    assert found == {row.name: row.name for row in ROWS}


@pytest.mark.parametrize("kind", Kind)
def test_every_url_answers_as_its_row_says(kind: Kind, world: World) -> None:
    browser = world.browser(kind)
    assert [complaint for row in ROWS for complaint in complaints(row, kind, world, browser)] == []


@pytest.mark.parametrize("kind", Kind)
def test_what_does_not_exist_and_what_is_not_yours_answer_alike(kind: Kind, world: World) -> None:
    browser = world.browser(kind)
    for row in ROWS:
        if "{" not in row.path or row.who is Who.EVERYBODY:
            continue
        existing, invented = world.path(row.path), world.invented(row.path)
        for method in METHODS:
            code, location = answer_of(browser, method, invented)
            if kind in LET_IN[row.who]:
                # 403 at links: an unknown one is answered as one without its cookie.
                assert code in {302, 303, 403, 404, 405}, (method, row.path)
                continue
            expected, sent_to = answer_of(browser, method, existing)
            assert (code, _place(location, invented)) == (expected, _place(sent_to, existing))


def _place(location: str, path: str) -> str:
    """Say where a redirect leads, relative to the path that was knocked at."""
    return location.replace(path, "PATH").replace(next_page.above(path), "ABOVE")


@pytest.mark.parametrize("row", [row for row in ROWS if row.over], ids=lambda row: row.name)
def test_what_is_over_says_so(row: Row, world: World) -> None:
    path = row.path
    for place, closed in CLOSED.items():
        path = path.replace(place, closed)
    reader = Kind.AUTHORIZER if row.who in {Who.LINK, Who.EVERYBODY} else Kind.REQUESTER
    code, _ = answer_of(world.browser(reader), row.methods[0], world.path(path))
    assert code == row.over


@pytest.mark.parametrize("row", [row for row in ROWS if "{link}" in row.path], ids=lambda row: row.name)
def test_a_stopped_requests_link_says_that_it_is_being_checked(row: Row, world: World) -> None:
    path = world.path(row.path.replace("{link}", "{stopped_link}"))
    browser = world.browser(Kind.ANONYMOUS)
    browser.get(world.path("/a/{stopped_token}"))
    assert answer_of(browser, row.methods[0], path)[0] == 409


def test_a_reviewer_with_a_part_in_the_request_may_see_and_not_act(world: World) -> None:
    people = world.people
    people[Kind.REVIEWER].emailaddress_set.create(
        email="dana.whitfield+r@acme-robotics.example", verified=True
    )
    browser = world.browser(Kind.REVIEWER)
    path = world.path("/review/{pending}/")
    assert answer_of(browser, "GET", path)[0] == 200
    assert answer_of(browser, "POST", path)[0] == 403


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("kind", [Kind.ANONYMOUS, Kind.REQUESTER])
def test_no_url_knows_another_method(method: str, kind: Kind, world: World) -> None:
    browser = world.browser(kind)
    found = {row.name: answer_of(browser, method, world.path(row.path))[0] for row in ROWS}
    assert found == dict.fromkeys(found, 405)


@pytest.mark.parametrize("kind", Kind)
def test_django_admin_is_for_staff_with_a_second_factor(kind: Kind, world: World) -> None:
    browser = world.browser(kind)
    ours = {"/admin/login/", "/admin/password_change/"}
    for name, pattern in access.every_pattern():
        if not name.startswith(f"{access.ADMIN}:"):
            continue
        path = re.sub(r"\(\?P<app_label>.*?\)", "people", pattern).replace("(?P<url>.*)", "nothing")
        path = re.sub(r"<[^>]+>", "1", re.sub(r"[\^$]", "", path))
        for method in METHODS:
            code, location = answer_of(browser, method, path)
            if kind is Kind.ANONYMOUS:
                assert (code, location.startswith(LOGIN)) == (302, True), path
            elif kind is Kind.UNENROLLED:
                assert (code, location) == (302, ENROL), path
            elif kind not in STAFF:
                assert code == 404, path
            else:
                assert code in {200, 302, 403, 404, 405}, (method, path, code)
                assert path in ours or not location.startswith((LOGIN, "/admin/login/")), path


def test_the_table_of_urls_in_the_docs_is_written_anew_when_it_changes() -> None:
    assert url_table.FILE.read_text() == url_table.table(), "run: manage.py url_table"
