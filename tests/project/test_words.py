"""The catalogues of the pages' other languages: complete, true to the English, and no text forgotten beside them."""

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from babel.messages import Message
from django.conf import settings
from django.template.base import Lexer, Token, TokenType

from project import words

CATALOGUES = [(app, language) for app in words.APPS for language in words.LANGUAGES]
each_catalogue = pytest.mark.parametrize(("app", "language"), CATALOGUES)

FACT = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
TAG = re.compile(r"<[^>]*>")

PAGES = sorted(
    path
    for folder in (words.ROOT / "templates", *words.ROOT.glob("*/templates"))
    for path in folder.rglob("*")
    # Letters have a file for each language.
    if path.suffix in {".html", ".txt"} and words.ROOT / "templates" / "email" not in path.parents
)
# Names, and what is written so in every language.
SAME_EVERYWHERE = {"Smart Account Requests", "HTML", "Subject:"}
SAID_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title"}
WORD = re.compile(r"[^\W\d_]{2}")


def said(app: str, language: str) -> list[Message]:
    found = words.read(words.catalogue(app, language), language)
    return [message for message in found if message.id]


def forms(message: Message) -> list[tuple[str, str]]:
    """Each form of a text beside the English that it must be true to; a singular may leave its number out."""
    if isinstance(message.string, tuple):
        return [(message.id[1], form) for form in message.string]
    return [(message.id, message.string)]


@each_catalogue
def test_a_catalogue_holds_the_texts_of_its_sources(app: str, language: str) -> None:
    kept = words.catalogue(app, language).read_text(encoding="utf-8")
    assert words.source(words.update(app, language)).decode() == kept, "run: make words"


@each_catalogue
def test_every_text_has_its_words(app: str, language: str) -> None:
    assert [message.id for message in said(app, language) if not words.is_said(message)] == []


@each_catalogue
def test_every_translation_has_the_facts_and_the_markup_of_its_text(app: str, language: str) -> None:
    for message in said(app, language):
        for english, form in forms(message):
            assert sorted(set(FACT.findall(form))) == sorted(set(FACT.findall(english))), form
            assert Counter(TAG.findall(form)) == Counter(TAG.findall(english)), form
            assert english[:1].isspace() == form[:1].isspace(), form
            # What has a context is a piece of a text, such as a month.
            assert message.context or english.endswith(".") == form.endswith("."), form


@each_catalogue
def test_what_pages_read_is_what_the_catalogue_says(app: str, language: str) -> None:
    path = words.catalogue(app, language)
    read = path.with_suffix(".mo").read_bytes()
    assert read == words.compiled(words.read(path, language)), "run: make words"
    with path.with_suffix(".mo").open("rb") as file:
        translations = gettext.GNUTranslations(file)
    for message in said(app, language):
        if message.context is None and isinstance(message.id, str):
            assert translations.gettext(message.id) == message.string


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_one_text_has_one_translation_in_all_catalogues(language: str) -> None:
    found: dict[tuple[str | None, object], set[object]] = {}
    for app in words.APPS:
        for message in said(app, language):
            found.setdefault((message.context, message.id), set()).add(message.string)
    assert {text: given for text, given in found.items() if len(given) > 1} == {}


def test_the_languages_of_the_catalogues_are_those_of_the_pages() -> None:
    assert [settings.LANGUAGE_CODE, *words.LANGUAGES] == [code for code, _ in settings.LANGUAGES]


class Unmarked(HTMLParser):
    """Collects the words of a page whose marked texts were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.found += [line.strip() for line in data.splitlines()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            value or "" for name, value in attrs if name in SAID_ATTRIBUTES or name.startswith("data-sa")
        ]


def unmarked(template: str) -> list[str]:
    """What a template says and is not marked: between the tags, in attributes, and as an argument of a tag."""
    parser, arguments = Unmarked(), []
    shown = []
    for token in outside_of_translations(Lexer(template).tokenize()):
        if token.token_type is TokenType.TEXT:
            shown.append(token.contents)
        elif token.token_type is not TokenType.COMMENT:
            arguments += literals(token)
    parser.feed("".join(shown))
    parser.close()
    found = [text for text in [*parser.found, *arguments] if WORD.search(text)]
    return [text for text in found if text.strip(" –") not in SAME_EVERYWHERE]


def outside_of_translations(tokens: list[Token]) -> Iterator[Token]:
    inside = False
    for token in tokens:
        name = token.split_contents()[0] if token.token_type is TokenType.BLOCK else ""
        if name == "blocktranslate":
            inside = True
        elif name == "endblocktranslate":
            inside = False
        elif not inside:
            yield token


def literals(token: Token) -> list[str]:
    """Words handed to a filter or an included template: a capital letter or a space tells them from names."""
    if token.token_type is TokenType.BLOCK and token.split_contents()[0] in {
        "translate",
        "load",
        "url",
        "static",
    }:
        return []
    found = re.findall(r"""(?<!_\()(?:"([^"]*)"|'([^']*)')""", token.contents)
    return [text for text in ("".join(pair) for pair in found) if re.match(r"[A-Z][a-z]|\w+ \w", text)]


def test_pages_say_nothing_that_is_not_marked() -> None:
    found = {str(path.relative_to(words.ROOT)): unmarked(path.read_text(encoding="utf-8")) for path in PAGES}
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_what_is_not_marked_is_found() -> None:
    page = """{% extends "layout/page.html" %}{% block title %}A title{% endblock %}
        <p title="A tip">{% if x == "done" %}Said{% endif %} {{ x|default:"None yet" }}</p>
        {% include "layout/plate.html" with label="Account" note=_("Marked") %}
        {% translate "Marked" %}{% blocktranslate %}Marked {{ x }}{% endblocktranslate %}
        {# A note #}<script type="application/json">{"ids": "Some words"}</script>"""
    assert sorted(unmarked(page)) == ["A tip", "A title", "Account", "None yet", "Said"]
