"""Run a copy of the database forward in time, with nobody acting: which letters leave, word by word, as files."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from project.simulation import isolation, scratch

MOST_DAYS = 366


class Command(BaseCommand):
    """`manage.py simulate`; the copy goes away at the end, the letters stay."""

    help = (
        "Copy the database, let days pass on the copy by the real code while nobody acts, print each letter"
        " that leaves, and keep it as a file. Nothing is sent, and the database is only read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="how many days pass (default: 30)")
        parser.add_argument(
            "--from", dest="start", type=_moment, help="the moment it begins at, in UTC (default: now)"
        )
        parser.add_argument("--folder", type=Path, help="an empty folder for the letters")

    def handle(
        self, *, days: int, start: datetime | None = None, folder: Path | None = None, **options: Any
    ) -> None:
        if not 0 <= days <= MOST_DAYS:
            raise CommandError(f"Simulate 0 to {MOST_DAYS} days.")
        began = start or timezone.now()
        folder = (folder or settings.DATA_DIR / "simulations" / f"{began:%Y%m%dT%H%M%S}").absolute()
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty: name another --folder.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with scratch.copied() as url:
                status = self._live(url, began=began, days=days, folder=folder)
        except scratch.NoCopy as why:
            raise CommandError(str(why)) from None
        if status:
            raise CommandError(f"The simulation ended early; see {folder / 'log.txt'} and what stands above.")
        self.stdout.write(f"The letters are in {folder}.")

    def _live(self, url: str, *, began: datetime, days: int, folder: Path) -> int:
        words = ["--days", str(days), "--from", began.isoformat(), "--folder", str(folder)]
        command = [sys.executable, "-m", "project.simulation", *words]
        environment = isolation.environment(url, folder=folder)
        with subprocess.Popen(  # noqa: S603 - our own module
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self.stdout.write(line, ending="")
        return process.returncode


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
