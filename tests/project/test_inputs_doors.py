"""Nothing that a browser can say of itself, of the host or of a path is a fault of ours, or leads elsewhere."""

import json
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from notifications.models import OutgoingEmail
from people import next_page
from tests.project.hostile import LOGIN, READ_HEADERS, WRITABLE, is_fine
from tests.project.world import Kind, World

HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "testserver@evil.example",
    "a b",
    "[",
    "testserver:x",
    "\xff",
    "a" * 9000,
]


@pytest.mark.parametrize("host", HOSTS, ids=range(len(HOSTS)))
def test_another_host_is_refused(host: str, db: None) -> None:
    for path in ["/", LOGIN, "/administration/", "/a/" + "a" * 32, "/nothing/", "/metrics"]:
        answer = Client(raise_request_exception=False).get(path, headers={"host": host})
        assert answer.status_code == 400
        assert b"evil" not in answer.content


def test_no_link_is_ever_built_from_what_a_browser_says_of_the_host(world: World) -> None:
    lies = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "gopher",
        "forwarded": "host=evil.example",
    }
    answer = Client().get("/administration/", headers=lies)
    assert answer.headers["Location"] == f"{LOGIN}?next=/administration/"
    assert b"evil" not in Client().get(LOGIN, headers=lies).content
    browser = world.browser(Kind.REQUESTER)
    sent = browser.post(world.path("/requests/{pending}/remind/"), headers=lies)
    assert sent.status_code == 303
    assert "evil" not in json.dumps(list(OutgoingEmail.objects.values("primitives", "to")), default=str)


@pytest.mark.parametrize(
    "agent",
    [
        "a\r\nSet-Cookie: x=1",
        "x" * 10_000,
        "${jndi:ldap://evil.example/a}",
        "\x1b[31mred\x1b]0;t\x07",
        "\xff\xfe",
        "",
    ],
)
def test_no_browsers_name_is_a_fault(agent: str, world: World) -> None:
    browser = world.browser(Kind.REQUESTER)
    headers = dict.fromkeys(READ_HEADERS, agent)
    for path in (
        "/",
        LOGIN,
        "/administration/",
        "/nothing/",
        "/healthz",
        "/metrics",
        world.path("/a/{token}"),
    ):
        answer = browser.get(path, headers=headers)
        assert is_fine(answer.status_code), path
        assert "x" not in answer.cookies
    assert browser.post(LOGIN, headers=headers).status_code in {303, 422}


@pytest.mark.parametrize(
    "value",
    [
        '"\\000abcdefgh"',
        "\x00",
        "a" * 16_000,
        '"\\377\\355\\240\\200aaaa"',
        "{}",
        "'; DROP TABLE people_person;--",
        "=;=;,",
    ],
)
def test_no_cookie_is_a_fault(value: str, world: World) -> None:
    names = (
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.KNOWN_DEVICE_COOKIE_NAME,
        "messages",
        "_xsrf",
        f"authz-{world.places['link'][:8]}",
    )
    browser = Client(HTTP_COOKIE="; ".join(f"{name}={value}" for name in names))
    for path, code in (
        ("/", 200),
        (LOGIN, 200),
        ("/administration/", 302),
        (world.path("/authorize/{link}/"), 403),
    ):
        assert browser.get(path).status_code == code
    assert browser.post(LOGIN, {"login": "a@acme.example", "password": "x"}).status_code == 422


PATHS = {
    "/a/%ff/": 404,
    "/a/%00": 404,
    "/a/" + "a" * 100_000: 404,
    "/r/%ff%00": 404,
    "/n/%ff%00": 404,
    "/n/%00/not-meant/": 404,
    "/%00": 404,
    "/%ff%fe": 404,
    "/accounts/%00/": 404,
    "/mailbox/%00/": 404,
    "/mailbox/%ff/html": 404,
    "/mailbox/..%2f..%2fsecrets.json/source": 404,
    "/mailbox/..%5c..%5csecrets.json/source": 404,
    "/mailbox/" + "a" * 5000 + "/": 404,
    "/static/%00": 404,
    "/static/../project/settings.py": 404,
    "/static/..%2fproject%2fsettings.py": 404,
    "/.//evil.example/": 404,
    "/accounts/login": 404,
    "/requests/%00/": 404,
    "/requests/" + "A" * 100_000: 404,
    "/accounts/2fa/webauthn/keys/" + "9" * 5000 + "/remove/": 404,
    "/review/%00/": 302,
    "/preview/%ff/": 302,
    "/admin/people/person/%00/change/": 302,
    "/ops/flower/%0d%0aX-Evil:%201": 302,
    "/authorize/00000000-0000-0000-0000-000000000000/": 403,
}


def test_no_path_is_a_fault(world: World) -> None:
    superuser = world.browser(Kind.SUPERUSER)
    superuser.raise_request_exception = True
    stranger = Client()
    for path, code in PATHS.items():
        answer = stranger.get(path)
        assert answer.status_code == code, path[:80]
        assert "X-Evil" not in answer.headers
        assert is_fine(superuser.get(path).status_code), path[:80]


@pytest.mark.parametrize(
    "path", ["//evil.example/", "///", "//evil.example/accounts/login", "/\\evil.example"]
)
def test_two_slashes_lead_nowhere(path: str, db: None) -> None:
    assert Client().get("/", PATH_INFO=path).status_code == 404


def test_no_number_in_a_path_is_a_fault(world: World) -> None:
    browser = world.browser(Kind.REQUESTER)
    for number in ("9" * 30, "9" * 5000, "0", "18446744073709551616"):
        path = world.path("/smart-accounts/{account}/administrators/") + f"{number}/remove/"
        assert browser.get(path).status_code == 404


def test_a_post_without_its_last_slash_is_404(world: World) -> None:
    """No redirect that would lose the form; a link's token has no slash to lose."""
    browser = world.browser(Kind.SUPERUSER)
    paths = [world.path(row.path) for row in WRITABLE if row.path.endswith("/")]
    found = {path: browser.post(path.rstrip("/")).status_code for path in paths}
    # A dead link's page without its slash is a token nobody has, which takes no POST.
    assert {code for path, code in found.items() if not path.startswith("/n/")} == {404}


@pytest.mark.parametrize(
    "target",
    [
        "/%09/evil.example",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/administration/\r\nX: y",
        "\x00",
        "/nothing/",
        "/a\u202e",
        "/" * 5000,
        "/admin/" + "a" * 5000,
        "/%ff%00",
        "http://[",
    ],
)
def test_next_leads_to_a_page_of_ours_or_nowhere(target: str, world: World) -> None:
    person = world.people[Kind.OTHER]
    browser = Client()
    form = {"login": person.email, "password": "correct horse battery staple", "next": target}
    answer = browser.post(f"{LOGIN}?{urlencode({'next': target})}", form)
    assert answer.status_code == 303
    location = answer.headers["Location"]
    assert location == "/administration/" or next_page.is_ours(location)
    assert browser.get(f"{LOGIN}?{urlencode({'next': target})}").status_code in {302, 303}
