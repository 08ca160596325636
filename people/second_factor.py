"""The second factor: who has one, and whether this session has shown it."""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.http import HttpRequest

from people.models import Person

_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class NoApp(LookupError):
    """The person has no authenticator app."""


def is_enrolled(person: Person) -> bool:
    """Tell whether the person has an authenticator app or a passkey; recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user=person, type__in=_KINDS).exists())


def has_app(person: Person) -> bool:
    """Tell whether the person has an authenticator app."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def was_shown(request: HttpRequest) -> bool:
    """Tell whether whoever uses this session has shown a second factor in it."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def enrol(person: Person, *, secret: str) -> None:
    """Give the person an authenticator app with this secret (base32), in place of any other."""
    reset(person)
    totp.TOTP.activate(person, secret)


def reset(person: Person) -> int:
    """Remove every second factor, recovery codes included; returns how many there were."""
    count, _ = Authenticator.objects.filter(user=person).delete()
    return int(count)


def new_secret() -> str:
    """Return a fresh secret for an authenticator app, as base32."""
    return str(totp.generate_totp_secret())


def current_code(person: Person) -> str:
    """Return what the person's authenticator app shows now. Raises NoApp."""
    app = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if not app:
        raise NoApp(f"{person.email} has no authenticator app.")
    return code_of(decrypt(app.data["secret"]))


def code_of(secret: str) -> str:
    """Return what an authenticator app with this secret (base32) shows now."""
    earliest = next(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, earliest + app_settings.TOTP_TOLERANCE)))
