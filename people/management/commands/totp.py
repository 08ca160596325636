"""Print what a person's authenticator app shows now. For trying the product out, never in production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from people import second_factor, services


class Command(BaseCommand):
    help = "Print the current code of a person's authenticator app (demo only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the person's e-mail address")

    def handle(self, *, address: str, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A second factor that the server shows is none. This is for the demo only.")
        person = services.holder_of(address)
        if not person:
            raise CommandError(f"Nobody has proved the address {address}.")
        try:
            self.stdout.write(second_factor.current_code(person))
        except second_factor.NoApp as missing:
            raise CommandError(str(missing)) from missing
