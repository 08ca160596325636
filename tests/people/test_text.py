"""People's words are cleaned: what is invisible goes, what deceives is refused, every language passes."""

import contextlib
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people import text

ANY_TEXT = st.text(max_size=60)
# Dense in what makes trouble: joiners, marks, spaces, line ends, selectors, fillers.
TRICKY_TEXT = st.text(
    alphabet=st.sampled_from(
        "aé1 .@\t\n\r\u00a0\u00ad\u0301\u0308\u034f\u0627\u0628\u064e\u0651\u0915\u094d\u1019\u102d"
        "\u200b\u200c\u200d\u2028\u2060\u3164\ufe0f\ufeff葛\U000e0100👩❤\U0001f3fd"
    ),
    max_size=20,
)


def _line(value: str, limit: int = 200) -> str:
    return text.clean_line(value, limit=limit)


def _message(value: str) -> str:
    return text.clean_text(value, limit=500)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "\u00a0\u3000",
        "\u200b",
        "\u3164",
        "\u2800",
        "\ufeff",
        "\U0001d159",  # the note without a head
        "\U00016fe4",  # Khitan's filler
        "\u200d",
        "\u0301",
        " \u200b \u2060\n",
    ],
)
def test_a_line_in_which_nothing_can_be_seen_is_empty(value: str) -> None:
    assert _line(value) == ""


@pytest.mark.parametrize("value", [" ", "\u200b", " \n\u200b\r\n ", "\u3164\u2028"])
def test_text_in_which_nothing_can_be_seen_is_empty(value: str) -> None:
    assert _message(value) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("Acme\r\nX-Evil: 1", "single line"),
        ("Acme\u2028Inc", "single line"),
        ("Acme\u0085Inc", "single line"),
        ("gpj.exe\u202e", "[Dd]irection control"),
        ("a\u2066b", "[Dd]irection control"),
        ("Acme\x00", "Control characters"),
        ("Ac\x1bme", "Control characters"),
        ("Acme\ufffd", "cannot be read"),
        (f"Acme{chr(0xD800)}", "cannot be read"),
        ("Acme\ue000", "cannot be read"),
        ("Acme\U0001fffe", "cannot be read"),
        ("Z" + "\u0336" * 40, "Too many marks"),
        ("Z" + "\u064e" * 40, "Too many marks"),
        ("ب" + "\u064e" * 5, "Too many marks"),
        ("x" * 201, "200 characters or fewer, you have 201"),
        ("x y" * 10_000, "200 characters or fewer, you have 30000"),
    ],
)
def test_a_line_is_refused_in_words(value: str, words: str) -> None:
    with pytest.raises(text.TextRefused, match=words):
        _line(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * 501, "500 characters or fewer, you have 501"),
        ("\n".join("123456789"), "8 lines or fewer, you have 9"),
        ("hello \u202eworld", "[Dd]irection control"),
        ("hello\x00", "Control characters"),
        ("hello\x0cworld", "Control characters"),
        ("hello \ufffd", "cannot be read"),
        ("z" + "\u0301" * 40, "Too many marks"),
    ],
)
def test_text_is_refused_in_words(value: str, words: str) -> None:
    with pytest.raises(text.TextRefused, match=words):
        _message(value)


@pytest.mark.parametrize(
    "name",
    [
        "O'Neill-Łukasiewicz",
        "李小龍",
        "Nguyễn",
        "می\u200cخواهم",
        "क्\u200dष",
        "မြို့",
        "שָׁלוֹם",
        "葛\U000e0100城",
        "👨\u200d👩\u200d👧",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "../../etc/passwd",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_honest_spelling_is_kept_as_it_is(name: str) -> None:
    assert _line(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Acme \t  Robotics\u00a0 Inc.\r\n", "Acme Robotics Inc."),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Ac\u200bme\u00ad", "Acme"),
        ("Ac\u200dme", "Acme"),
        ("a\ufe0fb1\ufe0f", "ab1"),
        ("e\u034f\u0301", "é"),
        ("\u0301Acme", "Acme"),
        ("Acme\U000e0041", "Acme"),
    ],
)
def test_what_cannot_be_seen_makes_no_difference(typed: str, kept: str) -> None:
    assert _line(typed) == kept


def test_two_spellings_of_a_name_are_one() -> None:
    assert _line(unicodedata.normalize("NFD", "Łódź Škoda")) == _line("Łódź Škoda")


def test_five_hundred_emoji_are_five_hundred_characters() -> None:
    assert len(_message("😀" * 500)) == 500


def test_text_keeps_its_paragraphs() -> None:
    assert _message(" a \r\n\r\n\r\n\r\nb  c\u2029d\r") == "a\n\nb c\nd"


@pytest.mark.parametrize(
    ("message", "piece"),
    [
        ("look: https://evil.example/x now", "Links are not allowed: remove “https://evil.example/x”"),
        ("hxxp://evil.example", "“hxxp://evil.example”"),
        ("go to WWW.evil.example", "“WWW.evil.example”"),
        ("javascript:alert(1)", "“javascript:alert\\(1\\)”"),
        ("call tel:+4930123456", "“tel:\\+4930123456”"),
        ("ｈttps：//evil.example", "“https://evil.example”"),
        ("java\u200dscript:alert(1)", "“javascript:"),
        ('<a href="x">click</a>', 'HTML is not allowed: remove “<a href="x">”'),
        ("a<br/>b", "HTML is not allowed: remove “<br/>”"),
        ("a <!-- b", "HTML is not allowed"),
        ("write to eve@evil.example please", "E-mail addresses are not allowed: remove “eve@evil.example”"),
        ("<priya@acme.example>", "E-mail addresses"),
        ("https://" + "x" * 400, "…”"),
    ],
)
def test_a_message_with_a_link_is_refused_by_naming_it(message: str, piece: str) -> None:
    with pytest.raises(text.TextRefused, match=piece):
        text.check_message(message)


@pytest.mark.parametrize(
    "message",
    [
        "see evil.example/login",
        "We use ASP.NET",
        "order 123456789012",
        "{{ settings.SECRET_KEY }} {% load %}",
        "5 < 6 and 7 > 3, <3",
        "at 10:30; data: see below; Re:order",
        "me @ home",
        "",
    ],
)
def test_a_message_may_name_hosts_and_numbers(message: str) -> None:
    text.check_message(message)


@pytest.mark.parametrize(
    "name",
    [
        "Win a prize evil.example",
        "Ann (evil.com)",
        "evil．com",
        "evil。com",
        "https://x",
        "www.evil",
        "spam.co.uk",
        "भारत.भारत",
        "mailto:x",
    ],
)
def test_a_web_address_is_no_name(name: str) -> None:
    with pytest.raises(text.TextRefused, match="Names cannot contain"):
        text.check_person_name(name)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "a@b", "Priya <b>"])
def test_no_name_has_markup_or_an_at_sign(name: str) -> None:
    with pytest.raises(text.TextRefused, match=r"Names cannot contain “[<@]”"):
        text.check_person_name(name)


@pytest.mark.parametrize(
    "name",
    ["O'Neill-Łukasiewicz", "李小龍", "Nguyễn", "J.R. Smith", "Dr.Khan", "St.John", "Ann M.Sc.", "B.Com"],
)
def test_dots_in_names_are_no_web_address(name: str) -> None:
    text.check_person_name(name)


LINK_FINDERS = [
    re.compile(r"[a-z0-9-]+\.[a-z]{2,}", re.IGNORECASE),
    re.compile(r"[^\s.]\.\w"),
    re.compile(r"\S@\S+\.\w"),
    re.compile(r"[a-z]+://", re.IGNORECASE),
    re.compile(r"\d{4}"),
    re.compile(r"\d[ ().-]+\d+[ ().-]+\d"),
]


@pytest.mark.parametrize(
    "value",
    [
        "see evil.example/login",
        "ASP.NET",
        "order 123456789012",
        "call +49 (151) 234-5678",
        "eve@evil.example",
        "https://evil.example",
        "www.evil.co.uk",
        "१२३४५६७८९",
        "भारती.com",
    ],
)
def test_no_link_finder_finds_anything_in_inert_text(value: str) -> None:
    inert = text.inert(value)

    assert not [finder.pattern for finder in LINK_FINDERS if finder.search(inert)]
    assert re.sub("[\u200c\u2060]", "", inert) == value


@settings(deadline=None)  # the first example reads the shipped tables
@given(ANY_TEXT | TRICKY_TEXT)
def test_cleaning_a_line_raises_nothing_else_and_twice_is_once(value: str) -> None:
    try:
        line = _line(value)
    except text.TextRefused:
        return
    assert _line(line) == line
    assert line == unicodedata.normalize("NFC", line)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)
    assert not line.startswith(" ")
    assert not line.endswith(" ")
    assert "  " not in line


@settings(deadline=None)  # the first example reads the shipped tables
@given(ANY_TEXT | TRICKY_TEXT)
def test_nothing_invisible_survives(value: str) -> None:
    try:
        line = _line(value)
    except text.TextRefused:
        return
    for at, character in enumerate(line):
        category = unicodedata.category(character)
        if category == "Cf" and character in "\u200c\u200d":
            # A joiner stands only between two characters that it joins.
            assert 0 < at < len(line) - 1
            assert line[at - 1] not in " \u200c\u200d"
            assert line[at + 1] not in " \u200c\u200d"
        else:
            assert category not in ("Cc", "Cs", "Co", "Zl", "Zp")
            assert character not in "\u00ad\u034f\u115f\u1160\u200b\u2060\u3164\ufeff\uffa0\u2800"


@settings(deadline=None)  # the first example reads the shipped tables
@given(ANY_TEXT | TRICKY_TEXT)
def test_cleaning_text_raises_nothing_else_and_twice_is_once(value: str) -> None:
    try:
        cleaned = _message(value)
    except text.TextRefused:
        return
    assert _message(cleaned) == cleaned
    assert cleaned == cleaned.strip()


@settings(deadline=None)  # the first example reads the shipped tables
@given(ANY_TEXT | TRICKY_TEXT)
def test_checks_raise_nothing_but_their_error(value: str) -> None:
    for check in (text.check_message, text.check_person_name):
        with contextlib.suppress(text.TextRefused):
            check(value)


@settings(deadline=None)  # the first example reads the shipped tables
@given(ANY_TEXT)
def test_inert_text_reads_the_same_and_twice_is_once(value: str) -> None:
    inert = text.inert(value)

    assert text.inert(inert) == inert
    assert re.sub("[\u200c\u2060]", "", inert) == re.sub("[\u200c\u2060]", "", value)
