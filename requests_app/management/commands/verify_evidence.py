"""Check that no recorded decision was changed, removed or slipped in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.models import Decision
from requests_app.services import evidence


class Command(BaseCommand):
    help = "Verify the chain of signed decisions; prints each fault and exits with 1 when there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in evidence.verify():
            faults += 1
            self.stdout.write(f"Record {fault.sequence}: {fault.why}.")
        if faults:
            raise CommandError(f"Faults found: {faults}.")
        self.stdout.write(f"Records verified: {Decision.objects.count()}. No faults.")
