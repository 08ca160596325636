"""Clean what people type: one cleaner for a single line, one for text, and what each may not hold.

Pure. What is invisible goes quietly, what could deceive or break a letter is refused (product rules,
security, section 3). Django's own fields let line breaks, U+202E and a lone U+200B through.
"""

import itertools
import re
import unicodedata
from typing import Final

from notifications.inert import inert
from people import hosts, joiners, scripts
from people.sentences import Sentence

__all__ = [
    "TextRefused",
    "check_message",
    "check_person_name",
    "clean_line",
    "clean_text",
    "inert",
    "strip_edges",
]

# Marks on one letter: two suffice for every alphabet but those whose own marks pile up, such as Burmese.
MARKS: Final = 2
OWN_MARKS: Final = 4

_SPACES: Final = re.compile("[\\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]+")
_LINE_ENDS: Final = re.compile("\r\n|[\r\n\u0085\u2028\u2029]")
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Surrogates, private use, non-characters, and the sign that stands where bytes could not be read.
_UNREADABLE: Final = re.compile(
    "[\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffd-\uffff\U000f0000-\U0010ffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 15))
    + "]"
)
# Format characters and letters without a shape. Joiners and variation selectors: see people.joiners.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U00013430-\U0001345f\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
_EDGE: Final = (
    rf"(?:{_SPACES.pattern}|[\r\n\u0085\u2028\u2029]|{_INVISIBLE.pattern}|[\u200c\u200d]|{_BIDI.pattern})+"
)
_LEADING: Final = re.compile(_EDGE)
_EDGE_CHARACTER: Final = re.compile(_EDGE.removesuffix("+"))
_TAG: Final = re.compile(r"<!--|<[/!?]?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_SCHEME: Final = re.compile(
    r"://|\b(?:java|vb)script:|\b(?:about|blob|callto|data|facetime|file|geo|im|intent|magnet|mailto|news|sip|skype"
    r"|sms|tel|urn|view-source|whatsapp|xmpp):(?=\S)",
    re.IGNORECASE,
)
_WWW: Final = re.compile(r"\bwww\d*\.", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?<=[^\s@<>])@[^\s@<>]+\.[^\s@<>.]", re.IGNORECASE)
_DOTS: Final = re.compile("[.\u3002]")
_PIECE: Final = 40


class TextRefused(ValueError):
    """The text cannot be taken; `message` says why, in words for the field."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


def strip_edges(text: str) -> str:
    """Return the text without the white space and the invisible characters around it."""
    start = _LEADING.match(text)
    begin, end = (start.end() if start else 0), len(text)
    while end > begin and _EDGE_CHARACTER.match(text[end - 1]):
        end -= 1
    return text[begin:end]


def clean_line(text: str, *, limit: int) -> str:
    """Return one visible line in NFC, inner white space collapsed; '' when nothing in it can be seen.

    Raises TextRefused: line breaks, control, direction, private and unreadable characters, piled-up
    marks, more than `limit` code points.
    """
    text = _SPACES.sub(" ", text).strip()
    if len(text) > 10 * limit + 1000:
        raise _too_long(len(text), limit)
    _refuse_characters(text)
    if _LINE_ENDS.search(text):
        raise TextRefused(Sentence("Enter a single line, without line breaks"))
    line = _visible(text)
    if len(line) > limit:
        raise _too_long(len(line), limit)
    return line


def clean_text(text: str, *, limit: int, lines: int = 8) -> str:
    """Return text of several lines, each cleaned as by clean_line; line ends become `\\n`.

    Empty lines at either end go, several in a row become one. Raises TextRefused as clean_line does,
    and for more than `lines` lines.
    """
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text)).strip()
    if len(text) > 10 * limit + 1000:
        raise _too_long(len(text), limit)
    _refuse_characters(text)
    cleaned = re.sub(r"\n{3,}", "\n\n", "\n".join(map(_visible, text.split("\n")))).strip("\n")
    if len(cleaned) > limit:
        raise _too_long(len(cleaned), limit)
    count = cleaned.count("\n") + 1
    if count > lines:
        raise TextRefused(Sentence("%(limit)s lines or fewer, you have %(count)s", limit=lines, count=count))
    return cleaned


def check_message(text: str) -> None:
    """Refuse a message or reason with HTML, a link or an e-mail address in it, naming the piece.

    Bare host names and numbers pass: `inert` sees to it that they stay text. Expects cleaned text.
    """
    seen = _as_software_reads(text)
    if tag := _TAG.search(seen):
        raise TextRefused(Sentence("HTML is not allowed: remove “%(piece)s”", piece=_shortened(tag.group())))
    if link := _SCHEME.search(seen) or _WWW.search(seen):
        raise TextRefused(
            Sentence("Links are not allowed: remove “%(piece)s”", piece=_word_around(seen, link))
        )
    if address := _ADDRESS.search(seen):
        raise TextRefused(
            Sentence(
                "E-mail addresses are not allowed: remove “%(piece)s”", piece=_word_around(seen, address)
            )
        )


def check_person_name(name: str) -> None:
    """Refuse a name of a person that looks like a web address or holds signs no name has.

    `St.John` and `Dr.Khan` are names, `evil.example` is not: what follows the dot must be a top-level
    domain to be refused. Expects a cleaned line.
    """
    seen = _as_software_reads(name)
    if sign := re.search(r"[<>@]|://", seen):
        raise TextRefused(Sentence("Names cannot contain “%(sign)s”", sign=sign.group()))
    if link := _SCHEME.search(seen) or _WWW.search(seen):
        raise TextRefused(
            Sentence("Names cannot contain a web address: remove “%(piece)s”", piece=_word_around(seen, link))
        )
    for word in re.sub(r"""[()\[\]{},;:!?"'/\\|]""", " ", seen).split():
        if _looks_like_host(word):
            raise TextRefused(
                Sentence(
                    "Names cannot contain a web address like “%(word)s”: put a space after the full stop",
                    word=_shortened(word),
                )
            )


def _looks_like_host(word: str) -> bool:
    labels = _DOTS.split(word.strip("."))
    return any(len(left) > 1 and hosts.is_top_level(right) for left, right in itertools.pairwise(labels))


def _as_software_reads(text: str) -> str:
    """Undo full-width letters and joiners, behind which a scheme or a dot could hide."""
    return unicodedata.normalize("NFKC", re.sub("[\u200c\u200d]", "", text))


def _refuse_characters(text: str) -> None:
    if _BIDI.search(text):
        raise TextRefused(Sentence("Direction control characters are not allowed: type the text again"))
    if _CONTROL.search(text):
        raise TextRefused(Sentence("Control characters are not allowed: type the text again"))
    if _UNREADABLE.search(text):
        raise TextRefused(Sentence("Some characters cannot be read: type the text again"))


def _visible(line: str) -> str:
    """Return a line without what cannot be seen.

    Each step may uncover work for another: they are repeated until nothing changes.
    """
    before = None
    while line != before:
        before = line
        line = unicodedata.normalize("NFC", joiners.keep_needed(_INVISIBLE.sub("", line)))
        line = _SPACES.sub(" ", line).strip(" ")
        while line and unicodedata.category(line[0]) in ("Mn", "Me"):  # a mark with no letter to stand on
            line = line[1:]
    if not line.isascii():
        _refuse_piled_marks(line)
    return line


def _refuse_piled_marks(line: str) -> None:
    piled = 0
    for at, character in enumerate(line):
        if unicodedata.category(character) not in ("Mn", "Me"):
            piled = 0
            continue
        piled += 1
        if piled > (MARKS if scripts.of(character) & scripts.SHARED else OWN_MARKS):
            raise TextRefused(
                Sentence(
                    "Too many marks on one letter, near “%(piece)s”", piece=line[max(0, at - piled) : at]
                )
            )


def _too_long(length: int, limit: int) -> TextRefused:
    return TextRefused(
        Sentence("%(limit)s characters or fewer, you have %(count)s", limit=limit, count=length)
    )


def _word_around(text: str, found: re.Match[str]) -> str:
    start = max(text.rfind(space, 0, found.start()) for space in (" ", "\n")) + 1
    return _shortened(text[start:].split(maxsplit=1)[0])


def _shortened(piece: str) -> str:
    return piece if len(piece) <= _PIECE else f"{piece[: _PIECE - 1]}…"
