"""The dashboard's door: who passes, what passes, and what is taken off on the way."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from people.models import Person
from project import flower, flower_configuration

PAGE = b"<!doctype html><script src='/x.js'></script><script type='text/javascript'>\n  var a = 1;\n</script>"
TASKS = {
    "data": [{"name": "sweep", "args": "('dana@acme.example',)", "kwargs": "{}", "exception": "SMTP dana@x"}]
}


class Dashboard(BaseHTTPRequestHandler):
    """Answers like Flower does, and remembers what it was sent."""

    seen: ClassVar[list[tuple[str, str, dict[str, str]]]] = []

    def answer(self) -> None:
        self.seen.append(
            (self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
        )
        body, kind = PAGE, "text/html; charset=UTF-8"
        if "datatable" in self.path or "/api/" in self.path:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            body, kind = json.dumps(TASKS).encode(), "application/json; charset=UTF-8"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "_xsrf=2|abc|def|17; Path=/")
        self.send_header("Set-Cookie", "user=somebody; Path=/")
        self.send_header("Server", "TornadoServer")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test's output quiet."""


@pytest.fixture
def dashboard(settings: Any) -> Iterator[type[Dashboard]]:
    server = HTTPServer(("127.0.0.1", 0), Dashboard)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.FLOWER_URL = f"http://127.0.0.1:{server.server_port}"
    settings.FLOWER_PASSWORD = "the-door's-own"
    Dashboard.seen.clear()
    yield Dashboard
    server.shutdown()
    thread.join()
    server.server_close()


def ask(path: str = "", *, method: str = "GET", person: Person | None = None, **headers: Any) -> HttpResponse:
    """Ask the door itself, behind the middleware that has already seen a second factor."""
    request = RequestFactory().generic(method, f"/ops/flower/{path}", **headers)
    request.user = person or Person(email="otto@operator.example", is_staff=True, is_ops=True)
    response = flower.door(request, path=path.partition("?")[0])
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_passes(dashboard: type[Dashboard], method: str) -> None:
    response = ask("workers", method=method)
    assert response.status_code == 200
    assert dashboard.seen[0][:2] == ("GET", "/ops/flower/workers")
    assert response.content == (PAGE if method == "GET" else b"")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "api/worker/shutdown/urgent"),
        ("POST", "workers"),
        ("POST", "tasks/datatable/"),
        ("PUT", "tasks/datatable"),
        ("DELETE", "tasks/datatable"),
        ("OPTIONS", "tasks"),
        ("PATCH", "tasks"),
    ],
)
def test_anything_but_reading_is_refused(dashboard: type[Dashboard], method: str, path: str) -> None:
    response = ask(path, method=method, HTTP_COOKIE="_xsrf=2|abc|def|17", HTTP_X_XSRFTOKEN="2|abc|def|17")
    assert (response.status_code, dashboard.seen) == (403, [])


def test_the_task_list_loads_with_flowers_own_token(dashboard: type[Dashboard]) -> None:
    response = ask(
        "tasks/datatable?start=0",
        method="POST",
        HTTP_COOKIE="_xsrf=2|abc|def|17",
        HTTP_X_XSRFTOKEN="2|abc|def|17",
    )
    assert response.status_code == 200
    assert dashboard.seen[0][:2] == ("POST", "/ops/flower/tasks/datatable?start=0")
    assert dashboard.seen[0][2]["cookie"] == "_xsrf=2|abc|def|17"


@pytest.mark.parametrize("cookie", ["", "_xsrf=2|other"])
def test_the_task_list_is_refused_without_flowers_token(dashboard: type[Dashboard], cookie: str) -> None:
    response = ask("tasks/datatable", method="POST", HTTP_COOKIE=cookie, HTTP_X_XSRFTOKEN="2|abc|def|17")
    assert (response.status_code, dashboard.seen) == (403, [])


def test_no_cookie_of_ours_reaches_flower(dashboard: type[Dashboard]) -> None:
    ask("tasks", HTTP_COOKIE="session-8000=s3cret; csrf-8000=t0ken; _xsrf=2|abc|def|17")
    assert dashboard.seen[0][2]["cookie"] == "_xsrf=2|abc|def|17"
    assert "s3cret" not in str(dashboard.seen)


def test_the_browsers_own_credentials_do_not_reach_flower(dashboard: type[Dashboard]) -> None:
    ask("tasks", HTTP_AUTHORIZATION="Basic c29tZTpib2R5")
    expected = base64.b64encode(b"door:the-door's-own").decode()
    assert dashboard.seen[0][2]["authorization"] == f"Basic {expected}"


def test_only_flowers_token_cookie_comes_back_and_stays_in_its_corner(dashboard: type[Dashboard]) -> None:
    cookies = ask("tasks").cookies
    assert list(cookies) == ["_xsrf"]
    assert (cookies["_xsrf"]["path"], cookies["_xsrf"]["samesite"]) == ("/ops/flower/", "Strict")


def test_the_policy_allows_the_inline_script_by_its_hash_alone(dashboard: type[Dashboard]) -> None:
    response = ask("")
    inline = re.findall(rb"<script type='text/javascript'>(.*?)</script>", PAGE, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(inline).digest()).decode()
    policy = response.headers["Content-Security-Policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Server" not in response.headers


@pytest.mark.parametrize("path", ["tasks/datatable", "api/tasks"])
def test_no_task_shows_what_it_was_given(dashboard: type[Dashboard], path: str) -> None:
    content = ask(path).content
    assert json.loads(content)["data"][0]["args"] == "(not shown)"
    assert b"dana" not in content


def test_flowers_pages_blank_the_same_fields() -> None:
    class Task:
        args, kwargs, result, exception, traceback, name = "a", "b", "c", "dana@x", "e", "sweep"

    shown = flower_configuration.format_task(Task())
    assert {getattr(shown, field) for field in flower_configuration.HIDDEN} == {"(not shown)"}
    assert shown.name == "sweep"
    assert frozenset(flower_configuration.HIDDEN) == flower.HIDDEN


@pytest.mark.django_db
def test_a_dashboard_that_is_down_is_told_in_plain_words(settings: Any, tmp_path: Any) -> None:
    settings.FLOWER_URL = f"unix://{tmp_path}/nobody.sock"
    response = ask("tasks")
    assert response.status_code == 503
    assert b"dashboard is not running" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/ops/flower/", "/ops/flower/tasks", "/ops/flower/static/js/flower.js"])
def test_a_stranger_is_sent_to_sign_in(client: Client, dashboard: type[Dashboard], path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")
    assert dashboard.seen == []


@pytest.mark.django_db
def test_staff_who_are_not_ops_find_no_such_page(dashboard: type[Dashboard]) -> None:
    from django.http import Http404

    with pytest.raises(Http404):
        ask("tasks", person=Person(email="rosa@operator.example", is_staff=True, is_reviewer=True))
    assert dashboard.seen == []
