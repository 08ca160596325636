"""Letters as people get them: every kind, as usual and at its worst, in both bodies."""

import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from itertools import product

import pytest

from notifications import emails, languages, rendering
from notifications.emails import KINDS, Nomination, Reminder
from notifications.inert import JOINER, inert
from notifications.languages import Language

pytestmark = pytest.mark.usefixtures("operator")
SORTS = ("sample", "hostile_sample")
every_letter = pytest.mark.parametrize(
    ("kind", "sort"), list(product(KINDS, SORTS)), ids=lambda value: str(value)
)
every_kind = pytest.mark.parametrize("kind", KINDS)
VOID = {"br", "meta"}
ALLOWED_TAGS = {*VOID, "html", "head", "title", "style", "body", "div", "table"} | {
    *("tr", "td", "h1", "h2", "p", "a", "span", "strong", "em")
}


class Reader(HTMLParser):
    """Reads a letter strictly: every element closed in order, everything it asks for remembered."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.hrefs, self.classes, self.texts = [], [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        assert len(named) == len(attrs), f"an attribute twice: {attrs}"
        self.tags.append((tag, named))
        self.classes += (named.get("class") or "").split()
        if "href" in named:
            self.hrefs.append(named["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open and "title" not in self.open:
            self.texts.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.texts).split())


@dataclass(frozen=True)
class Words:
    """What a language's frame says around every letter."""

    because: str
    idle: str
    report: str
    sender: str


FRAMES = {
    Language.ENGLISH: Words(
        "You get this because",
        "If you do nothing",
        "Something looks wrong? Write to",
        "Sent by Example Licensing GmbH, Musterweg 1, 10115 Berlin.",
    ),
    Language.GERMAN: Words(
        "Sie erhalten diese E-Mail, weil",
        "Wenn Sie nichts tun",
        "Stimmt etwas nicht? Schreiben Sie an",
        "Gesendet von Example Licensing GmbH, Musterweg 1, 10115 Berlin.",
    ),
}
FOREIGN = {
    Language.ENGLISH: re.compile(r"[äöüß„“]|\b(der|das|Sie|Ihr|und|nicht|bis)\b"),
    Language.GERMAN: re.compile(
        r"\b(the|you|your|and|this|that|we|it|not|has|have|with|by|from|of|to)\b", re.I
    ),
}


@cache
def _render(kind, sort, language=Language.ENGLISH):
    return rendering.render(getattr(KINDS[kind], sort)(language), language=language)


def _in_each_language(kind, sort):
    return [_render(kind, sort, language) for language in Language]


@every_letter
def test_the_subject_is_one_short_line_of_ours(kind, sort):
    for language in Language:
        subject = _render(kind, sort, language).subject
        assert 0 < len(subject) <= 60
        assert subject.encode("ascii" if language is Language.ENGLISH else "latin-1")
        assert subject.isprintable()
        assert subject == _render(kind, "sample", language).subject


@every_kind
def test_a_letter_speaks_one_language(kind):
    for language in Language:
        rendered = _render(kind, "sample", language)
        said = f"{rendered.subject}\n{rendered.text}\n{Reader(rendered.html).words}"
        # What staff read in a log stays as it is logged.
        for fact in getattr(KINDS[kind].sample(language), "facts", ()):
            said = said.replace(inert(fact), "")
        assert FOREIGN[language].findall(re.sub(r"\S+[@/]\S+|Smart Account Requests", "", said)) == []


def test_a_language_nobody_wrote_letters_in_is_english():
    assert rendering.render(Nomination.sample(), language="fr") == _render("nomination", "sample")
    german_letter = _render("nomination", "sample", Language.GERMAN)
    assert rendering.render(Nomination.sample("de"), language="de-AT") == german_letter


@every_letter
def test_html_nests_and_stays_small(kind, sort):
    for language in Language:
        html = _render(kind, sort, language).html
        reader = Reader(html)
        assert html.startswith("<!doctype html>")
        assert {tag for tag, _ in reader.tags} <= ALLOWED_TAGS
        assert len(html.encode()) < 60_000
        head = {"lang": language.value, "dir": "ltr", "xmlns": "http://www.w3.org/1999/xhtml"}
        assert reader.tags[0] == ("html", head)


@every_letter
def test_the_heading_is_the_subject(kind, sort):
    for rendered in _in_each_language(kind, sort):
        (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", rendered.html, re.S)
        assert re.sub("<[^>]+>", "", heading) == rendered.subject
        assert rendered.text.splitlines()[0] == rendered.subject.upper()
        assert f"<title>{rendered.subject}</title>" in rendered.html


@every_letter
def test_every_address_of_the_html_stands_in_the_text(kind, sort):
    for rendered in _in_each_language(kind, sort):
        for href in Reader(rendered.html).hrefs:
            assert href.startswith(("https://accounts.example.com/", "mailto:"))
            shown = href.removeprefix("mailto:").replace("%2B", "+").replace("%40", "@")
            assert shown in rendered.text


@every_letter
def test_one_call_to_action_or_one_code(kind, sort):
    for rendered in _in_each_language(kind, sort):
        classes = Reader(rendered.html).classes
        assert classes.count("btn") == classes.count("btn-in") == (0 if KINDS[kind].is_code else 1)
        assert classes.count("plate-code") == (1 if KINDS[kind].is_code else 0)


@pytest.mark.parametrize(
    ("kind", "sort"), [(kind, sort) for kind, sort in product(KINDS, SORTS) if not KINDS[kind].is_code]
)
def test_the_button_opens_an_address_that_is_written_out_in_both_bodies(kind, sort):
    for rendered in _in_each_language(kind, sort):
        reader = Reader(rendered.html)
        (target,) = [named["href"] for tag, named in reader.tags if named.get("class") == "btn-in"]
        shown = target.removeprefix("mailto:")
        assert shown in reader.words
        assert target.startswith("mailto:") or shown in rendered.text.splitlines()


@every_letter
def test_nothing_is_fetched_from_anywhere(kind, sort):
    fetching = {"src", "srcset", "background", "poster"}
    for rendered in _in_each_language(kind, sort):
        assert not any(fetching & named.keys() for _, named in Reader(rendered.html).tags)
        assert not re.search(r"@import|url\(|<link|<script|<img|<form", rendered.html, re.I)


@every_letter
def test_words_of_people_stay_words(kind, sort):
    for rendered in _in_each_language(kind, sort):
        tags = Reader(rendered.html).tags
        assert not any(name.startswith("on") for _, named in tags for name in named)
        assert all(named["href"].startswith(("https:", "mailto:")) for tag, named in tags if tag == "a")


@every_kind
def test_no_template_language_is_left_over(kind):
    written = _in_each_language(kind, "sample")
    for body in (body for one in written for body in (one.subject, one.text, one.html)):
        assert not re.search(r"\{\{|\{%|\{#|%\}|\}\}(?!\s*(\[data|$))", body.split("<style>")[0])
        assert "None" not in body
        assert "Undefined" not in body


def test_template_language_in_a_name_is_shown_literally():
    rendered = _render("nomination", "hostile_sample")
    assert "{{ 7*7 }}" in rendered.text
    assert "{{ 7*7 }}" in rendered.html
    assert "{{ settings.SECRET_KEY }}" in rendered.text.replace(JOINER, "")


@every_letter
def test_text_lines_are_short(kind, sort):
    for line in (line for one in _in_each_language(kind, sort) for line in one.text.splitlines()):
        bare = line[18:] if line.startswith("  ") else line.removeprefix("> ")
        assert len(line) <= 76 or " " not in bare.strip(), line
        assert line == "-- " or line == line.rstrip()


@every_kind
def test_usual_text_lines_are_longer_only_for_an_address(kind):
    for rendered in _in_each_language(kind, "sample"):
        assert all(len(line) <= 76 or line.startswith("https://") for line in rendered.text.splitlines())


@every_kind
def test_the_text_has_no_gaps(kind):
    for rendered in _in_each_language(kind, "sample"):
        assert "\n\n\n" not in rendered.text
        assert rendered.text.endswith(".\n")


@every_kind
def test_facts_stand_in_a_column_of_their_own(kind):
    for rendered in _in_each_language(kind, "sample"):
        for line in rendered.text.splitlines():
            assert not line.startswith("  ") or re.match(r"  .{15} \S", line), line


@every_kind
def test_both_bodies_say_why_what_otherwise_and_how_to_report(kind):
    for language, frame in FRAMES.items():
        rendered = _render(kind, "sample", language)
        for body in (Reader(rendered.html).words, " ".join(rendered.text.split())):
            assert re.search(rf"{frame.because} \w", body)
            assert frame.idle.lower() in body.lower()
            assert f"{frame.report} support@accounts.example.com." in body.replace(" .", ".")
            assert frame.sender in body


@every_letter
def test_both_bodies_say_the_same_facts(kind, sort):
    for language in Language:
        rendered = _render(kind, sort, language)
        words = re.sub(r"\s", "", Reader(rendered.html).words)
        text = re.sub(r"\s|^> ?", "", rendered.text, flags=re.M)
        for value in getattr(KINDS[kind], sort)(language).primitives().values():
            for piece in value if isinstance(value, list) else [value]:
                if isinstance(piece, str) and len(piece) > 15 and "@" not in piece:
                    shown = re.sub(r"\s", "", inert(piece))
                    assert (shown in words) == (shown in text)


@every_kind
def test_the_order_of_the_parts_is_fixed(kind):
    for language, frame in FRAMES.items():
        html = _render(kind, "sample", language).html
        parts = ("<h1", 'class="btn"', 'class="due"', frame.idle, frame.because)
        found = [place for place in map(html.find, parts) if place >= 0]
        assert len(found) >= 3
        assert found == sorted(found)


@every_kind
def test_letters_are_drawn_for_the_dark_and_for_narrow_screens(kind):
    html = _render(kind, "sample").html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media (max-width: 620px)" in html
    assert '<meta name="color-scheme" content="light dark">' in html


@every_kind
def test_every_class_is_known_to_a_sheet_and_inlined(kind):
    inlined = (rendering.FOLDER / "_base" / "letter.css").read_text()
    kept = (rendering.FOLDER / "_base" / "dark.css").read_text()
    for _, named in Reader(_render(kind, "sample").html).tags:
        for name in (named.get("class") or "").split():
            assert f".{name} " in inlined + kept
            assert f".{name} {{" not in inlined or "style" in named


def test_the_sheet_holds_rules_of_one_class_each():
    sheet = re.sub(r"/\*.*?\*/", "", (rendering.FOLDER / "_base" / "letter.css").read_text(), flags=re.S)
    selectors = [selector.strip() for selector in re.findall(r"([^{}]+)\{", sheet)]
    assert selectors
    assert all(re.fullmatch(r"\.[a-z0-9-]+", selector) for selector in selectors)
    assert "var(" not in sheet


@every_kind
def test_the_same_letter_renders_the_same_again(kind):
    assert rendering.render(KINDS[kind].sample()) == _render(kind, "sample")


CHOICES = {
    "registration_code": [{"purpose": "change"}],
    "request_sent": [
        {"authorization": "held", "ends_at": ""},
        {"authorization": "authorized", "authorizer_address": ""},
    ],
    "reminder": [{"number": 0}, {"number": 3, "is_last": True}],
    "facts_changed": [
        {"changed": ("account_domain",), "was_authorized": False, "administrators": ()},
        {"changed": ("account_domain", "account_name", "administrators")},
    ],
    "authorizer_code": [{"answer": answer} for answer in ("decline", "hand_on", "take_back")],
    "decision_receipt": [
        {"answer": "decline", "statement": "", "reason": "Not now."},
        {
            "answer": "hand_on",
            "statement": "",
            "handed_to": "sam.ito@acme-robotics.example",
            "receipt_seed": "",
        },
        {"answer": "take_back", "statement": ""},
    ],
    "authorized": [{"domain": "approved"}, {"domain": "change_asked"}],
    "declined": [{"reason": "", "nominations_left": 0}, {"nominations_left": 1}],
    "choose_authorizer": [
        {"cause": cause, "nominations_left": left}
        for cause in ("not_meant", "lapsed", "refused", "revoked")
        for left in (0, 1)
    ],
    "your_turn": [{"asked": "answer_domain", "number": 2}],
    "handed_on_notice": [{"authorization": "held", "ends_at": ""}],
    "held": [{"reasons": ()}, {"reasons": ("free_mail", "many_requesters")}],
    "nothing_to_do": [
        {"cause": cause, "was_authorized": True} for cause in ("expired", "rejected", "replaced", "revoked")
    ],
    "domain_approved": [{"authorization": state} for state in ("authorized", "held", "declined")],
    "change_asked": [{"proposal": ""}],
    "reopened": [{"authorization": state} for state in ("authorized", "held", "pending")],
    "transferred": [{"addressee": "former"}, {"needs_statement": True}],
    "setup": [{"authorizer_address": "", "administrators": ()}],
    "setup_reminder": [{"number": 3, "is_last": True}],
    "expired": [{"cause": "setup"}],
    "reviewer_digest": [{"overdue": 0, "waiting": ()}],
    "operator_alert": [{"alert": alert, "facts": ()} for alert in emails.operator_alert.Alert],
    "draft_ending": [{"account_domain": "", "account_name": ""}],
}


@pytest.mark.parametrize(
    ("kind", "other"), [(kind, other) for kind, others in CHOICES.items() for other in others], ids=str
)
def test_every_variant_of_a_letter_renders(kind, other):
    for language in Language:
        stored = {**KINDS[kind].sample(language).primitives(), **other}
        rendered = rendering.render(emails.from_primitives(kind, stored), language=language)
        assert 0 < len(rendered.subject) <= 60
        assert "\n\n\n" not in rendered.text
        assert "  ." not in rendered.text
        for said in (rendered.text, Reader(rendered.html).words):
            # Sentences that a choice puts behind each other keep their distance.
            assert re.findall(r"[a-zäöüß][.!?;][A-ZÄÖÜ]\w+|[a-z,]  [a-z]+ ", said) == []


def test_subjects_fit_on_the_longest_day():
    for kind in KINDS:
        stored = KINDS[kind].sample().primitives()
        if "ends_at" in stored:
            stored |= {"ends_at": "2026-10-01T00:00:00+00:00"} | (
                {"is_last": True} if "is_last" in stored else {}
            )
            letter = emails.from_primitives(kind, stored)
            for language in Language:
                assert len(rendering.render(letter, language=language).subject) <= 60


def test_a_domain_in_another_script_stands_there_in_both_forms():
    stored = Nomination.sample().primitives() | {"account_domain": "xn--mnchen-3ya.example"}
    rendered = rendering.render(emails.from_primitives("nomination", stored))
    assert "m\u00fcnchen.example (xn--mnchen-3ya.example)" in rendered.text
    words = Reader(rendered.html).words
    assert "m\u00fcnchen.example In ASCII: xn--mnchen-3ya.example" in words


def test_an_exclusive_end_is_shown_as_the_last_minute_that_counts():
    text = rendering.render(Nomination.sample()).text
    assert "Please answer by Wednesday 9 December 2026. After 23:59 UTC that day" in " ".join(text.split())


@pytest.mark.parametrize(("number", "said"), [(3, True), (0, False)])
def test_only_a_reminder_of_the_clock_is_called_the_last(number, said):
    stored = Reminder.sample().primitives() | {"number": number, "is_last": True}
    rendered = rendering.render(emails.from_primitives("reminder", stored))
    assert rendered.subject.startswith("Last reminder") is said
    assert ("This is the last reminder." in rendered.text) is said
    assert ("This is the last reminder." in rendered.html) is said


def test_the_message_is_quoted_and_marked_as_unchecked_or_absent():
    said = rendering.render(Nomination.sample()).text
    assert "Dana Whitfield wrote this. We have not checked it:\n\n> Hello Priya" in said
    stored = Nomination.sample().primitives() | {"message": ""}
    silent = rendering.render(emails.from_primitives("nomination", stored))
    assert "checked" not in silent.text
    assert "checked" not in silent.html


def test_a_line_break_in_a_name_cannot_forge_a_line():
    stored = Nomination.sample().primitives() | {"requester_name": "Dana\nYou are authorized.\n--\nX"}
    text = rendering.render(emails.from_primitives("nomination", stored)).text
    assert "You are authorized." not in text.splitlines()
    assert text.splitlines().count("-- ") == 1


@pytest.mark.parametrize(
    ("name", "language"),
    [("nomination/body.html", "en"), ("nomination/body.de.html", "de"), ("_base/letter.de.txt", "de")],
)
def test_a_template_names_its_language(name, language):
    assert languages.of_file(name) == language
    assert languages.file_in(name.replace(".de.", "."), languages.nearest(language)) == name
