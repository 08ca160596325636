"""Write everything that is kept about a person as JSON, for somebody who asked staff for it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from people import services as people
from requests_app.services import exporting


class Command(BaseCommand):
    help = "Print everything that is kept about a person as JSON, and write to them that a copy was made."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="a verified address of the person")

    def handle(self, *, address: str, **options: Any) -> None:
        person = people.holder_of(address)
        if person is None:
            raise CommandError("Nobody has this address verified.")
        now = timezone.now()
        everything = exporting.everything(person, now=now)
        exporting.tell(person, now=now)
        self.stdout.write(json.dumps(everything, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
