"""What a browser says for a passkey may be anything: junk is refused like a wrong code."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from people.models import Person
from tests.people.signing_in import PASSWORD, a_person, is_signed_in, sign_in, signed_in, text_of

pytestmark = pytest.mark.django_db
ADD = "/accounts/2fa/webauthn/add/"
AGAIN = "/accounts/2fa/webauthn/reauthenticate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"
CLIENT = b'{"type": "webauthn.create", "challenge": "AA", "origin": "https://localhost"}'


def _shaped(**response: Any) -> str:
    """Something with the outline of a browser's answer."""
    answer = {
        "clientDataJSON": "e30",
        "attestationObject": "oA",
        "authenticatorData": "AAAA",
        "signature": "AA",
    }
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": answer | response})


JUNK = {
    "nothing": "",
    "no JSON": "{",
    "null": "null",
    "a list": "[]",
    "a number": "9" * 5000,
    "an empty object": "{}",
    "deep": "[" * 20_000,
    "a deep object": '{"a":' * 5_000,
    "long": json.dumps({"id": "A" * 40_000}),
    "a lone surrogate": '{"id": "\\ud800", "rawId": "\\ud800", "type": "public-key", "response": {}}',
    "numbers for words": '{"id": 1, "rawId": 2, "type": 3, "response": 4}',
    "empty parts": _shaped(),
    "no base64": _shaped(clientDataJSON="*", attestationObject="*"),
    "no CBOR": _shaped(attestationObject="_____w"),
    "deep CBOR": _shaped(attestationObject="gYGB" * 5_000),
    "a word for an object": _shaped(clientDataJSON="ImEi"),
    "no challenge": _shaped(clientDataJSON="eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0"),
    "short data": _shaped(authenticatorData=""),
}


def _with_passkey(person: Person) -> Person:
    """A person who has a passkey, made as an authenticator makes one."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid.NONE, b"key-1", key)
    about = AuthenticatorData.create(b"\0" * 32, AuthenticatorData.FLAG.AT, 0, made)
    attestation = websafe_encode(AttestationObject.create("none", about, {}))
    response = {
        "clientDataJSON": websafe_encode(CLIENT),
        "attestationObject": attestation,
    }
    shown = {"id": websafe_encode(b"key-1"), "rawId": websafe_encode(b"key-1"), "type": "public-key"}
    Authenticator.objects.create(
        user=person,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": shown | {"response": response}},
    )
    return person


@pytest.mark.parametrize("name", JUNK)
def test_no_junk_becomes_a_passkey(name: str) -> None:
    browser = signed_in(a_person())
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/"})
    assert browser.get(ADD).status_code == 200
    answer = browser.post(ADD, {"name": "Key", "credential": JUNK[name]})
    assert answer.status_code == 422
    assert "Error:" in text_of(answer)
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("name", JUNK)
def test_no_junk_signs_in_in_a_passkeys_place(name: str) -> None:
    person = _with_passkey(a_person())
    browser = Client()
    assert sign_in(browser, person.email)["Location"] == AUTHENTICATE
    assert browser.get(AUTHENTICATE).status_code == 200
    assert browser.post(AUTHENTICATE, {"credential": JUNK[name]}).status_code == 422
    assert not is_signed_in(browser)


@pytest.mark.parametrize("name", JUNK)
def test_no_junk_proves_a_person_once_more(name: str) -> None:
    browser, person = Client(), a_person()
    sign_in(browser)
    _with_passkey(person)
    assert browser.get(AGAIN).status_code == 200
    assert browser.post(AGAIN, {"credential": JUNK[name]}).status_code in {303, 422}
    # It is asked for as before.
    assert browser.get(ADD).status_code == 302
