"""End by hand what has waited long enough: one pass, as the clock does each minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.services import expiring, passes


class Command(BaseCommand):
    help = "End what has waited long enough by now: links, held letters, requests, drafts."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ended = passes.run(expiring.expire, now=timezone.now())
        except passes.ClocksDiffer:
            raise CommandError("This host's clock and the database's differ; nothing was done.") from None
        self.stdout.write(f"Ended: {ended}.")
