"""Forget by hand what need not be kept: shows what would happen, and does it with --apply."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from requests_app.services import passes, retention


class Command(BaseCommand):
    help = "Say, table by table, what the nightly run would forget by now. Changes nothing without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--apply", action="store_true", help="do it")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        now = timezone.now()
        if not apply:
            for due in retention.plan(now=now):
                self._tell(due)
            self.stdout.write("Nothing was changed. Add --apply to do it.")
            return
        try:
            passes.run(self._forget, now=now)
        except passes.ClocksDiffer:
            raise CommandError("This host's clock and the database's differ; nothing was done.") from None

    def _forget(self, *, now: datetime) -> int:
        return retention.run(now=now, tell=self._tell)

    def _tell(self, done: retention.Done) -> None:
        self.stdout.write(f"{done.rows:>8}  {done.step}")
