"""Collect the texts of pages into the catalogues of the other languages, and compile these: `make words`.

Babel, which the product has anyway, instead of GNU gettext: nothing to install, the same bytes on every machine, and
tests that read the sources by the very function that the developer runs. Django's own reader of templates finds their
texts. A catalogue has no dates and no line numbers, so it changes only where a text did.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = ("people", "smart_accounts", "notifications", "requests_app", "project")
LANGUAGES = ("de",)
LETTERS = ROOT / "notifications" / "emails"
# What marks a text, and which of its arguments are the text, its plural and its context (c).
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    # Of the pure rules, which know no framework: people/sentences.py.
    **dict.fromkeys(("N_", "Sentence")),
}
HEAD = "# `make words` writes this file; only what stands after msgstr is written by hand."
WIDTH = 100


@dataclass(frozen=True)
class Text:
    """One marked text: `id` is its English, or a pair with the plural; `place` the file that has it."""

    id: str | tuple[str, str]
    context: str | None
    place: str


class _Timeless(Catalog):
    """A catalogue whose head says only what a reader needs: no dates, no names, no version of a tool."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        """What a file's head says is ours to write."""


def catalogue(app: str, language: str) -> Path:
    """Return where an app's texts stand in `language`."""
    return ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"


def texts(app: str) -> list[Text]:
    """Return every marked text of an app in the order of its files; the pages of nobody belong to `project`."""
    return [text for path in _sources(app) for text in _texts_of(path)]


def update(app: str, language: str) -> Catalog:
    """Return the app's catalogue with every text of its sources: known ones with their words, new ones with those
    that the same text has in another catalogue, or without."""
    known = [read(catalogue(each, language), language) for each in (app, *APPS)]
    new = _Timeless(locale=language, header_comment=HEAD, fuzzy=False)
    for text in texts(app):
        new.add(
            text.id,
            _words_of(text, known),
            locations=[(text.place, 0)],
            context=text.context,
        )
    return new


def read(path: Path, language: str) -> Catalog:
    """Return what a catalogue's file says; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def source(found: Catalog) -> bytes:
    """Return the text of the .po file."""
    out = BytesIO()
    write_po(out, found, width=WIDTH, include_lineno=False)
    return out.getvalue()


def compiled(found: Catalog) -> bytes:
    """Return the bytes of the .mo file: what is not said yet is left out, and so stays English."""
    said = _Timeless(locale=found.locale, fuzzy=False)
    for message in found:
        if message.id and is_said(message):
            said.add(message.id, message.string, context=message.context)
    out = BytesIO()
    write_mo(out, said)
    return out.getvalue()


def is_said(message: Message) -> bool:
    """Tell whether a text has its words, in every form that the language needs."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return not message.fuzzy and all(forms)


def _words_of(text: Text, known: list[Catalog]) -> str | tuple[str, ...] | None:
    for found in known:
        message = found.get(text.id, text.context)
        # A plural that became a single text, or the reverse, is a new text.
        if message and message.pluralizable == isinstance(text.id, tuple) and is_said(message):
            return message.string if isinstance(message.string, str) else tuple(message.string or ())
    return None


def _sources(app: str) -> Iterator[Path]:
    yield from sorted((ROOT / app).rglob("*.py"))
    pages = [ROOT / app / "templates", *([ROOT / "templates"] if app == "project" else [])]
    for folder in pages:
        found = sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt"})
        # Letters have a file for each language.
        yield from (path for path in found if ROOT / "templates" / "email" not in path.parents)


def _texts_of(path: Path) -> Iterator[Text]:
    place = path.relative_to(ROOT).as_posix()
    code = path.read_text(encoding="utf-8")
    if path.parent == LETTERS and re.search(r"^    kind: ClassVar\[str\] = ", code, re.MULTILINE):
        # Staff read beside each letter what it is for: the first line of its module.
        yield Text(
            id=(ast.get_docstring(ast.parse(code)) or "").partition("\n")[0], context=None, place=place
        )
    if path.suffix != ".py":
        # It comes as Python whose indentation means nothing.
        code = "\n".join(line.lstrip() for line in templatize(code, origin=str(path)).splitlines())
    for _, found, _, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
        yield Text(
            id=found if isinstance(found, str) else (found[0], found[1]),
            context=context,
            place=place,
        )


def main(apps: tuple[str, ...]) -> None:
    """Bring the catalogues of `apps` up to date and say what still has no words."""
    for app in apps:
        for language in LANGUAGES:
            found, path = update(app, language), catalogue(app, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source(found))
            path.with_suffix(".mo").write_bytes(compiled(found))
            unsaid = [message for message in found if message.id and not is_said(message)]
            print(f"{app}/{language}: {len(found)} texts, {len(unsaid)} without words")
            for message in unsaid:
                print(f"  {message.locations[0][0]}: {message.id}")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or APPS)
