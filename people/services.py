"""The door to people for the other apps, and the only writer of who may sign in."""

from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.db.models import QuerySet

from people import addresses
from people.models import Person

UNVERIFIED_KEPT_FOR = timedelta(days=2)


class Roles(TypedDict, total=False):
    """What a member of staff may do besides looking."""

    is_reviewer: bool
    is_ops: bool
    is_superuser: bool


def verified(person: Person) -> list[str]:
    """Return the person's verified addresses, the one that names the account first."""
    rows = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk")
    return list(rows.values_list("email", flat=True))


def verified_addresses(person: Person) -> set[str]:
    """Return the comparison keys of all verified addresses: what rules about "the same person" compare."""
    return {addresses.comparison_key(address) for address in verified(person)}


def holder_of(address: str) -> Person | None:
    """Return the person who proved to read `address`, or None; suspended people included."""
    row = EmailAddress.objects.select_related("user").filter(email=address.lower(), verified=True).first()
    return row.user if row else None


def language_of(address: str, *, otherwise: str) -> str:
    """Return the language of letters to an address: its holder's own, `otherwise` where nobody holds it."""
    holder = holder_of(address)
    return holder.language if holder else otherwise


def is_taken(address: str) -> bool:
    """Tell whether `address` belongs to somebody already, more than an unproven registration."""
    if holder_of(address):
        return True
    person = Person.objects.filter(email=address.lower()).first()
    return person is not None and not is_unproven(person)


def is_unproven(person: Person) -> bool:
    """Tell whether this is a registration that nobody has proved: no password, no sign-in, no role."""
    return not (person.has_usable_password() or person.last_login or person.is_staff) and may_sign_in(person)


def is_suspended(person: Person) -> bool:
    """Tell whether staff keep this person out."""
    return person.suspended_at is not None


def may_sign_in(person: Person) -> bool:
    """Tell whether the right password opens; a closed account is answered like a wrong password."""
    return person.is_active and not is_suspended(person)


def suspend(person: Person, *, now: datetime) -> None:
    """Keep the person out: open sessions end with their next request. Repeating it changes nothing."""
    Person.objects.filter(pk=person.pk, suspended_at=None).update(suspended_at=now)
    person.refresh_from_db(fields=["suspended_at"])


def lift_suspension(person: Person) -> None:
    """Let the person in again."""
    Person.objects.filter(pk=person.pk).update(suspended_at=None)
    person.refresh_from_db(fields=["suspended_at"])


@transaction.atomic
def begin_registration(address: str) -> Person:
    """Return the person that whoever proves `address` will be; nobody can sign in as them yet.

    Somebody else may have begun with the same address and never proved it: it is the same row, without
    name and password. Those wait in the session of each who tries, and the proof decides whose count."""
    person, _ = Person.objects.get_or_create(email=address, defaults={"password": make_password(None)})
    EmailAddress.objects.get_or_create(user=person, email=address, defaults={"primary": True})
    return person


def complete_registration(person: Person, *, full_name: str, password_hash: str, language: str = "") -> None:
    """Give the person who proved the address what was typed at registration, and the language of its page."""
    Person.objects.filter(pk=person.pk).update(
        full_name=full_name, password=password_hash, chosen_language=language
    )
    person.refresh_from_db(fields=["full_name", "password", "chosen_language"])


def choose_language(person: Person, language: str) -> None:
    """Let pages and letters speak `language`, one of settings.LANGUAGES, to the person from now on."""
    Person.objects.filter(pk=person.pk).update(chosen_language=language)
    person.refresh_from_db(fields=["chosen_language"])


def give_way(address: str, *, to: Person) -> None:
    """Drop an unproven registration with an address that `to` has just proved to read."""
    for person in Person.objects.filter(email=address).exclude(pk=to.pk):
        if is_unproven(person) and not verified(person):
            person.delete()


def unproven_registrations(*, now: datetime) -> QuerySet[Person]:
    """Return people who registered more than two days ago and never proved an address."""
    return Person.objects.filter(
        created_at__lt=now - UNVERIFIED_KEPT_FOR,
        last_login=None,
        is_staff=False,
        suspended_at=None,
        is_active=True,
        password__startswith=UNUSABLE_PASSWORD_PREFIX,
    ).exclude(emailaddress__verified=True)


def forget_unproven_registrations(*, now: datetime) -> int:
    """Delete them; returns how many."""
    unproven = unproven_registrations(now=now)
    count = unproven.count()
    unproven.delete()
    return count


@transaction.atomic
def register_demo_person(address: str, *, full_name: str, password: str) -> Person:
    """Make a person with a verified address, as if registered; one who exists is left as they are."""
    existing = holder_of(address)
    if existing:
        return existing
    person = begin_registration(addresses.clean(address))
    person.full_name = full_name
    person.set_password(password)
    person.save(update_fields=["full_name", "password"])
    EmailAddress.objects.filter(user=person, email=person.email).update(verified=True, primary=True)
    return person


@transaction.atomic
def make_staff(address: str, *, full_name: str, password: str, **roles: Unpack[Roles]) -> Person:
    """Make a member of staff with a verified address; an existing person keeps name and password."""
    person = register_demo_person(address, full_name=full_name, password=password)
    person.is_staff = True
    for role, granted in roles.items():
        setattr(person, role, granted)
    person.save(update_fields=["is_staff", *roles])
    return person
