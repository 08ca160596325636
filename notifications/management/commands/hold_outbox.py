"""Stop or release the whole outbox: for the hours after a backup was restored."""

from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications import restored, routes


class Command(BaseCommand):
    help = (
        "Keep every letter back until `hold_outbox --release`. Run it on a restored backup before the workers start: "
        "letters sent since the backup was made are queued in it again. `--list` names them with their Message-IDs; "
        "`--sent FILE` reads the mail system's log and records as sent what it took."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument(
            "--list", action="store_true", help="name the letters that would leave; changes nothing"
        )
        act.add_argument(
            "--sent",
            type=FileType("r", encoding="utf-8", errors="replace"),
            metavar="FILE",
            help="a log or list with Message-IDs (- is the input)",
        )
        act.add_argument("--release", action="store_true", help="let letters leave again")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["list"]:
            for letter in restored.doubtful(now=now).iterator():
                promised = f"{letter.created_at:%Y-%m-%d %H:%M:%S}"
                self.stdout.write(f"{letter.message_id}  {promised}  {letter.kind}  {letter.to}")
        elif options["sent"]:
            with options["sent"] as log:
                taken = restored.take_as_sent(restored.message_ids(log.read()), now=now)
            self.stdout.write(f"Letters recorded as sent: {taken}.")
        elif options["release"]:
            routes.release()
            self.stdout.write("Letters leave again.")
        else:
            routes.hold(now=now)
            count = restored.doubtful(now=now).count()
            self.stdout.write("No letter leaves until `manage.py hold_outbox --release`.")
            self.stdout.write(f"{count} would leave: `manage.py hold_outbox --list` names them.")
