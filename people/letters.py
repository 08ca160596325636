"""Which letter of the post office stands for each message that allauth wants to send."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.account import app_settings
from django.urls import reverse

from notifications import outbox
from notifications.emails.already_registered import AlreadyRegistered
from notifications.emails.email_changed import EmailChanged
from notifications.emails.letter import Letter
from notifications.emails.password_reset import PasswordReset
from notifications.emails.registration_code import Purpose, RegistrationCode
from people.codes import DerivedCode

# Said on the page that the person has before them; the product has no letter for these.
ON_THE_PAGE_ONLY = frozenset(
    {
        "account/email/password_changed",
        "account/email/password_reset",
        "mfa/email/recovery_codes_generated",
        "mfa/email/totp_activated",
        "mfa/email/totp_deactivated",
        "mfa/email/webauthn_added",
        "mfa/email/webauthn_removed",
    }
)


class UnknownMessage(LookupError):
    """allauth wants to send something for which there is no letter."""


def post(
    template_prefix: str, *, to: str, context: Mapping[str, Any], now: datetime, language: str = "en"
) -> None:
    """Promise the letter that stands for this message, in the page's language. Raises UnknownMessage.

    A code goes into the outbox as the id of its challenge alone."""
    if template_prefix in ON_THE_PAGE_ONLY:
        return
    letter = _letter(template_prefix, context, now)
    key = getattr(letter, "challenge_id", "") or str(uuid4())
    outbox.post(letter, to=to, key=f"{letter.kind}:{key}", language=language)


def _letter(template_prefix: str, context: Mapping[str, Any], now: datetime) -> Letter:
    match template_prefix:
        case "account/email/email_confirmation_signup":
            return RegistrationCode(purpose=Purpose.REGISTRATION.value, **_proof(context, now))
        case "account/email/email_confirmation":
            return RegistrationCode(purpose=Purpose.CHANGE.value, **_proof(context, now))
        case "account/email/account_already_exists":
            return AlreadyRegistered(page_path=reverse("account_login"))
        case "account/email/password_reset_code":
            return PasswordReset(**_reset(context, now))
        case "account/email/email_changed":
            return EmailChanged(new_address=context["to_email"], changed_at=now.isoformat())
        case _:
            raise UnknownMessage(f"No letter stands for allauth's {template_prefix!r}.")


def _proof(context: Mapping[str, Any], now: datetime) -> dict[str, str]:
    return _code(context["code"], now, app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT)


def _reset(context: Mapping[str, Any], now: datetime) -> dict[str, str]:
    return _code(context["code"], now, app_settings.PASSWORD_RESET_BY_CODE_TIMEOUT)


def _code(code: DerivedCode, now: datetime, lives_seconds: int) -> dict[str, str]:
    return {
        "challenge_id": code.challenge_id,
        "expires_at": (now + timedelta(seconds=lives_seconds)).isoformat(),
    }
