"""Say whether a queue works: its heartbeat went beat, broker, worker, database less than three minutes ago."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications import heartbeat
from notifications.emails.letter import Route


class Command(BaseCommand):
    """`manage.py check_heartbeat urgent`; with no queue any one of them is enough (that is beat's effect)."""

    help = "Fail unless a heartbeat of the queue is fresh: the health check of workers and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queue", nargs="?", choices=[route.value for route in Route])

    def handle(self, *, queue: str | None = None, **options: Any) -> None:
        ages = heartbeat.ages(now=timezone.now())
        fresh = [
            age for name, age in ages.items() if name == (queue or name) and age <= heartbeat.MISSING_AFTER
        ]
        if not fresh:
            raise CommandError(f"No heartbeat of {queue or 'any queue'} within {heartbeat.MISSING_AFTER}.")
        self.stdout.write(f"Last heartbeat {min(fresh).total_seconds():.0f} s ago.")
