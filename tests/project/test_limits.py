"""Who tries too often is told when to come back, counted where all processes see it and by no name one can choose."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as conf
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from tests.people.signing_in import register, sign_in

pytestmark = pytest.mark.django_db


def _reset(browser: Client, number: int) -> HttpResponse:
    return browser.post("/accounts/password/reset/", {"email": f"a{number}@acme.example"})


def _register(browser: Client, number: int) -> HttpResponse:
    return register(browser, f"a{number}@acme.example")


def _sign_in(browser: Client, number: int) -> HttpResponse:
    return sign_in(browser, f"a{number}@acme.example", "wrong words here")


@pytest.mark.parametrize(
    ("ask", "allowed"),
    [(_sign_in, 30), (_register, 10), (_reset, 10)],
    ids=["sign-in", "registration", "reset"],
)
def test_one_network_may_try_so_often_a_minute(
    ask: Callable[[Client, int], HttpResponse], allowed: int, settings: Any
) -> None:
    settings.EVEN_ANSWER_SECONDS = 0.0
    # A name that the client makes up for itself starts no new count; nor does a new browser.
    answers = [
        ask(Client(headers={"x-forwarded-for": f"198.51.100.{number}"}), number)
        for number in range(allowed + 1)
    ]
    assert {answer.status_code for answer in answers[:-1]} <= {303, 422}
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert ask(Client(REMOTE_ADDR="198.51.100.200"), 999).status_code != 429


def test_behind_a_trusted_proxy_each_client_has_its_own_count(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS, settings.TRUSTED_PROXIES = 0.0, ["127.0.0.1/32"]
    for number in range(11):
        last = _register(Client(headers={"x-forwarded-for": "203.0.113.1, 198.51.100.7"}), number)
    assert last.status_code == 429
    assert _register(Client(headers={"x-forwarded-for": "198.51.100.8"}), 99).status_code == 303


def test_counts_are_kept_where_every_process_sees_them_and_no_broker_is_needed() -> None:
    assert conf.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    cache.set("seen-by-all", 1)
    assert cache.get("seen-by-all") == 1
