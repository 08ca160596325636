"""`manage.py advisories DATABASE`: known vulnerabilities of the locked dependencies, without a network."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from project import advisories, licences


class Command(BaseCommand):
    """Names each locked version that an advisory touches, and ends non-zero when there is one."""

    help = "Compare the locked dependencies with a copy of the OSV database for PyPI (a folder or its zip)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("database", type=Path, metavar="DATABASE")

    def handle(self, *, database: Path, **_: Any) -> None:
        locks = advisories.locked(*(Path(settings.BASE_DIR) / name for name in licences.LOCKS))
        try:
            looked = advisories.look(database, locks=locks)
        except advisories.NoDatabase as error:
            raise CommandError(str(error)) from None
        for one in looked.found:
            ids = ", ".join((one.id, *one.aliases))
            mended = (
                f"; mended in {', '.join(one.mended_in)}" if one.mended_in else "; no version mends it yet"
            )
            self.stdout.write(f"{one.package} {one.version}: {ids}: {one.summary}{mended}")
        self.stdout.write(
            f"{len(locks)} locked dependencies against {looked.read} advisories, the newest of"
            f" {looked.newest_at:%Y-%m-%d}: {len(looked.found)} found."
        )
        if looked.found:
            raise CommandError(
                "Lock versions without these (`make lock`), or say in SECURITY.md why one does not matter."
            )
