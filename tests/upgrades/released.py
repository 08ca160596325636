"""What the last release was. Whoever makes a release puts the new one here (docs/operations.md, "Upgrade")."""

import subprocess
from pathlib import Path
from typing import Final

COMMIT: Final = "bbb25a8e155852e841fc65a2a5fcbe3a205b1deb"
"""The commit that runs at operators: no tag is needed, and a clone has it."""

MIGRATIONS: Final = {
    "people": "0002_erasing",
    "notifications": "0003_find_letters_by_message_id",
    "smart_accounts": "0001_accounts",
    "requests_app": "0005_claims_and_suspensions",
}
"""The last migration of each app in that release: what follows has to bear its processes."""

ARGUED: Final[dict[tuple[str, str], str]] = {
    (
        "requests_app",
        "0007_reasons_given_often",
    ): "Adds rows to a table that the last release does not know.",
}
"""Migrations since then that do more than the rule lets through, and why the last release bears it."""


def is_here() -> bool:
    """Say whether this copy's history holds the last release: an export or a shallow clone does not."""
    found = subprocess.run(
        ["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"],
        cwd=Path(__file__).parent,
        capture_output=True,
        check=False,
    )
    return found.returncode == 0
