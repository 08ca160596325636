"""Nothing that anybody can type into a form or an address is a fault of ours, whatever form it has."""

import pytest
from django.conf import settings
from django.test import Client

from project.access import ROWS
from tests.project.hostile import (
    BODIES,
    FIELDS,
    FORM,
    LOGIN,
    QUERIES,
    READABLE,
    TOO_MANY,
    VALUES,
    WRITABLE,
    Browsers,
    is_fine,
)
from tests.project.world import Kind, World, undone


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_no_query_is_a_fault(query: str, world: World) -> None:
    browsers = Browsers(world)
    found = {row.name: browsers.send(row, "GET", query=query) for row in READABLE}
    assert {name: code for name, code in found.items() if not is_fine(code)} == {}


@pytest.mark.parametrize("name", VALUES)
def test_no_field_is_a_fault(name: str, world: World) -> None:
    value, browsers = VALUES[name], Browsers(world)
    # What is long goes into some fields at a time, else the body alone would be refused.
    at_once = max(1, 300_000 // len(value))
    for first in range(0, len(FIELDS), at_once):
        body = "&".join(f"{field}={value}" for field in FIELDS[first : first + at_once])
        found = {row.name: browsers.send(row, "POST", body) for row in WRITABLE}
        assert {name: code for name, code in found.items() if not is_fine(code)} == {}


@pytest.mark.parametrize("name", BODIES)
def test_no_body_is_a_fault(name: str, world: World) -> None:
    (body, kind), browsers = BODIES[name], Browsers(world)
    found = {row.name: browsers.send(row, "POST", body, kind=kind) for row in WRITABLE}
    assert {row: code for row, code in found.items() if not is_fine(code)} == {}


@pytest.mark.parametrize("name", sorted(TOO_MANY))
def test_too_many_fields_are_400(name: str, world: World) -> None:
    (body, kind), browsers = BODIES[name], Browsers(world, enforce_csrf_checks=True)
    for browser in browsers.of.values():
        # With a cookie the form's proof is looked for, which reads the body.
        browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    found = {row.name: browsers.send(row, "POST", body, kind=kind) for row in WRITABLE}
    # Two doors look at no field: the mail program's one click, and the dashboard's.
    doors = {"stop": 200, "flower": 403, "flower_page": 403}
    assert found == dict.fromkeys(found, 400) | doors


@pytest.mark.parametrize("name", ["JSON", "text", "no kind", "JSON with a lone surrogate", "deep JSON"])
def test_a_form_of_another_kind_carries_no_proof(name: str, world: World) -> None:
    body, kind = BODIES[name]
    browser = Client(enforce_csrf_checks=True)
    browser.get(LOGIN)
    assert browser.generic("POST", LOGIN, body, content_type=kind).status_code == 403


def test_every_form_asks_for_its_proof(world: World) -> None:
    """But the mail program's own POST, which brings none, and the choice of language, which looks at where it comes
    from; the dashboard refuses without Flower's."""
    browsers = Browsers(world, enforce_csrf_checks=True)
    found = {row.name: browsers.send(row, "POST") for row in WRITABLE}
    assert found == dict.fromkeys(found, 403) | {"stop": 200, "language": 422}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"referer": "https://evil.example/"},
        {"referer": "\x00//["},
    ],
)
def test_a_form_sent_from_elsewhere_is_refused(headers: dict[str, str], world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    token = browser.get(LOGIN, secure=True).context["csrf_token"]
    answer = browser.post(LOGIN, {"csrfmiddlewaretoken": str(token)}, secure=True, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b", "application/octet-stream"])
def test_a_large_body_is_413_before_anything_of_it_is_read(method: str, kind: str, world: World) -> None:
    """Uploaded files count: Django's own limit lets them pass."""
    length, browser = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1, Client()
    for row in ROWS:
        answer = browser.generic(
            method, world.path(row.path), b"x", content_type=kind, CONTENT_LENGTH=str(length)
        )
        assert answer.status_code == 413, row.name


@pytest.mark.parametrize("length", ["abc", "-5", "1e3", "5, 5", "٣", "+3", "0x10", "9" * 5000])
def test_a_length_that_is_no_number_is_400(length: str) -> None:
    answer = Client(raise_request_exception=False).generic(
        "POST", LOGIN, b"login=a", content_type=FORM, CONTENT_LENGTH=length
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("version", ["", "0", "-1", "1.0", "²", "١", "9" * 5000, "1e0", "\0", "01 "])
def test_a_version_of_the_facts_that_was_never_shown_decides_nothing(version: str, world: World) -> None:
    browser = world.browser(Kind.REVIEWER)
    browser.raise_request_exception = True
    path = world.path("/review/{pending}/")
    for act in ("approve", "ask_change", "reject", "release", "refuse"):
        form = {"act": act, "facts_version": version, "reason": "Not yours.", "question": "Which one?"}
        with undone():
            assert browser.post(path, form).status_code == 409, act


def test_a_search_takes_signs_of_patterns_as_they_are(world: World) -> None:
    browser = world.browser(Kind.SUPERUSER)
    found = browser.get("/review/?waits=anything&q=%25")
    assert found.status_code == 200
    # A literal per cent sign is in no request; as a pattern it would find all.
    assert not found.context["rows"]
