"""Make the e-mail of a stored letter: words, envelope and the address a bounce comes back to."""

import hmac
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from notifications import building, envelope, rendering, wire
from notifications.emails.letter import Letter
from notifications.models import OutgoingEmail
from notifications.rendering import Rendered
from notifications.wire import Parcel


def parcel(letter: Letter, *, stored: OutgoingEmail, now: datetime) -> Parcel:
    """Render a letter and pack it as its mail system takes it: bytes for SMTP, a message for any other.

    Every attempt gives the same letter under the same Message-ID.
    """
    rendered, headers = _write(letter, stored)
    if not wire.takes_bytes():
        return Parcel(stored.to, message=_message(rendered, headers, stored))
    sender = return_path(stored.pk)
    headers["Date"] = _date(now.replace(microsecond=0))
    try:
        boundary = "=_" + stored.message_id.strip("<>").partition(".")[0]
        content = building.build(rendered, headers=headers, to=stored.to, boundary=boundary)
    except building.NotPlain:
        content = _message(rendered, headers, stored).message().as_bytes(linesep="\r\n")
    return Parcel(_on_the_envelope(stored.to), sender=_on_the_envelope(sender), content=content)


def _write(letter: Letter, stored: OutgoingEmail) -> tuple[Rendered, dict[str, str]]:
    language = stored.language
    headers = envelope.headers(letter, message_id=stored.message_id, language=language)
    return rendering.render(letter, language=language), headers


def _message(rendered: Rendered, lines: dict[str, str], stored: OutgoingEmail) -> EmailMultiAlternatives:
    headers = dict(lines)
    # By SMTP the envelope's sender may differ from the header; a provider takes the sender it knows us by.
    sender = return_path(stored.pk) if wire.is_smtp() else headers.pop("From")
    message = EmailMultiAlternatives(rendered.subject, rendered.text, sender, [stored.to], headers=headers)
    message.attach_alternative(rendered.html, "text/html")
    return message


def return_path(letter_id: int) -> str:
    """Return the envelope's sender: with RETURN_PATH set, an address that names the letter (VERP)."""
    if not settings.RETURN_PATH:
        return settings.DEFAULT_FROM_EMAIL
    local, _, domain = settings.RETURN_PATH.rpartition("@")
    return f"{local}+{letter_id}.{_mark(letter_id)}@{domain}"


def letter_of(address: str) -> int | None:
    """Read the letter's id from a return path, or None when this address was never ours."""
    local, _, _ = address.lower().rpartition("@")
    letter_id, _, mark = local.rpartition("+")[2].partition(".")
    if not letter_id.isdecimal() or not hmac.compare_digest(mark, _mark(int(letter_id))):
        return None
    return int(letter_id)


@lru_cache(maxsize=2)
def _date(second: datetime) -> str:
    return format_datetime(second)


def _on_the_envelope(address: str) -> str:
    return address if building.is_plain(address) else sanitize_address(address, "utf-8")


def _mark(letter_id: int) -> str:
    """A short proof that we wrote the address, so that nobody can make letters bounce by counting."""
    return hmac.digest(settings.HASH_KEY.encode(), f"return-path:{letter_id}".encode(), "sha256").hex()[:12]
