"""Make untrusted text inert, so that no mail client or browser turns a piece of it into a link.

A word joiner (U+2060, invisible, no line break) goes around every dot inside a word, around
``@``, into runs of digits and behind a scheme's colon. People read the same; link finders no longer see a
host name, an address or a telephone number. Doing it twice changes nothing.
"""

import re

JOINER = "\u2060"

# Before the dot anything but a space: the vowel signs of many scripts are no word characters.
_DOT = re.compile(r"(?<=[^\s.\u2060])([.\uff0e\uff61])(?=\w)")
_AT = re.compile(r"(?<!\u2060)@(?!\u2060)")
_SCHEME = re.compile(r":(?=//)")
_NUMBER = re.compile(r"\d{3}(?=\d)|\d(?=[ ().\-/]+\d)")


def inert(text: str) -> str:
    """Return the text with its host names, addresses and numbers broken invisibly."""
    if text.isalpha():
        return text
    text = _DOT.sub(_between, text)
    if "@" in text:
        text = _AT.sub(f"{JOINER}@{JOINER}", text)
    if "//" in text:
        text = _SCHEME.sub(f":{JOINER}", text)
    return _NUMBER.sub(_before, text)


def _between(found: re.Match[str]) -> str:
    return f"{JOINER}{found[0]}{JOINER}"


def _before(found: re.Match[str]) -> str:
    return found[0] + JOINER


def inert_line(text: str) -> str:
    """Return one inert line: a line break in it could forge a line of the letter's own."""
    return inert(" ".join(text.split()))
