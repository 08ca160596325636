"""Refuse settings that nobody reads: a misspelled name would be a setting that was never made.

An environment holds much that is not ours. So a name is refused that lies a slip away from one of ours; under
STRICT_SETTINGS, where the environment is made for this product alone (docker-compose.yml), every unknown name is.
"""

import re
from collections.abc import Iterable
from typing import Final

from django.core.exceptions import ImproperlyConfigured

from project import variables

# What systems, containers, Python and its packages set themselves.
_FOREIGN: Final = re.compile(
    r"(PATH|HOME|HOSTNAME|TERM|PWD|OLDPWD|SHLVL|USER|LANG|LANGUAGE|TZ|_|container|GPG_KEY|DJANGO_SETTINGS_MODULE"
    r"|(?i:(http|https|ftp|all|no)_proxy)|(LC|PYTHON|PIP|KUBERNETES|CELERY|OTEL)_?\w*)"
)
_SHORT: Final = 8
_LONG: Final = 12


def check(environment: Iterable[str], *, strict: bool) -> None:
    """Raise ImproperlyConfigured naming every variable that is misspelled or, when strict, unknown."""
    known = variables.names()
    found = []
    for name in sorted(set(environment) - known):
        meant = likely_meant(name, known)
        if meant:
            found.append(f"{name} is not a setting. Did you mean {meant}? Rename it, or take it away.")
        elif strict and not _FOREIGN.fullmatch(name):
            found.append(f"{name} is not a setting (docs/settings.md lists them). Take it away.")
    if found:
        raise ImproperlyConfigured("\n".join(found))


def likely_meant(name: str, known: Iterable[str]) -> str:
    """Return the setting that `name` is one slip away from, two in long names; '' when there is none.

    Names of fewer than eight letters are too near to others to be judged."""
    spelled = name.upper()
    if len(spelled) < _SHORT:
        return ""
    near = [
        (_distance(spelled, candidate), candidate)
        for candidate in known
        if len(candidate) >= _SHORT and _may_be_near(spelled, candidate)
    ]
    slips, meant = min(near, default=(len(spelled), ""))
    return meant if slips <= (2 if min(len(spelled), len(meant)) >= _LONG else 1) else ""


def _may_be_near(one: str, other: str) -> bool:
    """Look cheaply first: an environment has many names, and every process starts by this."""
    return abs(len(one) - len(other)) <= 2 and len(set(one) ^ set(other)) <= 4


def _distance(one: str, other: str) -> int:
    """Count the letters left out, put in, mistaken or swapped with their neighbour."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, theirs in enumerate(other, start=1):
            best = min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != theirs))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == theirs:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, above = above, line
    return above[-1]
