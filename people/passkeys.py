"""The forms that take what a browser says for a passkey: junk is refused like a wrong code."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms

from people.second_factor_forms import NamedKey

# A credential of a browser is some hundred characters, with an attestation a few thousand.
_CREDENTIAL_LIMIT = 32_000
# What the parsers of JSON, base64, CBOR and keys run into in what no browser made. allauth names only some.
_MALFORMED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class CredentialField(forms.JSONField):
    """A browser's answer as JSON: one object, of a size that browsers send."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > _CREDENTIAL_LIMIT:
            raise _refused()
        with _junk_refused():
            credential = super().to_python(value)
        if credential is not None and not isinstance(credential, dict):
            raise _refused()
        return credential

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show nothing again: the browser makes a new answer for each try."""
        return None


class AddPasskey(NamedKey, webauthn_forms.AddWebAuthnForm):
    credential = CredentialField()

    def clean_name(self) -> str:
        name = super().clean_name()
        return name or str(get_adapter().generate_authenticator_name(self.user, Authenticator.Type.WEBAUTHN))

    def clean(self) -> Any:
        with _junk_refused():
            return super().clean()


class AuthenticateByPasskey(webauthn_forms.AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Any:
        with _junk_refused():
            return super().clean_credential()


class ReauthenticateByPasskey(webauthn_forms.ReauthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self) -> Any:
        with _junk_refused():
            return super().clean_credential()


@contextmanager
def _junk_refused() -> Iterator[None]:
    try:
        yield
    except _MALFORMED as error:
        raise _refused() from error


def _refused() -> forms.ValidationError:
    error: forms.ValidationError = get_adapter().validation_error("incorrect_code")
    return error
