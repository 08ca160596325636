"""Tell the reviewers by hand what waits: one pass, as the clock does on working days."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.services import digesting, passes


class Command(BaseCommand):
    help = "Promise today's digest to the reviewers, on a working day from 09:00 UTC, if something waits."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            promised = passes.run(digesting.digest, now=timezone.now())
        except passes.ClocksDiffer:
            raise CommandError("This host's clock and the database's differ; nothing was done.") from None
        self.stdout.write(f"Letters promised: {promised}.")
