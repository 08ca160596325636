"""Every dependency comes under a licence that an operator can live with, and the docs say which."""

import pytest

from project import licences
from project.licences import Licence
from project.management.commands import licences as command


def test_no_dependency_has_an_unknown_licence_or_a_strong_one_without_a_reason() -> None:
    found = licences.of_all()
    # Both locks were read, and are installed here.
    assert {"django", "celery", "pytest"} <= {one.name for one in found}
    assert [one for one in found if one.is_refused] == []


def test_the_docs_name_every_dependency_with_its_licence() -> None:
    # What another system installs stands there too, so the lines are compared and not the whole.
    lines = set(command.FILE.read_text().splitlines())
    missing = [line for line in command.table(licences.of_all()).splitlines() if line not in lines]
    assert missing == [], "run: manage.py licences"


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("", True),
        ("GPL-3.0-or-later", True),
        ("GNU Affero General Public License v3", True),
        ("AGPL-3.0-only", True),
        ("GPL v2", True),
        ("LGPL-3.0-only", False),
        ("MPL-2.0", False),
        ("Apache-2.0 OR BSD-2-Clause", False),
        ("MIT", False),
    ],
)
def test_strong_and_unknown_licences_are_refused(words: str, refused: bool) -> None:
    assert Licence("some-package", "1.0", words, is_for_running=True).is_refused is refused


def test_every_reason_is_for_something_that_is_a_dependency() -> None:
    names = {one.name for one in licences.of_all()}
    assert set(licences.ACCEPTED) <= names
