"""Write docs/licences.md: every dependency and its licence, from the metadata of what is installed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from project import licences
from project.licences import Licence

FILE = Path(settings.BASE_DIR) / "docs" / "licences.md"
HEAD = """# Licences of the dependencies

Written by `manage.py licences` from the metadata of what the two locks install on Linux with Python 3.11. A test
refuses a dependency without a known licence and one under the GPL or AGPL alone, unless `project/licences.py` gives
a reason.
Fonts, Unicode's tables and whatever else lies in this repository carry their licences beside them.
"""


class Command(BaseCommand):
    """`manage.py licences`."""

    help = "Write docs/licences.md; fails when a dependency may not be one."

    def handle(self, *args: Any, **options: Any) -> None:
        found = licences.of_all()
        FILE.write_text(table(found))
        refused = [one.name for one in found if one.is_refused]
        if refused:
            raise CommandError(f"Unknown or too strong: {', '.join(refused)}.")
        self.stdout.write(f"Wrote {FILE.name}.")


def table(found: list[Licence]) -> str:
    """Return the text of docs/licences.md."""
    parts = [HEAD]
    for title, is_for_running in (("To run", True), ("To develop and test", False)):
        parts.append(f"\n## {title}\n\n| package | licence |\n|---|---|\n")
        parts += [_line(one) for one in found if one.is_for_running == is_for_running]
    return "".join(parts)


def _line(one: Licence) -> str:
    reason = licences.ACCEPTED.get(one.name)
    return f"| {one.name} | {one.words or 'not said'}{f' ({reason})' if reason else ''} |\n"
