"""Every page for a German browser: none of its words is English, whoever looks and whatever went wrong."""

import re
from html.parser import HTMLParser

from project.access import ROWS, Row
from tests.project.hostile import BROWSERS
from tests.project.world import Kind, World, knock

# Words that stand in nearly every English sentence, and in no German one.
ENGLISH = re.compile(
    r"\b(the|and|of|you|your|is|are|with|this|that|by|to|for|not|has|have|from|who|when|which|it|its|be|or|on)\b",
    re.IGNORECASE,
)
# Letters and reasons in the language of their readers, figures, and the dashboard: not words of a page.
OTHERS = {
    "mailbox", "mailbox_letter", "mailbox_html", "mailbox_source", "preview", "preview_letter", "preview_frame",
    "reasons", "healthz", "readyz", "metrics", "flower", "flower_page", "receipt_file", "request_receipt",
    "data_download",
}  # fmt: skip
# What was signed is shown as it was signed; what somebody asked, as they asked it.
AS_IT_WAS_SAID = re.compile(r"I may act for the organization that uses .*|Which\?")
# Said in the languages' own names, typed by people, or written for machines.
APART = {"script", "style", "svg", "pre", "code", "blockquote", "textarea", "iframe", "option"}
SAID_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "data-say", "data-said", "data-updated"}


class Words(HTMLParser):
    """Collects what a page says, but for what stands in APART or names another language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.apart: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in APART or given.get("translate") == "no" or (tag != "html" and "lang" in given):
            self.apart.append(tag)
        self.said += [value or "" for name, value in attrs if name in SAID_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        if self.apart and self.apart[-1] == tag:
            self.apart.pop()

    def handle_data(self, data: str) -> None:
        if not self.apart:
            self.said.append(data.strip())


def english_in(page: str) -> list[str]:
    words = Words()
    words.feed(page)
    return [said for said in words.said if ENGLISH.search(said) and not AS_IT_WAS_SAID.fullmatch(said)]


def answers(world: World, row: Row, kind: Kind) -> dict[str, str]:
    """Return each page that a German browser of this kind gets at one URL: read, sent empty, and invented."""
    browser = world.browser(kind, is_proven=True)
    found = {}
    for method, path in (("GET", row.path), ("POST", row.path), ("GET", "invented")):
        asked = world.invented(row.path) if path == "invented" else world.path(path)
        answer = knock(browser, method, asked, headers={"accept-language": "de-DE,de;q=0.9,en;q=0.5"})
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.content:
            found[f"{method} {path} {answer.status_code}"] = answer.content.decode()
    return found


def test_no_page_says_an_english_word_to_a_german_browser(world: World) -> None:
    found = {}
    for row in (row for row in ROWS if row.name not in OTHERS):
        for name, page in answers(world, row, BROWSERS[row.who]).items():
            # An answer for scripts alone is a piece of a page.
            assert '<html lang="de">' in page or "<html" not in page, (row.name, name)
            if english := english_in(page):
                found[f"{row.name} {name}"] = english
    assert found == {}


def test_an_english_word_is_found() -> None:
    page = '<p>Schön</p><img alt="A picture of it"><button lang="en">The English</button><pre>the</pre><b>To be</b>'
    assert english_in(page) == ["A picture of it", "To be"]
