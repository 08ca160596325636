"""Remove a person's second factor: for somebody who lost app, passkeys and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from people import second_factor, services, staff_log
from people.models import Person


class Command(BaseCommand):
    help = (
        "Remove a person's authenticator app, passkeys and recovery codes; they must enrol again. "
        "Who did it and why is kept in the person's log, which Django's admin shows."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")
        parser.add_argument("--by", required=True, help="address of the member of staff who checked who asks")
        parser.add_argument("--why", required=True, help="how that was checked; a few words")

    def handle(self, *, address: str, by: str, why: str, **options: Any) -> None:
        person, member = _holder_of(address), _holder_of(by)
        if not member.is_staff:
            raise CommandError(f"{by} is no member of staff.")
        if not why.strip():
            raise CommandError("Say how you checked who asks.")
        with transaction.atomic():
            count = second_factor.reset(person)
            staff_log.record(person, by=member, words=f"Second factor removed ({count}): {why.strip()}")
        self.stdout.write(f"Removed {count}. The next visit to a staff page leads to enrolment.")


def _holder_of(address: str) -> Person:
    person = services.holder_of(address)
    if person is None:
        raise CommandError(f"Nobody has proved the address {address}.")
    return person
