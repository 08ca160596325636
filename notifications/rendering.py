"""Turn a letter into subject, text and HTML; the only place where its links and codes come into being."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from jinja2 import Environment, StrictUndefined, select_autoescape

from notifications import filling, links, wording
from notifications.emails.letter import Letter
from notifications.styles import StylesLoader

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "email"


@dataclass(frozen=True)
class Rendered:
    """A finished letter. Holds its links and codes: never stored, never logged."""

    subject: str
    text: str
    html: str


def render(letter: Letter) -> Rendered:
    """Render a letter. Raises jinja2.TemplateError for a faulty template, links.UnknownKey for a lost key."""
    words = context(letter)
    templates = environment()
    subject = " ".join(templates.get_template(f"{letter.kind}/subject.txt").render(words).split())
    words["subject"] = subject
    text = filling.fill(templates.get_template(f"{letter.kind}/body.txt").render(words))
    html = templates.get_template(f"{letter.kind}/body.html").render(words)
    return Rendered(subject=subject, text=text, html=html)


def context(letter: Letter) -> dict[str, Any]:
    """Return what the templates see: the letter's fields, what is derived from them, and the operator."""
    words: dict[str, Any] = {
        **vars(letter),
        "base_url": settings.BASE_URL,
        "operator_name": settings.OPERATOR_NAME,
        "operator_address": settings.OPERATOR_ADDRESS,
        "support_email": settings.SUPPORT_EMAIL,
    }
    for field, (name, derive) in _DERIVED.items():
        if field in words:
            words[name] = derive(words[field]) if words[field] else ""
    return words


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Build the letters' template environment; compiled templates stay for the life of the process."""
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
        moment=wording.moment,
        long_day=wording.long_day,
        day=wording.day,
        short_day=wording.short_day,
        clock=wording.clock,
        shown_end=wording.shown_end,
        u_label=wording.u_label,
        both_forms=wording.both_forms,
        lines=wording.lines,
        inert=wording.inert_line,
    )
    templates.globals.update(row=filling.row, quote=filling.quote)
    templates.globals["parts"] = templates.get_template("_base/parts.html").module
    return templates


def _page(path: str) -> str:
    return settings.BASE_URL + path


def _link(packed: str, *, label: links.Label) -> str:
    return links.url_for(label, links.Seed.unpack(packed))


_DERIVED: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "page_path": ("page_url", _page),
    "link_seed": ("link_url", partial(_link, label=links.Label.AUTHORIZATION)),
    "stop_seed": ("stop_url", partial(_link, label=links.Label.STOP)),
    "receipt_seed": ("receipt_url", partial(_link, label=links.Label.RECEIPT)),
    "challenge_id": ("code", links.code_for),
}
