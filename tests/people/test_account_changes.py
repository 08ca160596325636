"""Reset and change of the password, and change of the address."""

import time
from typing import Any

import pytest
import time_machine
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


def test_a_second_press_within_a_minute_leads_to_the_code_that_was_sent() -> None:
    a_person()
    client = Client()
    first = ask_reset(client)
    second = ask_reset(client)
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert len(letters_to()) == 1
    assert client.post("/accounts/password/reset/confirm/", {"code": code_to()}).status_code == 303


def test_a_second_press_answers_alike_for_an_address_nobody_has() -> None:
    client = Client()
    first, second = ask_reset(client, UNKNOWN), ask_reset(client, UNKNOWN)
    assert (
        (first.status_code, first["Location"])
        == (second.status_code, second["Location"])
        == (
            303,
            "/accounts/password/reset/confirm/",
        )
    )


def test_another_address_asked_for_in_the_same_browser_gets_its_own_code() -> None:
    a_person()
    a_person(NEW_ADDRESS)
    client = Client()
    ask_reset(client)
    assert ask_reset(client, NEW_ADDRESS).status_code == 303
    assert (len(letters_to()), len(letters_to(NEW_ADDRESS))) == (1, 1)


def test_after_the_minute_a_new_code_is_sent() -> None:
    a_person()
    client = Client()
    ask_reset(client)
    with time_machine.travel(time.time() + 61):
        assert ask_reset(client).status_code == 303
    assert len(letters_to()) == 2


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
