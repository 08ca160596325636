"""Say whether a queue works: its heartbeat went beat, broker, worker, database less than three minutes ago."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from project import figures
from project.health import HEARTBEAT_LIMIT_SECONDS


class Command(BaseCommand):
    """`manage.py check_heartbeat urgent`; with no queue any one of them is enough (that is beat's effect)."""

    help = "Fail unless a heartbeat of the queue is fresh: the health check of workers and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("queue", nargs="?", choices=figures.QUEUES)

    def handle(self, *, queue: str | None = None, **options: Any) -> None:
        ages = figures.heartbeat_ages(now=timezone.now())
        wanted = [ages[queue]] if queue else list(ages.values())
        fresh = [age for age in wanted if age is not None and age <= HEARTBEAT_LIMIT_SECONDS]
        if not fresh:
            raise CommandError(f"No heartbeat within {HEARTBEAT_LIMIT_SECONDS} s: {ages}")
        self.stdout.write(f"Last heartbeat {min(fresh):.0f} s ago.")
