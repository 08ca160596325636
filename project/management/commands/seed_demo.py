"""Make the demo's people and requests; a second run finds them and changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from project import demo, world


class Command(BaseCommand):
    """`manage.py seed_demo`; the one-command run calls it at each start."""

    help = "Make the demo's people and requests (demo environment only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's people are for ENVIRONMENT=demo; production has real ones.")
        demo.make_people()
        world.make_requests(now=timezone.now())
        if options["verbosity"] > 0:
            self.stdout.write("\n".join(demo.sign_in_lines()))
