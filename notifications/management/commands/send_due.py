"""Send by hand what is due: one pass over both routes."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import delivery, telling, tracking
from notifications.emails.letter import Route


class Command(BaseCommand):
    help = "Send the letters that are due now, on both routes, and take over those whose worker died."

    def handle(self, *args: Any, **options: Any) -> None:
        tracking.catch_up()
        telling.tell(now=timezone.now())
        for route in Route:
            for send in (delivery.recover, delivery.drain):
                while send(route):
                    self.stdout.write(f"Still sending on {route}.")
        self.stdout.write("Nothing more is due.")
