"""Erase an address that was only ever nominated or named, for its reader who asked staff for it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people import addresses
from requests_app.services import traces


class Command(BaseCommand):
    help = "Erase an address that has no account from every request. Changes nothing without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address")
        parser.add_argument("--apply", action="store_true", help="do it; it cannot be undone")

    def handle(self, *, address: str, apply: bool, **options: Any) -> None:
        try:
            address = addresses.clean(address)
            erased = traces.erase_address(address, now=timezone.now()) if apply else traces.preview(address)
        except addresses.AddressRefused as refused:
            raise CommandError(refused.message) from None
        except traces.HasAccount:
            raise CommandError("This address has an account: use erase_person.") from None
        self.stdout.write(f"Requests {'freed of it' if apply else 'that name it'}: {erased.requests}.")
        for reference in erased.kept:
            self.stdout.write(f"Request {reference} is open and still needs it; ask again when it has ended.")
        if not apply:
            self.stdout.write("Nothing was changed. Add --apply to do it.")
