"""Sign-in, reset, change of address and of password."""

import time
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from django.utils import timezone

from notifications.models import OutgoingEmail
from people import services
from people.models import Person
from tests.people.signing_in import (
    ADDRESS,
    NEW_PASSWORD,
    NEXT,
    PASSWORD,
    a_person,
    code_to,
    confirm,
    is_signed_in,
    letters_to,
    register,
    sign_in,
    signed_in,
    text_of,
    wrong_code,
)

pytestmark = pytest.mark.django_db
UNKNOWN = "nobody@acme.example"
NEW_ADDRESS = "dana@whitfield.example"


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


def ask_reset(client: Client, address: str = ADDRESS) -> Any:
    return client.post("/accounts/password/reset/", {"email": address})


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


def test_a_code_lets_a_person_choose_a_new_password_and_ends_other_sessions() -> None:
    elsewhere = signed_in(a_person())
    client = Client()
    assert ask_reset(client)["Location"] == "/accounts/password/reset/confirm/"
    (letter,) = letters_to()
    assert letter.kind == "password_reset"
    answer = client.post("/accounts/password/reset/confirm/", {"code": code_to()})
    assert answer["Location"] == "/accounts/password/reset/complete/"
    answer = client.post(answer["Location"], {"password1": NEW_PASSWORD})
    assert answer["Location"] == "/accounts/password/reset/done/"
    assert "Your password is saved" in text_of(client.get(answer["Location"]))
    assert not is_signed_in(client)
    assert elsewhere.get(NEXT).status_code == 302
    assert sign_in(Client()).status_code == 422
    assert sign_in(Client(), password=NEW_PASSWORD).status_code == 303


def test_reset_answers_alike_for_known_unknown_suspended_and_unproved_addresses() -> None:
    a_person()
    services.suspend(a_person("suspended@acme.example"), now=timezone.now())
    register(Client(), "unproved@acme.example")
    OutgoingEmail.objects.all().delete()
    pages = set()
    for address in (ADDRESS, UNKNOWN, "suspended@acme.example", "unproved@acme.example"):
        client = Client()
        answer = ask_reset(client, address)
        page = client.get(answer["Location"])
        wrong = client.post("/accounts/password/reset/confirm/", {"code": "000000"})
        texts = tuple(text_of(each).replace(address, "…") for each in (page, wrong))
        pages.add((answer.status_code, answer["Location"], tuple(answer.cookies), wrong.status_code, *texts))
    assert len(pages) == 1
    assert list(OutgoingEmail.objects.values_list("to", flat=True)) == [ADDRESS]


def test_a_new_password_follows_the_rules_of_registration() -> None:
    a_person()
    client = Client()
    ask_reset(client)
    client.post("/accounts/password/reset/confirm/", {"code": code_to()})
    answer = client.post("/accounts/password/reset/complete/", {"password1": "whitfield on a hill"})
    assert answer.status_code == 422
    assert "without parts of your e-mail address" in text_of(answer)


def test_the_fifth_wrong_reset_code_ends_the_challenge() -> None:
    a_person()
    client = Client()
    ask_reset(client)
    page = "/accounts/password/reset/confirm/"
    answers = [client.post(page, {"code": wrong_code()}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [303]
    assert client.post(page, {"code": code_to()})["Location"] == "/accounts/login/"


def test_a_second_reset_letter_within_a_minute_is_too_many() -> None:
    a_person()
    ask_reset(Client())
    answer = ask_reset(Client())
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert len(letters_to()) == 1


def test_changing_the_address_asks_for_the_password_first_then_for_a_code_and_tells_the_old_one() -> None:
    person = a_person()
    client = signed_in(person)
    answer = client.post("/accounts/email/", {"email": NEW_ADDRESS, "action_add": "1"})
    assert answer.status_code == 303
    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
    assert letters_to(NEW_ADDRESS) == []
    answer = client.post(answer["Location"], {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/confirm-email/")
    assert services.verified(person) == [ADDRESS]
    (letter,) = letters_to(NEW_ADDRESS)
    assert (letter.kind, letter.primitives["purpose"]) == ("registration_code", "change")
    assert confirm(client, code_to(NEW_ADDRESS))["Location"] == NEXT
    assert services.verified(person) == [NEW_ADDRESS]
    assert letters_to()[-1].kind == "email_changed"
    assert letters_to()[-1].primitives["new_address"] == NEW_ADDRESS
    person.refresh_from_db()
    assert person.full_name == "Dana Whitfield"
    assert sign_in(Client()).status_code == 422
    assert sign_in(Client(), NEW_ADDRESS).status_code == 303


def test_an_address_of_another_person_cannot_be_taken_even_with_its_code() -> None:
    a_person(NEW_ADDRESS)
    client = signed_in(a_person())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": NEXT})
    client.post("/accounts/email/", {"email": NEW_ADDRESS, "action_add": "1"})
    answer = confirm(client, code_to(NEW_ADDRESS))
    assert answer.status_code == 422
    assert "That code is not right" in text_of(answer)


def test_a_registration_nobody_proved_gives_way_to_whoever_proves_the_address() -> None:
    register(Client(), NEW_ADDRESS)
    person = a_person()
    client = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": NEXT})
    with time_machine.travel(time.time() + 61):
        client.post("/accounts/email/", {"email": NEW_ADDRESS, "action_add": "1"})
        assert confirm(client, code_to(NEW_ADDRESS)).status_code == 303
    assert services.holder_of(NEW_ADDRESS) == person
    assert Person.objects.get() == person


def test_the_own_address_is_no_new_address() -> None:
    client = signed_in(a_person())
    answer = client.post("/accounts/email/", {"email": ADDRESS, "action_add": "1"})
    assert answer.status_code == 422
    assert "This is your address already" in text_of(answer)


def test_changing_the_password_keeps_this_session_and_ends_others() -> None:
    person = a_person()
    client, elsewhere = signed_in(person), signed_in(person)
    page = "/accounts/password/change/"
    wrong = client.post(page, {"oldpassword": "not it", "password1": NEW_PASSWORD})
    assert wrong.status_code == 422
    assert "That is not your password" in text_of(wrong)
    assert NEW_PASSWORD not in text_of(wrong)
    answer = client.post(page, {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    assert (answer.status_code, answer["Location"]) == (303, NEXT)
    assert client.get(NEXT).status_code == 200
    assert elsewhere.get(NEXT).status_code == 302


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
