"""The page on security names tests; each of them exists."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def _named() -> list[str]:
    """Read the last column of the table; a name without a folder lies in the folder of the one before."""
    found, folder = [], ""
    for row in re.findall(r"^\| .*\|$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)[1:]:
        for name in re.findall(r"`([\w/]+)`", row.split("|")[-2]):
            folder = name.rpartition("/")[0] or folder
            found.append(f"{folder}/{name.rpartition('/')[2]}")
    return found


def test_every_test_that_the_page_on_security_names_exists() -> None:
    assert len(_named()) > 25
    assert [name for name in _named() if not (ROOT / "tests" / f"{name}.py").exists()] == []
