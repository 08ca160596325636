"""Every row of the table of faults has its tests, and the list of them in tests/faults says where."""

import re
from pathlib import Path

import tests.faults

FOLDER = Path(tests.faults.__file__).parent.parent
ROWS = range(1, 17)


def listed() -> dict[int, set[str]]:
    """Read the list: row to the files it names."""
    _, *pieces = re.split(r"^ ?(\d+) ", tests.faults.__doc__ or "", flags=re.MULTILINE)
    return {
        int(row): set(said.partition(": ")[2].split())
        for row, said in zip(pieces[::2], pieces[1::2], strict=True)
    }


def marked() -> dict[int, set[str]]:
    """Read the tests: row to the files that have a mark of it."""
    found: dict[int, set[str]] = {}
    for path in sorted(FOLDER.rglob("test_*.py")):
        for rows in re.findall(r"pytest\.mark\.fault\(([\d, ]+)\)", path.read_text()):
            for row in rows.split(","):
                name = path.relative_to(FOLDER).with_suffix("").as_posix()
                found.setdefault(int(row), set()).add(name)
    return found


def test_the_list_of_faults_names_the_tests_that_are_marked_so() -> None:
    assert sorted(listed()) == list(ROWS)
    assert listed() == marked()
