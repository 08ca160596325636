"""Close a person's account for good: planned, undone by signing in, and in the end done."""

from datetime import datetime
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from people import second_factor
from people.models import Person

NAME = "Erased person"
# RFC 2606, section 2: no mail server will ever answer for it.
NOWHERE = "erased.invalid"


class NoLongerPlanned(Exception):
    """The person signed in meanwhile, or was erased already."""


def plan(person: Person, *, at: datetime) -> datetime:
    """Plan the erasure; open sessions end with their next request. Returns its moment, the first one planned."""
    Person.objects.filter(pk=person.pk, erases_at=None, erased_at=None).update(erases_at=at)
    person.refresh_from_db(fields=["erases_at"])
    return person.erases_at or at


def undo(person: Person) -> datetime | None:
    """Keep the account; returns when it would have gone, or None when nothing was planned."""
    planned = person.erases_at
    if planned is None:
        return None
    kept = Person.objects.filter(pk=person.pk, erased_at=None).update(erases_at=None)
    person.refresh_from_db(fields=["erases_at"])
    return planned if kept else None


def due(*, now: datetime) -> QuerySet[Person]:
    """Return who is to be erased by now."""
    return Person.objects.filter(erases_at__lte=now, erased_at=None).order_by("erases_at", "pk")


def close(person_id: int, *, planned_by: datetime | None, now: datetime) -> Person:
    """Let nobody in any more, so that nothing new comes while the rest is erased. Raises NoLongerPlanned.

    `planned_by` is the moment up to which an erasure has to be planned; None closes without a plan."""
    people = Person.objects.filter(pk=person_id, erased_at=None)
    if planned_by is not None:
        people = people.filter(erases_at__lte=planned_by)
    # From here on it is planned, if it was not: what fails half-way is gone on with by the nightly run.
    if not people.update(is_active=False, erases_at=Coalesce("erases_at", Value(now))):
        raise NoLongerPlanned(person_id)
    return Person.objects.get(pk=person_id)


def addresses_of(person: Person) -> list[str]:
    """Return every address the account has, the one that names it first."""
    rows = EmailAddress.objects.filter(user=person).order_by("pk").values_list("email", flat=True)
    return list(dict.fromkeys([person.email, *(address.lower() for address in rows)]))


def blank(person: Person, *, now: datetime) -> None:
    """Leave of the person a row that says nothing, for what still refers to it; in the caller's transaction."""
    EmailAddress.objects.filter(user=person).delete()
    second_factor.reset(person)
    # Django's admin keeps a log that names whom staff looked after.
    kind = ContentType.objects.get_for_model(Person)
    LogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).update(object_repr=NAME)
    person.email, person.full_name, person.chosen_language = f"{uuid4().hex}@{NOWHERE}", NAME, ""
    # Sessions are bound to the password's hash.
    person.set_unusable_password()
    person.is_active = person.is_staff = person.is_superuser = person.is_reviewer = person.is_ops = False
    person.erases_at, person.erased_at, person.last_login = None, now, None
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
