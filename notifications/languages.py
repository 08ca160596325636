"""The languages that letters are written in: each template has a file in each of them."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache


class Language(StrEnum):
    """A language as stored with a letter, in its headers and its HTML."""

    ENGLISH = "en"
    GERMAN = "de"


@cache
def nearest(code: str) -> Language:
    """Return the language of letters for the code of a language: German for ``de-AT``, English for all others."""
    try:
        return Language(code.partition("-")[0].lower())
    except ValueError:
        return Language.ENGLISH


@cache
def file_in(name: str, language: Language) -> str:
    """Return the name of a template in a language: ``body.html`` is English, ``body.de.html`` German."""
    if language is Language.ENGLISH:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{language}{dot}{ending}"


@cache
def of_file(name: str) -> Language:
    """Return the language of a template by its name."""
    pieces = name.rpartition("/")[2].split(".")
    return nearest(pieces[1]) if len(pieces) == 3 else Language.ENGLISH


_readers: list[Callable[[str], str]] = []


def readers(chosen_by: Callable[[str], str]) -> None:
    """Tell which language the reader of an address chose, "" for none; called once, from an AppConfig's `ready`."""
    _readers.append(chosen_by)


def of_reader(address: str) -> str:
    """Return the language that the reader of an address chose, English where nobody knows."""
    return next((language for chosen_by in _readers if (language := chosen_by(address))), Language.ENGLISH)
