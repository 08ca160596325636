"""What one look at something came to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Verdict(StrEnum):
    """Whether somebody has to act."""

    OK = "ok"
    NOTE = "note"
    """Nothing to mend for sure: could not be looked at from here, or good enough and could be better."""
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's: what was looked at, the verdict, and what is wrong and to do about it."""

    name: str
    verdict: Verdict
    words: str = ""

    @classmethod
    def ok(cls, name: str, words: str = "") -> Self:
        return cls(name, Verdict.OK, words)

    @classmethod
    def note(cls, name: str, words: str) -> Self:
        return cls(name, Verdict.NOTE, words)

    @classmethod
    def bad(cls, name: str, words: str) -> Self:
        return cls(name, Verdict.BAD, words)

    @classmethod
    def of(cls, name: str, problem: str) -> Self:
        """Bad with these words, or ok when there are none."""
        return cls.bad(name, problem) if problem else cls.ok(name)

    def line(self) -> str:
        """Return it as a person reads it: `redis          ok`, `disk           BAD   2 % free …`."""
        word = self.verdict.upper() if self.verdict is Verdict.BAD else self.verdict
        return f"{self.name:<14} {word:<5} {self.words}".rstrip()
