"""A code from a letter has five tries, also where forms sent at once write the session's count over each other."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.people.signing_in import ADDRESS, a_person, code_to, register, text_of, wrong_code

pytestmark = pytest.mark.django_db
ENDED = "/accounts/login/"
REGISTRATION, RESET = "/accounts/confirm-email/", "/accounts/password/reset/confirm/"


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


def ask_reset(client: Client, address: str = ADDRESS) -> Any:
    return client.post("/accounts/password/reset/", {"email": address})


def begin_reset(client: Client) -> None:
    a_person()
    ask_reset(client)


def in_parallel(client: Client, page: str, codes: list[str]) -> list[Any]:
    """Send each code with the session as it was before the first: all had read it when the first was written."""
    session = client.session
    read = dict(session.items())
    answers = []
    for code in codes:
        answers.append(client.post(page, {"code": code}))
        session.clear()
        session.update(read)
        session.save()
    return answers


@pytest.mark.parametrize(("begin", "page"), [(register, REGISTRATION), (begin_reset, RESET)])
def test_of_many_wrong_codes_sent_at_once_five_are_compared(
    begin: Callable[[Client], Any], page: str
) -> None:
    client = Client()
    begin(client)
    answers = in_parallel(client, page, [wrong_code()] * 7)
    assert [answer.status_code for answer in answers] == [422] * 5 + [303] * 2
    assert {answer["Location"] for answer in answers[5:]} == {ENDED}
    # A slower request has brought the session's count back, and with it the code.
    right = client.post(page, {"code": code_to()})
    assert (right.status_code, right["Location"]) == (303, ENDED)
    assert "That was the last try for this code" in text_of(client.get(ENDED))
    assert client.get("/accounts/").status_code == 302


def test_the_fifth_try_may_be_the_right_one() -> None:
    client = Client()
    register(client)
    answers = in_parallel(client, REGISTRATION, [wrong_code()] * 4)
    assert [answer.status_code for answer in answers] == [422] * 4
    assert client.post(REGISTRATION, {"code": code_to()})["Location"] != ENDED


def test_an_address_without_an_account_has_as_many_tries_each_time_one_starts() -> None:
    client = Client()
    with time_machine.travel(time.time(), tick=False) as clock:
        for _ in range(2):
            ask_reset(client, "nobody@acme.example")
            answers = [client.post(RESET, {"code": "123456"}).status_code for _ in range(6)]
            # The fifth leads to the door, and so does whatever comes later.
            assert answers == [422] * 4 + [303] * 2
            clock.shift(61)
