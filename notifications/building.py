"""Write the usual letter as bytes: text and HTML to one plain address, in a tenth of the general builder's time.

Everything else (another script in an address, a line too long for SMTP) is left to Django's builder; for the
usual letter both are parsed and compared by a test.
"""

import re
from collections.abc import Mapping

from notifications.rendering import Rendered

_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_PLAIN_WORDS = re.compile(r"[\x20-\x7e]*")
LONGEST_HEADER = 400
LONGEST_SUBJECT = 66
"""Longer ones Django folds; so may it."""
LONGEST_ENCODED_SUBJECT = 76 - len("Subject: ")
"""RFC 2047, section 2: so long is a line that holds an encoded word."""
LONGEST_LINE = 998
"""RFC 5322, section 2.1.1."""

# A space is an underline; what has a meaning of its own in an encoded word or a header is written as its number.
_QUOTED = {ord(" "): "_"} | {
    byte: chr(byte) for byte in range(128) if chr(byte).isalnum() or chr(byte) in "!*+-/:,.'"
}

_FRAME = (
    b'Content-Type: multipart/alternative; boundary="%(boundary)b"\r\n'
    b"MIME-Version: 1.0\r\n"
    b"%(headers)b\r\n"
    b"\r\n"
    b"--%(boundary)b\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n'
    b"MIME-Version: 1.0\r\n"
    b"Content-Transfer-Encoding: %(text_encoding)b\r\n"
    b"\r\n"
    b"%(text)b\r\n"
    b"--%(boundary)b\r\n"
    b'Content-Type: text/html; charset="utf-8"\r\n'
    b"MIME-Version: 1.0\r\n"
    b"Content-Transfer-Encoding: %(html_encoding)b\r\n"
    b"\r\n"
    b"%(html)b\r\n"
    b"--%(boundary)b--\r\n"
)


class NotPlain(ValueError):
    """This letter is not the usual one: build it the general way."""


def build(rendered: Rendered, *, headers: Mapping[str, str], to: str, boundary: str) -> bytes:
    """Return the whole letter with line ends as SMTP wants them. Raises NotPlain.

    `boundary` may be the same at every attempt; a body that holds it is not plain.
    """
    if not is_plain(to) or len(rendered.subject) > LONGEST_SUBJECT:
        raise NotPlain("address or subject")
    lines = {
        "Subject": rendered.subject if rendered.subject.isascii() else _encoded(rendered.subject),
        "From": headers["From"],
        "To": to,
    }
    lines |= headers
    written = "\r\n".join([f"{name}: {value}" for name, value in lines.items()])
    if any(len(value) > LONGEST_HEADER for value in lines.values()) or not all(
        map(_PLAIN_WORDS.fullmatch, lines.values())
    ):
        raise NotPlain("headers")
    mark = boundary.encode("ascii")
    text, text_encoding = _body(rendered.text, mark)
    html, html_encoding = _body(rendered.html, mark)
    return _FRAME % {
        b"boundary": mark,
        b"headers": written.encode("ascii"),
        b"text": text,
        b"text_encoding": text_encoding,
        b"html": html,
        b"html_encoding": html_encoding,
    }


def is_plain(address: str) -> bool:
    """Say whether an address needs no quoting and no other script, in a header or on the envelope."""
    return _PLAIN_ADDRESS.fullmatch(address) is not None


def _encoded(subject: str) -> str:
    """Write a subject that is not ASCII as one encoded word (RFC 2047). Raises NotPlain for a longer one."""
    encoded = f"=?utf-8?q?{''.join([_QUOTED.get(byte) or f'={byte:02X}' for byte in subject.encode()])}?="
    if len(encoded) > LONGEST_ENCODED_SUBJECT or not subject.isprintable():
        raise NotPlain("subject")
    return encoded


def _body(words: str, boundary: bytes) -> tuple[bytes, bytes]:
    """Return a body and the name of its encoding: as it stands, in UTF-8."""
    content = words.encode()
    if b"\r" in content or b"\0" in content or boundary in content or _has_long_line(content):
        raise NotPlain("body")
    return content.replace(b"\n", b"\r\n"), b"7bit" if words.isascii() else b"8bit"


def _has_long_line(content: bytes) -> bool:
    """Look for a line end in each stretch that is as long as a line may be, from its far end."""
    start, size = 0, len(content)
    while size - start > LONGEST_LINE:
        end = content.rfind(b"\n", start, start + LONGEST_LINE + 1)
        if end < 0:
            return True
        start = end + 1
    return False
