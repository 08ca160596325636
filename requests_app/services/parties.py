"""Keep requester, authorizer and reviewer three different people.

Addresses compare lower-cased and without `+tag`, against every verified address of the person
(product rules, section 4).
"""

from django.db.models import QuerySet
from django.utils.translation import gettext

from people import addresses
from people import services as people
from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.services.actors import Role


class Concerned(Exception):
    """The reviewer has a part in the request and may not act on it (403)."""

    def __init__(self) -> None:
        super().__init__(gettext("You have a part in this request, so another reviewer must decide it."))


def keys_of(person: Person) -> set[str]:
    """Every address by which this person is known, as comparison keys."""
    return set(people.verified_addresses(person)) | {addresses.comparison_key(person.email)}


def is_own(person: Person, address: str) -> bool:
    """Whether the address is one of the person's own."""
    return addresses.comparison_key(address) in keys_of(person)


def check_reviewer(request: SmartAccountRequest, reviewer: Person) -> None:
    """Raise Concerned when the reviewer is or was requester, was ever nominated, or is named administrator."""
    concerned = {addresses.comparison_key(request.requester_address)} | keys_of(request.requester)
    concerned.update(request.nominations.values_list("address_key", flat=True))
    concerned.update(
        addresses.comparison_key(address)
        for address in request.administrators.values_list("address", flat=True)
    )
    if request.requester_id == reviewer.pk or concerned & keys_of(reviewer):
        raise Concerned
    # Somebody who passed the request on to a colleague has acted as its requester.
    if request.history.filter(person=reviewer, actor=Role.REQUESTER).exists():
        raise Concerned


def may_decide(request: SmartAccountRequest, reviewer: Person) -> bool:
    """Whether this reviewer has no part in the request."""
    try:
        check_reviewer(request, reviewer)
    except Concerned:
        return False
    return True


def reviewers() -> QuerySet[Person]:
    """Return whose work the queue is: who gets the digest. Superusers may decide, but nobody tells them to."""
    return Person.objects.filter(is_reviewer=True, is_active=True, suspended_at=None).order_by("pk")
