"""Know the scripts that characters are written in (UAX 24) and when a word mixes them (UTS 39).

Pure. The table is read at the first question, not at import.
"""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "data" / "scripts.txt"
UNKNOWN: Final = frozenset({"Zzzz"})
# Used with every script: digits, punctuation, marks that take their base's script.
SHARED: Final = frozenset({"Zyyy", "Zinh"})

# Writing systems that use several scripts at once (UTS 39, section 5.1, augmented script sets).
_SYSTEMS: Final = {
    "Hani": frozenset({"Hanb", "Jpan", "Kore"}),
    "Hira": frozenset({"Jpan"}),
    "Kana": frozenset({"Jpan"}),
    "Bopo": frozenset({"Hanb"}),
    "Hang": frozenset({"Kore"}),
}
# Latin beside Japanese, Chinese or Korean is everyday spelling (UTS 39, section 5.2, "highly restrictive").
_EVERYDAY: Final = (
    frozenset({"Latn", "Hani", "Hira", "Kana"}),
    frozenset({"Latn", "Hani", "Bopo"}),
    frozenset({"Latn", "Hani", "Hang"}),
)


@cache
def _table() -> tuple[list[int], list[int], list[frozenset[str]]]:
    firsts: list[int] = []
    lasts: list[int] = []
    scripts: list[frozenset[str]] = []
    with TABLE.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            first, last, *names = line.split()
            firsts.append(int(first, 16))
            lasts.append(int(last, 16))
            scripts.append(frozenset(names))
    return firsts, lasts, scripts


def of(character: str) -> frozenset[str]:
    """Return the short names of the scripts that use one character; UNKNOWN when unassigned."""
    firsts, lasts, scripts = _table()
    code_point = ord(character)
    at = bisect_right(firsts, code_point) - 1
    return scripts[at] if at >= 0 and code_point <= lasts[at] else UNKNOWN


def mixes(word: str) -> bool:
    """Tell whether a word mixes alphabets, or digits of two systems, as no honest spelling does.

    A word wholly in one foreign alphabet does not mix: its look-alikes are found by skeletons.
    """
    if word.isascii():
        return False
    found = [scripts for scripts in map(of, word) if not scripts & SHARED]
    digits = {ord(character) - unicodedata.decimal(character) for character in word if character.isdecimal()}
    return len(digits) > 1 or not (_one_system(found) or any(_within(found, names) for names in _EVERYDAY))


def _one_system(found: list[frozenset[str]]) -> bool:
    common: frozenset[str] | None = None
    for scripts in found:
        systems = scripts.union(*(_SYSTEMS.get(script, frozenset()) for script in scripts))
        common = systems if common is None else common & systems
    return common is None or bool(common)


def _within(found: list[frozenset[str]], names: frozenset[str]) -> bool:
    return all(scripts & names for scripts in found)
