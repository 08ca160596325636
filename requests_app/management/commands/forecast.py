"""Print each letter that will leave, and why."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.services import forecasting


class Command(BaseCommand):
    help = (
        "Print each letter that leaves in the coming days if nobody does anything: when, what, to whom, why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how far to look ahead (default: 30)")

    def handle(self, *args: Any, **options: Any) -> None:
        days: int = options["days"]
        if not 0 <= days <= 366:
            raise CommandError("Look 0 to 366 days ahead.")
        coming = forecasting.forecast(days=days, now=timezone.now())
        for item in coming:
            letter = item.letter
            self.stdout.write(
                f"{item.at:%Y-%m-%d %H:%M} UTC  {letter.kind} to the {letter.reader}"
                f"  {item.about or '-'}  {letter.why}"
            )
        self.stdout.write(f"Letters in {days} days: {len(coming)}.")
