"""Remove a person's second factor: for somebody who lost app, passkeys and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import second_factor, services


class Command(BaseCommand):
    help = "Remove a person's authenticator app, passkeys and recovery codes; they must enrol again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")

    def handle(self, *, address: str, **options: Any) -> None:
        person = services.holder_of(address)
        if not person:
            raise CommandError(f"Nobody has proved the address {address}.")
        count = second_factor.reset(person)
        self.stdout.write(f"Removed {count}. The next visit to a staff page leads to enrolment.")
