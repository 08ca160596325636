"""Codes that prove a mailbox: six digits, derived from an id, so that nothing secret waits in the outbox."""

import re
import unicodedata
from uuid import uuid4

from notifications import links

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]+")


class DerivedCode(str):
    """A code that remembers the challenge it is derived from: the letter is told only that."""

    challenge_id: str

    def __new__(cls, challenge_id: str) -> "DerivedCode":
        code = super().__new__(cls, links.code_for(challenge_id))
        code.challenge_id = challenge_id
        return code


def new() -> DerivedCode:
    """Begin a challenge."""
    return DerivedCode(str(uuid4()))


def clean(typed: str) -> str:
    """Take the spaces and hyphens out of a code as people type it; full-width digits become plain ones."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
