"""Sign-in: where it leads, what it costs, what it gives away, and when it is too much."""

from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.utils import timezone

from people import services
from tests.people.signing_in import (
    ADDRESS,
    NEXT,
    PASSWORD,
    a_person,
    is_signed_in,
    register,
    sign_in,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db
UNKNOWN = "nobody@acme.example"


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


def test_address_and_password_sign_in_and_lead_to_the_page_asked_for() -> None:
    a_person()
    client = Client()
    answer = sign_in(client, f"  {ADDRESS.upper()} ")
    assert (answer.status_code, answer["Location"]) == (303, NEXT)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/%09/evil.example",
        "/%2F/evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/no/such/page",
        "http://testserver/accounts/",
    ],
)
def test_next_leads_to_pages_of_ours_only(evil: str, settings: Any) -> None:
    settings.LOGIN_REDIRECT_URL = "account"
    a_person()
    assert sign_in(Client(), next=evil)["Location"] == "/accounts/"
    assert Client().post("/accounts/logout/", {"next": evil})["Location"] == "/"


def test_unknown_suspended_and_closed_accounts_are_answered_like_a_wrong_password() -> None:
    a_person()
    services.suspend(a_person("suspended@acme.example"), now=timezone.now())
    closed = a_person("closed@acme.example")
    closed.is_active = False
    closed.save()
    register(Client(), "unproved@acme.example")
    tries = {
        ADDRESS: "not the password",
        UNKNOWN: PASSWORD,
        "suspended@acme.example": PASSWORD,
        "closed@acme.example": PASSWORD,
        "unproved@acme.example": PASSWORD,
    }
    pages = set()
    for address, password in tries.items():
        answer = sign_in(Client(), address, password)
        pages.add((answer.status_code, tuple(answer.cookies), text_of(answer).replace(address, "…")))
    ((status, _, page),) = pages
    assert status == 422
    assert "<title>Error: Sign in" in page
    assert "The e-mail address or the password is wrong" in page


@pytest.mark.parametrize("address", [ADDRESS, UNKNOWN, "suspended@acme.example", "unproved@acme.example"])
def test_a_failed_sign_in_costs_one_hash_whoever_it_is_for(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_person()
    services.suspend(a_person("suspended@acme.example"), now=timezone.now())
    register(Client(), "unproved@acme.example")
    hashes: list[str] = []
    for work in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, work)

        def counted(*args: Any, work: str = work, real: Any = real) -> Any:
            hashes.append(work)
            return real(*args)

        monkeypatch.setattr(Argon2PasswordHasher, work, counted)
    sign_in(Client(), address, "not the password")
    assert len(hashes) == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_registration_costs_one_hash_for_known_and_new_addresses(
    known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if known:
        a_person()
    hashes: list[str] = []
    real = Argon2PasswordHasher.encode
    monkeypatch.setattr(
        Argon2PasswordHasher, "encode", lambda *args: [hashes.append("encode"), real(*args)][1]
    )
    register(Client())
    assert len(hashes) == 1


def test_a_suspension_lifted_lets_the_person_in_again() -> None:
    person = a_person()
    services.suspend(person, now=timezone.now())
    services.lift_suspension(person)
    assert sign_in(Client()).status_code == 303


def test_the_eleventh_wrong_password_is_too_many_but_not_in_a_browser_the_person_used_before() -> None:
    known = signed_in(a_person())
    known.post("/accounts/logout/")
    stranger = Client()
    answers = [sign_in(stranger, password=f"wrong number {n}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 900
    assert "Too many tries" in text_of(answers[-1])
    assert sign_in(stranger).status_code == 429
    assert sign_in(known).status_code == 303


def test_a_browser_known_for_one_person_is_a_stranger_to_others() -> None:
    a_person()
    other = signed_in(a_person("other@acme.example"))
    other.post("/accounts/logout/")
    for number in range(10):
        sign_in(other, password=f"wrong number {number}")
    assert sign_in(Client()).status_code == 429


def test_a_network_that_tries_many_addresses_is_stopped_and_others_are_not(settings: Any) -> None:
    a_person()
    flood = [sign_in(Client(), f"person{n}@acme.example", "x") for n in range(31)]
    assert flood[29].status_code == 422
    assert flood[30].status_code == 429
    assert 0 < int(flood[30]["Retry-After"]) <= 60
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(elsewhere).status_code == 303


def test_signing_in_counts_no_failure() -> None:
    a_person()
    assert [sign_in(Client()).status_code for _ in range(11)] == [303] * 11


@pytest.mark.parametrize("page", ["login", "signup", "password/reset", "logout"])
def test_forms_are_refused_without_their_token(page: str) -> None:
    assert Client(enforce_csrf_checks=True).post(f"/accounts/{page}/", {}).status_code == 403


@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_json_is_no_form_and_gets_no_json(page: str) -> None:
    answer = Client().post(f"/accounts/{page}/", "{}", content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        "password/set/",
        "inactive/",
        "login/code/",
        "login/code/confirm/",
        "phone/verify/",
        "signup/passkey/",
        "password/reset/key/1-x/",
        "confirm-email/abc/",
        "2fa/webauthn/login/",
        "2fa/webauthn/signup/",
        "2fa/trust/",
        "login",
    ],
)
def test_pages_that_the_product_does_not_use_do_not_exist(path: str) -> None:
    assert signed_in(a_person()).get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
def test_pages_of_the_way_in_carry_no_style_attribute_and_no_inline_script(path: str) -> None:
    assert_plain(Client().get(f"/accounts/{path}"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "logout/",
        "email/",
        "password/change/",
        "reauthenticate/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/recovery-codes/generate/",
    ],
)
def test_pages_of_the_account_carry_no_style_attribute_and_no_inline_script(path: str) -> None:
    client = signed_in(a_person())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": NEXT})
    assert_plain(client.get(f"/accounts/{path}"))


def assert_plain(answer: Any) -> None:
    page = text_of(answer)
    assert answer.status_code == 200
    assert "<h1>" in page
    assert " style=" not in page
    assert "<script>" not in page
    assert " onclick=" not in page
