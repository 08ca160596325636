"""Erase a person at once, for somebody who asked staff for it: shows what would happen, does it with --apply."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people import services as people
from people.models import Person
from requests_app.services import erasing


class Command(BaseCommand):
    help = "Erase a person without the days to undo it. Changes nothing without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="a verified address of the person")
        parser.add_argument("--apply", action="store_true", help="do it; it cannot be undone")

    def handle(self, *, address: str, apply: bool, **options: Any) -> None:
        person = people.holder_of(address)
        if person is None:
            raise CommandError("Nobody has this address verified. For a nominated address: erase_address.")
        try:
            if apply:
                erasing.erase(person.pk, now=timezone.now())
                self.stdout.write("Erased. The last letter to the address was promised.")
                return
            self._preview(person)
        except erasing.Hindered as hindered:
            raise CommandError(
                f"Not possible while these stand: {hindered}. Unfreeze or reject a request under a check;"
                " give an account another administrator."
            ) from None

    def _preview(self, person: Person) -> None:
        if hindered := erasing.hindrances(person):
            raise erasing.Hindered(hindered)
        for request in erasing.open_requests(person):
            self.stdout.write(f"Would withdraw request {request.reference}.")
        self.stdout.write(f"Would erase person {person.pk}. Nothing was changed. Add --apply to do it.")
