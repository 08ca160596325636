"""Stop or release the whole outbox: for the hours after a backup was restored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications import routes


class Command(BaseCommand):
    help = (
        "Keep every letter back until `hold_outbox --release`. Run it on a restored backup before the workers start: "
        "letters sent since the backup was made are queued in it again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--release", action="store_true", help="let letters leave again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["release"]:
            routes.release()
            self.stdout.write("Letters leave again.")
        else:
            routes.hold(now=timezone.now())
            self.stdout.write("No letter leaves until `manage.py hold_outbox --release`.")
