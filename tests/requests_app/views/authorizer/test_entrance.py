"""/a/: one page for every unknown token, a cookie for a known one, and nothing written."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.test.utils import override_settings
from prometheus_client import REGISTRY

from notifications import links
from requests_app.models import AuthorizationLink
from requests_app.services import nomination, withdrawal
from tests import make
from tests.make import NOW
from tests.requests_app.views.authorizer.browsing import (
    Browser,
    every_row,
    first_of,
    page_of,
    path_of,
    shown,
    stop_path_of,
    text_of,
    title_of,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def link() -> AuthorizationLink:
    return make.link_of(make.request())


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a" * 31,
        "a" * 32,
        "a" * 33,
        "a" * 500,
        "a" * 100_000,
        "0189-" + "a" * 27,
        "A" * 32,
        "%ff/",
        "%ff" * 32,
        "../admin/",
    ],
)
def test_no_token_and_nobodys_token_are_404(typed: str) -> None:
    assert Client().get(f"/a/{typed}").status_code == 404


def test_malformed_and_unknown_tokens_get_one_and_the_same_page() -> None:
    malformed, unknown = Client().get("/a/short"), Client().get("/a/" + "b" * 32)
    assert shown(malformed) == shown(unknown)
    assert title_of(malformed).startswith("We do not know this link")


@pytest.mark.parametrize("tail", [".", ")", ">", "%20", ").", "%3D%0D%0A", "/", "%E2%80%8B", "…"])
def test_what_a_mail_client_adds_at_the_end_is_removed(link: AuthorizationLink, tail: str) -> None:
    assert Client().get(path_of(link) + tail).headers["Location"] == page_of(link)


def test_soft_breaks_inside_are_removed(link: AuthorizationLink) -> None:
    path = path_of(link)
    assert Client().get(f"{path[:20]}%3D%0D%0A{path[20:]}").status_code == 303


def test_opening_sets_a_cookie_for_this_link_alone(link: AuthorizationLink) -> None:
    response = Client().get(path_of(link))
    assert response.status_code == 303
    [cookie] = response.cookies.values()
    assert cookie.key == f"authz-{link.pk.hex[:8]}"
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["path"]) == (
        True,
        "Lax",
        1800,
        "/",
    )


@override_settings(SECURE=True)
def test_over_https_the_cookie_is_bound_to_the_host(link: AuthorizationLink) -> None:
    [cookie] = Client().get(path_of(link)).cookies.values()
    assert cookie.key == f"__Host-authz-{link.pk.hex[:8]}"
    assert cookie["secure"] is True
    assert not cookie["domain"]


def test_a_scanner_writes_nothing_and_head_gets_no_cookie(link: AuthorizationLink) -> None:
    before = every_row()
    for _ in range(10):
        head = Client().head(path_of(link))
        assert (head.status_code, len(head.cookies)) == (303, 0)
        assert Client().get(path_of(link)).status_code == 303
    assert every_row() == before


def test_openings_are_counted_and_not_stored(link: AuthorizationLink) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("authorizer_link_openings_total", {"answer": "303"}) or 0

    before = counted()
    Client().get(path_of(link))
    assert counted() == before + 1


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_other_methods_are_405(link: AuthorizationLink, method: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(path_of(link))
    assert response.status_code == 405
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_link_works_until_its_last_second(link: AuthorizationLink) -> None:
    with time_machine.travel(link.expires_at - SECOND, tick=False):
        assert Client().get(path_of(link)).status_code == 303


def test_an_expired_link_says_so_and_offers_a_new_one(link: AuthorizationLink) -> None:
    browser = Browser()
    with time_machine.travel(link.expires_at + SECOND, tick=False):
        response = browser.get(path_of(link))
        assert response.status_code == 410
        assert title_of(response).startswith("This link expired on 9 December 2026")
        assert f'action="/authorize/{link.pk}/new-link/"' in response.content.decode()
        head = Client().head(path_of(link))
        assert not [name for name in head.cookies if "authz" in name]
        assert browser.send(f"/authorize/{link.pk}/new-link/").status_code == 303
    assert len(make.posted("new_link")) == 1


def test_a_superseded_link_is_410_and_names_nobody(link: AuthorizationLink) -> None:
    made = link.nomination.request
    nomination.replace(made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=NOW)
    response = Client().get(path_of(link))
    assert response.status_code == 410
    assert "replaced by a newer request" in text_of(response)
    assert "lee@" not in text_of(response)
    assert "Dana" not in text_of(response)
    assert not response.cookies


def test_a_closed_requests_link_is_410_and_after_ninety_days_404(link: AuthorizationLink) -> None:
    made = link.nomination.request
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    assert Client().get(path_of(link)).status_code == 410
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        response = Client().get(path_of(link))
        assert shown(response) == shown(Client().get("/a/" + "b" * 32))
        assert response.status_code == 404


def test_a_token_of_another_kind_opens_nothing(link: AuthorizationLink) -> None:
    token = make.token_of(link)
    stop = stop_path_of(first_of(link.nomination.request)).removeprefix("/n/")
    assert Client().get(f"/n/{token}").status_code == 404
    assert Client().post(f"/n/{token}").status_code == 404
    assert Client().get(f"/r/{token}").status_code == 404
    assert Client().get(f"/a/{stop}").status_code == 404
    assert Client().get(f"/r/{stop}").status_code == 404


def test_no_page_of_a_link_shows_a_token(link: AuthorizationLink) -> None:
    browser = Browser()
    page = browser.open(link).content.decode()
    assert make.token_of(link) not in page
    assert links.token(links.Label.STOP, link.nomination.stop_seed) not in page


@pytest.mark.parametrize(
    "path",
    [
        "/a/short",
        "/a/" + "b" * 32,
        "/n/short",
        "/r/short",
        "/authorize/x/",
        "/authorize/" + "0" * 8 + "-0000-4000-8000-" + "0" * 12 + "/",
    ],
)
def test_every_answer_carries_the_headers_of_a_private_page(path: str) -> None:
    for response in (Client().get(path), Client(enforce_csrf_checks=True).post(path)):
        assert response.headers["Cache-Control"] == "no-store, private"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "unsafe" not in policy
