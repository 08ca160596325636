"""Keep the invisible characters that spelling needs, and drop them everywhere else.

ZWJ and ZWNJ shape letters in the scripts below and glue emoji; variation selectors choose the form of an
ideograph or an emoji. Anywhere else they are invisible, and two texts that look alike would differ by them.
"""

import re
import unicodedata
from typing import Final

from people import scripts

_JOINERS: Final = "\u200c\u200d"
# Cursive and Indic scripts: a joiner between two of their letters changes what is seen.
_JOINING: Final = frozenset(
    {
        "Adlm",
        "Arab",
        "Beng",
        "Bugi",
        "Deva",
        "Gran",
        "Gujr",
        "Guru",
        "Java",
        "Khmr",
        "Knda",
        "Mand",
        "Mlym",
        "Mong",
        "Mymr",
        "Nkoo",
        "Orya",
        "Phag",
        "Sinh",
        "Syrc",
        "Taml",
        "Telu",
        "Tibt",
    }
)
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ANY: Final = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def keep_needed(text: str) -> str:
    """Return the text without the joiners and selectors that change nothing one can see."""
    if not _ANY.search(text):
        return text
    kept: list[str] = []
    for at, character in enumerate(text):
        before = kept[-1] if kept else ""
        if _SELECTORS.match(character):
            needed = _takes_selector(before, text[at + 1 : at + 2])
        elif character in _JOINERS:
            base = kept[-2] if len(kept) > 1 and _SELECTORS.match(before) else before
            needed = _joins(base, text[at + 1 : at + 2], character)
        else:
            needed = True
        if needed:
            kept.append(character)
    return "".join(kept)


def _takes_selector(before: str, after: str) -> bool:
    if not before:
        return False
    if before in "0123456789#*":
        return after == "\u20e3"  # the emoji of a key
    return "Hani" in scripts.of(before) or unicodedata.category(before) == "So"


def _joins(before: str, after: str, joiner: str) -> bool:
    if not before or not after:
        return False
    if scripts.of(before) & _JOINING and scripts.of(after) & _JOINING:
        return unicodedata.category(before)[0] in "LM" and unicodedata.category(after)[0] in "LM"
    return joiner == "\u200d" and _is_pictured(before) and _is_pictured(after)


def _is_pictured(character: str) -> bool:
    """Tell an emoji or a skin tone from other characters."""
    return unicodedata.category(character) == "So" or "\U0001f3fb" <= character <= "\U0001f3ff"
