"""Make the two Unicode tables that the product ships, from ICU's data.

Run by hand when Unicode publishes a new version, in a throw-away environment, since PyICU is no
dependency of the product: `pip install icukit-pyicu && python project/unicode_tables.py`.
It writes `people/data/scripts.txt` (script extensions, UAX 24) and
`requests_app/domain/data/confusables.txt` (prototypes, UTS 39). The licence lies beside each.
"""

import importlib
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# {title}, Unicode {unicode}; taken from ICU {icu} and rewritten in this shorter form by
# project/unicode_tables.py. © Unicode, Inc.; licence: LICENSE-UNICODE.txt beside this file.
# {form}
"""


def _code_points() -> Iterator[int]:
    """Yield every code point that a text can hold: all but the surrogates."""
    yield from range(0xD800)
    yield from range(0xE000, sys.maxunicode + 1)


def _scripts(icu: Any) -> Iterator[str]:
    """Yield "first last script…" for each run of code points with the same script extensions."""
    name = lru_cache(lambda code: icu.Script(code).getShortName())
    start, last, current = -1, -2, ""
    for code_point in _code_points():
        extensions = " ".join(sorted(name(code) for code in icu.Script.getScriptExtensions(chr(code_point))))
        if extensions == current and code_point == last + 1:
            last = code_point
            continue
        if current not in ("", "Zzzz"):
            yield f"{start:X} {last:X} {current}"
        start, last, current = code_point, code_point, extensions
    if current not in ("", "Zzzz"):
        yield f"{start:X} {last:X} {current}"


def _confusables(icu: Any) -> Iterator[str]:
    """Yield "source target…" for each code point whose prototype is another text.

    Code points that decompose are left out: a skeleton is taken of decomposed text.
    """
    checker = icu.SpoofChecker()
    for code_point in _code_points():
        character = chr(code_point)
        if unicodedata.normalize("NFD", character) != character:
            continue
        prototype = checker.getSkeleton(0, character)
        # Default-ignorable characters have an empty prototype; none survives our normal form.
        if prototype and prototype != character:
            yield " ".join(f"{ord(piece):X}" for piece in character + prototype)


def main() -> None:
    icu = importlib.import_module("icu")
    versions = {"unicode": icu.UNICODE_VERSION, "icu": icu.ICU_VERSION}
    for path, title, form, lines in (
        (
            ROOT / "people/data/scripts.txt",
            "Script extensions",
            "first last script…: code points in hexadecimal, scripts by their short names.",
            _scripts(icu),
        ),
        (
            ROOT / "requests_app/domain/data/confusables.txt",
            "Confusable characters and their prototypes",
            "source target…: code points in hexadecimal.",
            _confusables(icu),
        ),
    ):
        text = HEADER.format(title=title, form=form, **versions) + "\n".join(lines) + "\n"
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
