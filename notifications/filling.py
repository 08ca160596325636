"""Fill a letter's plain text to lines that every mail client shows well.

Templates are written with free line ends. Lines that follow each other become one paragraph; these stay
as they are: an address alone on its line, rows (indented by two), quotations (``>``) and the signature's
``--``.
"""

import re
from functools import lru_cache

from notifications.wording import lines

WIDTH = 72
LABEL_WIDTH = 16
_ROW_INDENT = " " * (2 + LABEL_WIDTH)

_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_PIECES: dict[int, re.Pattern[str]] = {}


def row(label: str, value: str) -> str:
    """Write one fact: its label, then its value in a column of its own."""
    return f"  {label.ljust(LABEL_WIDTH - 1)} {value}"


def quote(words: str) -> str:
    """Mark each line of a person's words as quoted."""
    return "\n".join(f"> {line}" for line in lines(words))


def fill(text: str) -> str:
    """Return the text with paragraphs filled and at most one empty line between them."""
    paragraphs = _BLANK_LINES.split(text.strip("\n"))
    return (
        "\n\n".join(filled for filled in (_paragraph(paragraph) for paragraph in paragraphs) if filled) + "\n"
    )


# Most paragraphs stand in every letter of a kind.
@lru_cache(maxsize=1024)
def _paragraph(paragraph: str) -> str:
    done: list[str] = []
    running: list[str] = []
    for line in paragraph.split("\n"):
        if not (bare := line.strip()):
            continue
        if line.startswith("  ") or bare.startswith(">") or bare == "--" or _is_address(bare):
            _finish(running, done)
            done.append(_fixed(line, bare))
        else:
            running.append(bare)
    _finish(running, done)
    return "\n".join(done)


def _finish(running: list[str], done: list[str]) -> None:
    if running:
        done.append("\n".join(_wrap(" ".join(running), WIDTH)))
        running.clear()


def _fixed(line: str, bare: str) -> str:
    if _is_address(bare):
        return bare
    if bare == "--":
        return "-- "
    if bare.startswith(">"):
        return "\n".join(f"> {piece}".rstrip() for piece in _wrap(bare[1:].strip(), WIDTH - 2))
    if len(line) <= WIDTH:
        return line.rstrip()
    label, value = line[: len(_ROW_INDENT)], line[len(_ROW_INDENT) :]
    first, *others = _wrap(value, WIDTH - len(_ROW_INDENT)) or [""]
    return "\n".join([label + first, *(_ROW_INDENT + other for other in others)])


def _wrap(text: str, width: int) -> list[str]:
    """Break at spaces; a longer word stays whole when it is ASCII (an address, a domain to compare)."""
    if len(text) <= width:
        return [text]
    pieces = _PIECES.setdefault(width, re.compile(rf"(\S.{{0,{width - 1}}})(?:\s+|\Z)|(\S+)(?:\s+|\Z)"))
    wrapped: list[str] = []
    for match in pieces.finditer(text):
        piece = match[1] or match[2]
        if len(piece) <= width or piece.isascii():
            wrapped.append(piece.rstrip())
        else:
            wrapped += [piece[start : start + width] for start in range(0, len(piece), width)]
    return wrapped


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and " " not in text
