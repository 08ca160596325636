"""Compare identifiers by how they look (UTS 39 skeletons, over Unicode's own table of confusables)."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from people import hosts

TABLE: Final = Path(__file__).parent / "data" / "confusables.txt"


def skeleton(identifier: str) -> str:
    """Return the form that identifiers share when a reader could take one for the other.

    For comparing and storing only, never shown. Beyond UTS 39 the result is lower-cased and mapped once
    more, since identifiers are lower case: so `0` meets `o`, which Unicode maps to the capital letter.
    """
    looks = hosts.unicode_form(identifier)
    for _ in range(2):
        looks = _prototype(looks).lower()
    return unicodedata.normalize("NFC", looks)


def _prototype(text: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).translate(_table()))


@cache
def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    with TABLE.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                source, *target = (int(piece, 16) for piece in line.split())
                table[source] = "".join(map(chr, target))
    return table
