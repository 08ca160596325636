"""Remind by hand: one pass, as the clock does each minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.services import passes, reminding


class Command(BaseCommand):
    help = "Promise the reminders that are due now."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            promised = passes.run(reminding.remind, now=timezone.now())
        except passes.ClocksDiffer:
            raise CommandError("This host's clock and the database's differ; nothing was done.") from None
        self.stdout.write(f"Letters promised: {promised}.")
