"""Whoever asks learns nothing of others: the same words, headers and statements, whatever exists."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people import services
from tests import make
from tests.people.signing_in import a_person, register, sign_in, text_of
from tests.requests_app.wizard.browsing import ACCOUNT, Walk
from tests.smart_accounts import builders

pytestmark = pytest.mark.django_db
# Of one length, so that not even the size of a page differs; of no domain that the person agrees with.
EXISTING, RIVAL, FREE = "inuse.example", "rival.example", "fresh.example"
EDITED = {"domain_edited": "1", "domain_note": "Ours since 1994."}


@pytest.fixture(autouse=True)
def _others() -> Any:
    with time_machine.travel(make.NOW, tick=False):
        builders.account(EXISTING)
        make.request(make.person(), account_domain=RIVAL, domain_edited=True, domain_note="ours")
        yield


def seen(ask: Callable[[], HttpResponse], identifier: str) -> tuple[Any, ...]:
    """What one answer shows, and which statements it took: time follows from them, and never flakes."""
    with CaptureQueriesContext(
        connection,
    ) as statements:
        response = ask()
    asked = [_shape(statement["sql"], identifier) for statement in statements.captured_queries]
    where = _shape(response.headers.get("Location", ""), identifier)
    return (
        response.status_code,
        where,
        sorted(response.headers),
        sorted(response.cookies),
        len(response.content),
        _shape(text_of(response), identifier),
        asked,
    )


def _shape(text: str, identifier: str) -> str:
    """Take out the identifier itself, and what differs between two askings of the same thing."""
    text = text.replace(identifier, "IDENTIFIER")
    text = re.sub(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", "UUID", text)
    text = re.sub(r"SAR-\w{4}-\w{4}", "REFERENCE", text)
    return re.sub(r"'[^']*'|\b\d+\b|s\d+_x\d+", "VALUE", text)


@pytest.mark.parametrize(
    "own", [False, True], ids=["a stranger", "a colleague, who is told by a page of its own"]
)
def test_a_look_up_answers_alike_for_what_exists_what_a_rival_wants_and_what_is_free(own: bool) -> None:
    walk = Walk()
    names = [f"{name}.acme-robotics.example" for name in ("a", "b", "c")] if own else [EXISTING, RIVAL, FREE]
    if own:
        builders.account(names[0])
        make.request(make.person(), account_domain=names[1])
    url = f"/request/draft/{walk.draft_id}/explanation/"
    # Asked in turns, so that what the first asking warms up is not taken for a difference.
    answers = [
        (name, seen(lambda name=name: walk.post(url, {"account_domain": name}), name))  # type: ignore[misc]
        for _ in range(5)
        for name in names
    ][len(names) :]
    assert len({repr(answer) for _, answer in answers}) == 1


def _sent(identifier: str, requester: str) -> list[tuple[Any, ...]]:
    """Go the whole way with one identifier; returns what each page showed."""
    walk = Walk(make.person(requester))
    shown = []
    for page, fields in (
        ("account", {**ACCOUNT, **EDITED, "account_domain": identifier}),
        ("check", {}),
        ("company", {}),
        ("administrators", {}),
        ("review", {}),
    ):
        walk.open(page)
        shown.append(seen(lambda page=page: walk.open(page), identifier))  # type: ignore[misc]
        # The warning is read for exactly what it showed.
        typed = (
            {"seen": walk.open(page).context["form"].initial.get("seen", "")} if page == "check" else fields
        )
        shown.append(seen(lambda page=page, typed=typed: walk.send(page, **typed), identifier))  # type: ignore[misc]
    return shown


def test_a_stranger_who_sends_a_request_sees_the_same_pages_for_each() -> None:
    """Accepted and held alike; only the reviewer is told that it exists already, or that another wants it."""
    ways = [
        _sent(identifier, f"{name}@elsewhere.example")
        for identifier, name in ((EXISTING, "ann"), (RIVAL, "bob"), (FREE, "cal"))
    ]
    assert all(page[0] in {200, 303} for page in ways[0])
    # What is stored and who is told may differ behind the last form; what the page answers may not.
    shown = [[page[:4] for page in way] for way in ways]
    assert shown[0] == shown[1] == shown[2]


SIGNED_UP = {
    "known": "known@acme.example",
    "unknown": "fresh@acme.example",
    "suspended": "gone1@acme.example",
}


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda browser, address: register(browser, address), id="registration"),
        pytest.param(
            lambda browser, address: browser.post("/accounts/password/reset/", {"email": address}), id="reset"
        ),
        pytest.param(lambda browser, address: sign_in(browser, address, "wrong words here"), id="sign-in"),
    ],
)
def test_known_unknown_and_suspended_addresses_are_answered_alike(
    ask: Callable[[Client, str], HttpResponse], settings: Any
) -> None:
    settings.EVEN_ANSWER_SECONDS = 0.0
    a_person(SIGNED_UP["known"])
    services.suspend(a_person(SIGNED_UP["suspended"]), now=make.NOW)
    answers = set()
    for address in SIGNED_UP.values():
        browser = Client()
        browser.get("/accounts/login/")
        answer = ask(browser, address)
        location = answer.headers.get("Location", "")
        after = browser.get(location) if location else answer
        answers.add(
            (
                answer.status_code,
                location,
                tuple(sorted(answer.headers)),
                tuple(sorted(answer.cookies)),
                after.status_code,
                text_of(after).replace(address, "ADDRESS"),
            )
        )
    assert len(answers) == 1


def test_asking_for_access_answers_alike_for_what_is_not_yours_and_what_does_not_exist() -> None:
    account = builders.account("theirs.example")
    browser = Client()
    browser.force_login(make.person("olga@elsewhere.example"))
    there = seen(lambda: browser.post(f"/smart-accounts/access/{account.pk}/"), "x")
    nowhere = seen(lambda: browser.post("/smart-accounts/access/8c0f7c1e-0000-4000-8000-000000000000/"), "x")
    assert there[:6] == nowhere[:6]
    assert there[0] == 404
