"""What every answer says to the browser: policies, caching, cookies; errors, redirects and static files too."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client

from project import headers
from project.access import ROWS
from tests.project.world import Kind, World

# Letters have their styles in them: framed from addresses of their own, whose policy is theirs alone.
LETTERS = {"mailbox_html", "preview_frame"}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": headers.PERMISSIONS_POLICY,
}


def check(response: Any, path: str, *, is_letter: bool = False) -> None:
    """Every header that every answer carries."""
    said = response.headers
    assert {name: said.get(name) for name in FIXED} == FIXED
    policy = said["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "*" not in policy
    assert not [name for name in said if name.lower().startswith("access-control")]
    if is_letter:
        # Only by the page around it; scripts stay forbidden, also inside the sandbox.
        assert "sandbox" in policy
        assert "script-src" not in policy
        assert "allow-scripts" not in policy
        assert (said["X-Frame-Options"], "frame-ancestors 'self'" in policy) == ("SAMEORIGIN", True)
        assert said["Referrer-Policy"] in {"same-origin", "no-referrer"}
    else:
        assert "unsafe" not in policy
        assert (said["X-Frame-Options"], "frame-ancestors 'none'" in policy) == ("DENY", True)
        assert said["Referrer-Policy"] == "same-origin"
    if not path.startswith("/static/"):
        assert "no-store" in said["Cache-Control"]
        assert ("X-Robots-Tag" in said) == (path.partition("?")[0] not in headers.INDEXED)


@pytest.mark.parametrize("kind", [Kind.ANONYMOUS, Kind.REQUESTER, Kind.SUPERUSER])
def test_every_url_carries_the_headers(kind: Kind, world: World) -> None:
    browser = world.browser(kind)
    for row in ROWS:
        path = world.path(row.path)
        answer = browser.get(path)
        check(answer, path, is_letter=row.name in LETTERS and answer.status_code == 200)


def _other_host(browser: Client, world: World) -> tuple[HttpResponse, str]:
    return browser.get("/", headers={"host": "evil.example"}), "/"


def _malformed(browser: Client, world: World) -> tuple[HttpResponse, str]:
    return browser.generic("POST", "/accounts/login/", b"--x", content_type="multipart/form-data"), "/a/"


def _no_proof(browser: Client, world: World) -> tuple[HttpResponse, str]:
    return Client(enforce_csrf_checks=True).post("/accounts/login/"), "/accounts/login/"


def _large(browser: Client, world: World) -> tuple[HttpResponse, str]:
    return browser.post("/accounts/login/", {"login": "a" * 600_000}), "/accounts/login/"


def _limit(browser: Client, world: World) -> tuple[HttpResponse, str]:
    for _ in range(40):
        answer = browser.post("/accounts/login/", {"login": "a@acme.example", "password": "x"})
    return answer, "/accounts/login/"


def _at(path: str, method: str = "GET") -> Callable[[Client, World], tuple[HttpResponse, str]]:
    def ask(browser: Client, world: World) -> tuple[HttpResponse, str]:
        return browser.generic(method, world.path(path)), path

    return ask


REFUSALS: list[tuple[int, Callable[[Client, World], tuple[HttpResponse, str]]]] = [
    (302, _at("/administration/")),
    (303, _at("/a/{token}")),
    (400, _other_host),
    (400, _malformed),
    (403, _no_proof),
    (403, _at("/authorize/{link}/")),
    (404, _at("/nothing/")),
    (404, _at("/static/nothing.css")),
    (405, _at("/help/", "POST")),
    (405, _at("/help/", "DELETE")),
    (410, _at("/a/{closed_token}")),
    (413, _large),
    (422, _at("/accounts/login/", "POST")),
    (429, _limit),
    (503, _at("/readyz")),
]


@pytest.mark.parametrize(
    ("code", "ask"), REFUSALS, ids=[f"{code}-{n}" for n, (code, _) in enumerate(REFUSALS)]
)
def test_refusals_and_redirects_carry_the_headers(
    code: int, ask: Callable[[Client, World], tuple[HttpResponse, str]], world: World
) -> None:
    answer, path = ask(world.browser(Kind.ANONYMOUS), world)
    assert answer.status_code == code
    check(answer, path)


def test_a_fault_of_ours_carries_the_headers(settings: LazySettings, db: None) -> None:
    settings.ROOT_URLCONF = "tests.project.test_pages"
    answer = Client(raise_request_exception=False).get("/fail/")
    assert answer.status_code == 500
    check(answer, "/fail/")


@pytest.mark.django_db
def test_static_files_carry_the_headers_and_may_be_kept() -> None:
    answer = Client().get("/static/app.css")
    answer.close()
    assert answer.status_code == 200
    check(answer, "/static/app.css")
    assert "no-store" not in answer.headers["Cache-Control"]
    assert "X-Robots-Tag" not in answer.headers


@pytest.mark.parametrize("path", ["/administration/", "/nothing/", "/accounts/login/", "/"])
def test_a_missing_database_is_answered_with_the_page_that_needs_none(path: str, world: World) -> None:
    def gone(*args: Any, **named: Any) -> None:
        raise OperationalError("no database")

    browser = world.browser(Kind.REQUESTER)
    with connection.execute_wrapper(gone):
        answer = browser.get(path)
    assert answer.status_code == 503
    assert b"We are not available for a moment" in answer.content
    check(answer, path)


def test_the_door_of_the_dashboard_adds_the_hash_of_its_script_and_nothing_unsafe() -> None:
    from project import flower

    policy = flower.policy(b"<script>var a = 1;</script>")
    assert "unsafe" not in policy
    assert re.search(r"script-src 'self' 'sha256-[\w+/=]+';", policy)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Answers under production settings with https, by name."""
    database = tmp_path_factory.mktemp("secure") / "app.sqlite3"
    done = subprocess.run(
        [sys.executable, "-m", "tests.project.secure_site", str(database)],
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


def test_plain_http_is_led_to_https_and_probes_are_not(secure: dict[str, Any]) -> None:
    assert secure["to https"]["status"] == 301
    assert secure["to https"]["headers"]["Location"] == "https://accounts.operator.example/"
    assert secure["probe"]["status"] == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("page", 200),
        ("static", 200),
        ("missing", 404),
        ("bad host", 400),
        ("signed in", 303),
        ("own page", 200),
        ("no proof", 403),
    ],
)
def test_browsers_are_told_to_come_by_https_alone(secure: dict[str, Any], name: str, status: int) -> None:
    assert secure[name]["status"] == status
    assert secure[name]["headers"]["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "unsafe" not in secure[name]["headers"]["Content-Security-Policy"]


def test_every_cookie_is_bound_to_this_host_hidden_from_scripts_and_never_sent_in_clear(
    secure: dict[str, Any],
) -> None:
    cookies = {name: flags for answer in secure.values() for name, flags in answer["cookies"].items()}
    assert set(cookies) == {"__Host-session", "__Host-csrf", "__Host-device", "__Host-language"}
    for name, flags in cookies.items():
        assert (flags.get("secure"), flags.get("httponly")) == (True, True), name
        assert (flags.get("samesite"), flags.get("path"), flags.get("domain")) == ("Lax", "/", None), name


def test_the_mailbox_does_not_exist_where_letters_are_sent(secure: dict[str, Any]) -> None:
    assert secure["mailbox"]["status"] == 404


def test_the_authorizers_cookie_is_bound_to_this_host(world: World, settings: LazySettings) -> None:
    settings.SECURE = True
    answer = Client().get(world.path("/a/{token}"))
    [(name, cookie)] = answer.cookies.items()
    assert name.startswith("__Host-authz-")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 1800)
