"""Write docs/settings.md: every setting with its default, its unit, what it means and where it must be set."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from project import env, variables
from project.variables import Section, Variable

FILE = Path(settings.BASE_DIR) / "docs" / "settings.md"
HEAD = """# Settings

Every variable of the environment that the product reads. Written by `manage.py settings_table` from
`project/variables/` and from what `project/settings.py` reads; a test says when it is stale.

The start of any process is refused, with the setting's name and what to do, when a needed one is missing, when a value
is not of its form, when two contradict each other or are not safe together (`project/agreement.py`), and when a name
is a slip away from a setting's (`EMIAL_URL`); with `STRICT_SETTINGS=1` any unknown name is refused. An empty value
is the default.
"""
COLUMNS = "| name | default | unit or form | meaning | needed by |\n|---|---|---|---|---|\n"


class Command(BaseCommand):
    """`manage.py settings_table`."""

    help = "Write docs/settings.md from the settings."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(table())
        self.stdout.write(f"Wrote {FILE.name}.")


def table() -> str:
    """Return the text of docs/settings.md."""
    return HEAD + "".join(_section(section) for section in variables.SECTIONS)


def _section(section: Section) -> str:
    note = f"{section.note}\n\n" if section.note else ""
    rows = "".join(f"| {' | '.join(_cells(variable))} |\n" for variable in section.variables)
    return f"\n## {section.title}\n\n{note}{COLUMNS}{rows}"


def _cells(variable: Variable) -> tuple[str, ...]:
    read = env.READ.get(variable.name, env.Reading("", ""))
    default = variable.default or (f"`{read.default}`" if read.default else "")
    form = variable.form or ("" if variable.unit and read.form == "text" else read.form)
    unit = ", ".join(part for part in (variable.unit, form) if part)
    return f"`{variable.name}`", default, unit, variable.meaning, variable.needed
