"""Turn a letter into subject, text and HTML; the only place where its links and codes come into being."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from jinja2 import Environment, StrictUndefined, Template, select_autoescape

from notifications import filling, german, languages, links, wording
from notifications.blanks import watched
from notifications.emails.letter import Letter
from notifications.languages import Language
from notifications.skeletons import Skeleton
from notifications.styles import StylesLoader

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "email"
MOMENTS = {Language.ENGLISH: wording, Language.GERMAN: german}
"""Which filters write moments and days in each language; the others are the same in all."""


@dataclass(frozen=True)
class Rendered:
    """A finished letter. Holds its links and codes: never stored, never logged."""

    subject: str
    text: str
    html: str


def render(letter: Letter, *, language: str = "en") -> Rendered:
    """Render a letter, in English where letters are not written in `language`.

    Raises jinja2.TemplateError for a faulty template, links.UnknownKey for a lost key."""
    words, operator = context(letter), _operator()
    subject_file, text_file, html_file = _files(letter.kind, language)
    subject = " ".join(_write(subject_file, words, operator).split())
    words["subject"] = subject
    text = filling.fill(_write(text_file, words, operator))
    html = _write(html_file, words, operator)
    return Rendered(subject=subject, text=text, html=html)


@cache
def _files(kind: str, language: str) -> tuple[str, str, str]:
    spoken = languages.nearest(language)
    subject, text, html = (
        languages.file_in(f"{kind}/{name}", spoken) for name in ("subject.txt", "body.txt", "body.html")
    )
    return subject, text, html


def context(letter: Letter) -> dict[str, Any]:
    """Return what the templates see of the letter: its fields, and what is derived from them."""
    words = dict(vars(letter))
    for field, name, derive in _derivations(tuple(words)):
        words[name] = derive(words[field]) if words[field] else ""
    return words


def _operator() -> dict[str, str]:
    return {
        "base_url": settings.BASE_URL,
        "operator_name": settings.OPERATOR_NAME,
        "operator_address": settings.OPERATOR_ADDRESS,
        "support_email": settings.SUPPORT_EMAIL,
    }


def _write(template: str, words: dict[str, Any], operator: dict[str, str]) -> str:
    if environment().auto_reload:
        # Templates may change while they are worked on.
        return _template(template).render({**operator, **words})
    return _skeleton(template).render(words, fixed=operator)


@cache
def _skeleton(template: str) -> Skeleton:
    return Skeleton(_template(template), escapes=template.endswith(".html"))


def _template(name: str) -> Template:
    return environment(languages.of_file(name)).get_template(name)


@cache
def environment(language: Language = Language.ENGLISH) -> Environment:
    """Build the environment of a language's templates; compiled, they stay for the life of the process."""
    moments = MOMENTS[language]
    templates = Environment(
        loader=StylesLoader(FOLDER, sheet="_base/letter.css"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        auto_reload=settings.DEBUG,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    templates.filters.update(
        moment=watched(moments.moment),
        long_day=watched(moments.long_day),
        day=watched(moments.day),
        short_day=watched(moments.short_day),
        clock=watched(wording.clock),
        shown_end=watched(wording.shown_end),
        u_label=watched(wording.u_label),
        both_forms=watched(wording.both_forms),
        lines=watched(wording.lines),
        inert=watched(wording.inert_line),
        upper=watched(str.upper),
        urlencode=watched(wording.url_encoded),
    )
    templates.globals.update(row=filling.row, quote=watched(filling.quote))
    templates.globals["parts"] = templates.get_template("_base/parts.html").module
    return templates


def _page(path: str) -> str:
    return settings.BASE_URL + path


def _link(packed: str, *, label: links.Label) -> str:
    return links.url_for(label, links.Seed.unpack(packed))


@cache
def _derivations(names: tuple[str, ...]) -> tuple[tuple[str, str, Callable[[str], str]], ...]:
    """Return from which of these fields something is derived: the field, the name of what is derived, and how."""
    return tuple((field, name, derive) for field, (name, derive) in _DERIVED.items() if field in names)


_DERIVED: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "page_path": ("page_url", _page),
    "link_seed": ("link_url", partial(_link, label=links.Label.AUTHORIZATION)),
    "stop_seed": ("stop_url", partial(_link, label=links.Label.STOP)),
    "receipt_seed": ("receipt_url", partial(_link, label=links.Label.RECEIPT)),
    "challenge_id": ("code", links.code_for),
}
