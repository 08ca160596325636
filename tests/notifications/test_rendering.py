"""Letters as people get them: every kind, as usual and at its worst, in both bodies."""

import re
from functools import cache
from html.parser import HTMLParser
from itertools import product

import pytest

from notifications import emails, envelope, filling, rendering, wording
from notifications.emails import KINDS, Nomination, Reminder
from notifications.inert import JOINER, inert

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


@pytest.fixture(autouse=True)
def _operator(settings):
    settings.BASE_URL = "https://accounts.example.com"
    settings.OPERATOR_NAME = "Example Licensing GmbH"
    settings.OPERATOR_ADDRESS = "Musterweg 1, 10115 Berlin"
    settings.SUPPORT_EMAIL = "support@accounts.example.com"
    settings.DEFAULT_FROM_EMAIL = "requests@accounts.example.com"
    settings.FROM_NAME = "Smart Account Requests"


@cache
def _render(kind, sort):
    return rendering.render(getattr(KINDS[kind], sort)())


@every_letter
def test_the_subject_is_one_short_line_of_ours(kind, sort):
    subject = _render(kind, sort).subject
    assert 0 < len(subject) <= 60
    assert subject.isascii()
    assert subject.isprintable()
    assert subject == _render(kind, "sample").subject


@every_letter
def test_html_nests_and_stays_small(kind, sort):
    html = _render(kind, sort).html
    reader = Reader(html)
    assert html.startswith("<!doctype html>")
    assert {tag for tag, _ in reader.tags} <= ALLOWED_TAGS
    assert len(html.encode()) < 60_000
    assert reader.tags[0] == ("html", {"lang": "en", "dir": "ltr", "xmlns": "http://www.w3.org/1999/xhtml"})


@every_letter
def test_the_heading_is_the_subject(kind, sort):
    rendered = _render(kind, sort)
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", rendered.html, re.S)
    assert re.sub("<[^>]+>", "", heading) == rendered.subject
    assert rendered.text.splitlines()[0] == rendered.subject.upper()
    assert f"<title>{rendered.subject}</title>" in rendered.html


@every_letter
def test_every_address_of_the_html_stands_in_the_text(kind, sort):
    rendered = _render(kind, sort)
    for href in Reader(rendered.html).hrefs:
        assert href.startswith(("https://accounts.example.com/", "mailto:"))
        shown = href.removeprefix("mailto:").replace("%2B", "+").replace("%40", "@")
        assert shown in rendered.text


@every_letter
def test_one_call_to_action_or_one_code(kind, sort):
    classes = Reader(_render(kind, sort).html).classes
    assert classes.count("btn") == classes.count("btn-in") == (0 if KINDS[kind].is_code else 1)
    assert classes.count("plate-code") == (1 if KINDS[kind].is_code else 0)


@pytest.mark.parametrize(
    ("kind", "sort"), [(kind, sort) for kind, sort in product(KINDS, SORTS) if not KINDS[kind].is_code]
)
def test_the_button_opens_an_address_that_is_written_out_in_both_bodies(kind, sort):
    rendered = _render(kind, sort)
    reader = Reader(rendered.html)
    (target,) = [named["href"] for tag, named in reader.tags if named.get("class") == "btn-in"]
    shown = target.removeprefix("mailto:")
    assert shown in reader.words
    assert target.startswith("mailto:") or shown in rendered.text.splitlines()


@every_letter
def test_nothing_is_fetched_from_anywhere(kind, sort):
    html = _render(kind, sort).html
    assert not any({"src", "srcset", "background", "poster"} & named.keys() for _, named in Reader(html).tags)
    assert not re.search(r"@import|url\(|<link|<script|<img|<form", html, re.I)


@every_letter
def test_words_of_people_stay_words(kind, sort):
    reader = Reader(_render(kind, sort).html)
    for _, named in reader.tags:
        assert not any(name.startswith("on") for name in named)
    assert all(
        named.get("href", "").startswith(("https:", "mailto:")) for tag, named in reader.tags if tag == "a"
    )


@every_kind
def test_no_template_language_is_left_over(kind):
    rendered = _render(kind, "sample")
    for body in (rendered.subject, rendered.text, rendered.html):
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
    for line in _render(kind, sort).text.splitlines():
        bare = line.split(maxsplit=1)[-1] if line.startswith(("  ", "> ")) else line
        assert len(line) <= 76 or " " not in bare.strip(), line
        assert line == "-- " or line == line.rstrip()


@every_kind
def test_usual_text_lines_are_longer_only_for_an_address(kind):
    assert all(
        len(line) <= 76 or line.startswith("https://") for line in _render(kind, "sample").text.splitlines()
    )


@every_kind
def test_the_text_has_no_gaps(kind):
    text = _render(kind, "sample").text
    assert "\n\n\n" not in text
    assert text.endswith(".\n")


@every_kind
def test_both_bodies_say_why_what_otherwise_and_how_to_report(kind):
    rendered = _render(kind, "sample")
    words = Reader(rendered.html).words
    text = " ".join(rendered.text.split())
    for body in (words, text):
        assert "You get this because" in body
        assert re.search("if you do nothing", body, re.I)
        assert re.search(r"Something looks wrong\? Write to support@accounts\.example\.com ?\.", body)
        assert "Sent by Example Licensing GmbH, Musterweg 1, 10115 Berlin." in body


@every_letter
def test_both_bodies_say_the_same_facts(kind, sort):
    rendered = _render(kind, sort)
    words = re.sub(r"\s", "", Reader(rendered.html).words)
    text = re.sub(r"\s|^> ?", "", rendered.text, flags=re.M)
    for value in getattr(KINDS[kind], sort)().primitives().values():
        for piece in value if isinstance(value, list) else [value]:
            if isinstance(piece, str) and len(piece) > 15 and "@" not in piece:
                shown = re.sub(r"\s", "", inert(piece))
                assert (shown in words) == (shown in text)


@every_kind
def test_the_order_of_the_parts_is_fixed(kind):
    html = _render(kind, "sample").html
    places = [
        html.find(part) for part in ("<h1", 'class="btn"', 'class="due"', "If you do nothing", "You get this")
    ]
    found = [place for place in places if place >= 0]
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
    stored = {**KINDS[kind].sample().primitives(), **other}
    rendered = rendering.render(emails.from_primitives(kind, stored))
    assert 0 < len(rendered.subject) <= 60
    assert Reader(rendered.html).words
    assert "\n\n\n" not in rendered.text
    assert "  ." not in rendered.text


def test_subjects_fit_on_the_longest_day():
    for kind in KINDS:
        stored = KINDS[kind].sample().primitives()
        if "ends_at" in stored:
            stored |= {"ends_at": "2026-10-01T00:00:00+00:00"} | (
                {"is_last": True} if "is_last" in stored else {}
            )
            assert len(rendering.render(emails.from_primitives(kind, stored)).subject) <= 60


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


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (wording.moment, "Thursday 10 December 2026, 00:30 UTC"),
        (wording.long_day, "Thursday 10 December 2026"),
        (wording.day, "10 December 2026"),
        (wording.short_day, "10 December"),
        (wording.clock, "00:30 UTC"),
    ],
)
def test_moments_are_written_in_utc_whatever_their_offset(function, expected):
    assert function("2026-12-10T02:30:00+02:00") == expected


@pytest.mark.parametrize(
    "text",
    [
        "evil.example/login",
        "https://evil.example",
        "a@evil.example",
        "call +49 30 123456",
        "order 123456789012",
        "1.2.3.4",
        "Booking.com B.V.",
    ],
)
def test_inert_text_reads_the_same_and_links_nowhere(text):
    made = inert(text)
    assert made.replace(JOINER, "") == text
    assert inert(made) == made
    assert not re.search(r"[\w]\.[a-z]{2,}|\w@\w|://|\d{4}|\d \d", made)


@pytest.mark.parametrize(
    "text", ["Acme Robotics, Inc.", "O'Neill-\u0141ukasiewicz", "\u674e\u5c0f\u9f8d", "Studio 54", ""]
)
def test_ordinary_names_are_left_alone(text):
    assert inert(text) == text


def test_a_line_break_in_a_name_cannot_forge_a_line():
    stored = Nomination.sample().primitives() | {"requester_name": "Dana\nYou are authorized.\n--\nX"}
    text = rendering.render(emails.from_primitives("nomination", stored)).text
    assert "You are authorized." not in text.splitlines()
    assert text.splitlines().count("-- ") == 1


def test_filling_keeps_rows_quotations_addresses_and_the_signature():
    text = (
        "One\ntwo\nhttps://x.example/a\nthree\n\n  Label           "
        + "word " * 20
        + "\n\n> "
        + "q " * 60
        + "\n\n--\nend"
    )
    filled = filling.fill(text).splitlines()
    assert filled[:3] == ["One two", "https://x.example/a", "three"]
    assert filled[5].startswith(" " * 18 + "word")
    assert all(line.startswith("> q") for line in filled if "q" in line)
    assert "-- " in filled
    assert all(len(line) <= filling.WIDTH for line in filled)


def test_long_words_of_scripts_without_spaces_are_broken_and_domains_are_not():
    domain = "a" * 63 + "." + "b" * 63 + ".example"
    filled = filling.fill("\u5f20" * 200 + "\n\n" + domain).splitlines()
    assert max(map(len, filled[:3])) <= filling.WIDTH
    assert filled[-1] == domain


def test_headers_are_fixed_and_hold_nothing_of_people():
    lines = envelope.headers(Nomination.hostile_sample(), message_id="<x@y>")
    assert lines == {
        "From": "Smart Account Requests <requests@accounts.example.com>",
        "Reply-To": "Smart Account Requests support <support@accounts.example.com>",
        "Message-ID": "<x@y>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Feedback-ID": "nomination:urgent:letters:smart-accounts",
        "Content-Language": "en",
    }


@every_kind
def test_only_reminders_and_digests_can_be_unsubscribed_from(kind):
    letter = KINDS[kind].sample()
    lines = envelope.headers(letter, message_id="<x@y>")
    assert ("List-Unsubscribe" in lines) is letter.unsubscribable
    assert ("List-Unsubscribe-Post" in lines) is (kind == "reminder")
    assert all("\n" not in line and "\r" not in line for line in lines.values())


def test_a_reminder_threads_under_its_first_letter_and_stops_with_one_click():
    reminder = Reminder.sample()
    lines = envelope.headers(reminder, message_id=envelope.message_id("reminder:x:2"))
    assert lines["References"] == lines["In-Reply-To"] == envelope.message_id(reminder.thread_key)
    assert lines["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = lines["List-Unsubscribe"].strip("<>")
    assert stop.startswith("https://accounts.example.com/n/")
    assert stop in rendering.render(reminder).text


def test_a_message_id_follows_from_the_key_alone():
    first = envelope.message_id("nomination:5d41402a:0")
    assert first == envelope.message_id("nomination:5d41402a:0")
    assert re.fullmatch(r"<[0-9a-f]{20}\.nomination@accounts\.example\.com>", first)
    assert first != envelope.message_id("nomination:5d41402a:1")
    assert re.fullmatch(
        r"<[0-9a-f]{20}\.[a-z0-9_-]+@accounts\.example\.com>", envelope.message_id("W\u00e9ird key\r\n:x")
    )
