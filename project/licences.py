"""Under which licence each dependency comes, and which of them may not be one of ours."""

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from django.conf import settings

from project import advisories

LOCKS = ("requirements.txt", "requirements-dev.txt")
# They would ask of an operator to publish what belongs to them, or say nothing that could be relied on.
_STRONG_COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
_WEAK_COPYLEFT = re.compile(r"\b(LGPL|Lesser General Public|MPL|Mozilla)", re.IGNORECASE)
# Accepted although the metadata says nothing, or says something strong: name and reason.
ACCEPTED = {
    "axe-playwright-python": "its metadata says nothing; MIT by the licence file in it, with axe-core under MPL-2.0",
}


@dataclass(frozen=True)
class Licence:
    """One dependency with what its own metadata says; `words` is empty where it says nothing."""

    name: str
    version: str
    words: str
    is_for_running: bool

    @property
    def is_refused(self) -> bool:
        """Whether it may not be a dependency: unknown, or strong copyleft without a weaker choice."""
        if self.name in ACCEPTED:
            return False
        strong = _STRONG_COPYLEFT.search(self.words) and not _WEAK_COPYLEFT.search(self.words)
        return not self.words or bool(strong)


def of_all() -> list[Licence]:
    """Return the licence of every locked dependency that is installed here, by name.

    A lock names some for other systems and Pythons alone; those are not installed and left out."""
    found = []
    base = Path(settings.BASE_DIR)
    running = advisories.locked(base / LOCKS[0])
    for name in sorted(advisories.locked(*(base / file for file in LOCKS))):
        try:
            about = distribution(name)
        except PackageNotFoundError:
            continue
        found.append(Licence(name, about.version, _words(about), name in running))
    return found


def _words(about: Distribution) -> str:
    """Return the licence expression, else the classifiers' words, else the first line of the licence field."""
    expression = _said(about, "License-Expression")
    if expression:
        return expression[0]
    classified = [
        line.rpartition(" :: ")[2]
        for line in _said(about, "Classifier")
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(sorted(classified))
    return "".join(_said(about, "License")[:1]).strip().partition("\n")[0][:80]


def _said(about: Distribution, field: str) -> list[str]:
    return about.metadata.get_all(field) or []
