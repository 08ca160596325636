"""Sessions: sealed at rest, new at sign-in, worthless once ended."""

import json
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.utils import timezone

from people import services, sessions
from tests.people.signing_in import NAME, NEXT, a_person, code_to, register, sign_in, signed_in

OLD_KEY = "an-old-key-0123456789-abcdefghijklmnop"
NEW_KEY = "a-new-key-0123456789-abcdefghijklmnop!"


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


def test_a_session_comes_back_as_it_was() -> None:
    kept = {"code": "123456", "at": 1.5, "name": "Łukasiewicz", "nested": {"list": [1, None]}}
    sealed = sessions.EncryptedSerializer().dumps(kept)
    assert b"123456" not in sealed
    assert sessions.EncryptedSerializer().loads(sealed) == kept


def test_an_older_key_still_opens_until_it_is_taken_away(settings: Any) -> None:
    settings.SESSION_KEYS = [OLD_KEY]
    sealed = sessions.EncryptedSerializer().dumps({"kept": True})
    settings.SESSION_KEYS = [NEW_KEY, OLD_KEY]
    assert sessions.EncryptedSerializer().loads(sealed) == {"kept": True}
    settings.SESSION_KEYS = [NEW_KEY]
    with pytest.raises(InvalidToken):
        sessions.EncryptedSerializer().loads(sealed)


@pytest.mark.django_db
def test_what_a_session_holds_cannot_be_read_in_the_database() -> None:
    client = Client()
    register(client)

    class Raw:
        def loads(self, data: bytes) -> str:
            return data.decode()

    stored = Session.objects.get().session_data
    unsigned = signing.loads(
        stored,
        salt="django.contrib.sessions.SessionStore",
        serializer=Raw,  # type: ignore[arg-type]
    )
    assert code_to() not in unsigned
    assert NAME not in unsigned
    assert NAME in json.dumps(dict(client.session.items()))


@pytest.mark.django_db
def test_a_session_nobody_can_open_is_an_empty_one(settings: Any) -> None:
    client = signed_in(a_person())
    settings.SESSION_KEYS = [NEW_KEY]
    assert client.get(NEXT).status_code == 302


@pytest.mark.django_db
def test_the_session_changes_at_sign_in() -> None:
    a_person()
    client = Client()
    sign_in(client, password="not the password")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    sign_in(client)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


@pytest.mark.django_db
def test_a_signed_out_cookie_opens_nothing(settings: Any) -> None:
    client = signed_in(a_person())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post("/accounts/logout/")["Location"] == "/"
    replayed = Client()
    replayed.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert replayed.get(NEXT).status_code == 302
    assert not Session.objects.filter(session_key=cookie).exists()


@pytest.mark.django_db
def test_asking_to_sign_out_signs_nobody_out() -> None:
    client = signed_in(a_person())
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get(NEXT).status_code == 200


@pytest.mark.django_db
def test_a_suspension_ends_open_sessions() -> None:
    person = a_person()
    client = signed_in(person)
    services.suspend(person, now=timezone.now())
    assert client.get(NEXT).status_code == 302


@pytest.mark.django_db
def test_a_session_knows_when_its_person_signed_in(rf: Any) -> None:
    before = timezone.now()
    person = a_person()
    client = signed_in(person)
    request = rf.get("/")
    request.session, request.user = client.session, person
    moment = sessions.signed_in_at(request)
    assert moment is not None
    assert before <= moment <= timezone.now()
