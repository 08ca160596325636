"""Make the e-mail of a stored letter: words, envelope and the address a bounce comes back to."""

import hmac

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications import envelope, rendering, wire
from notifications.emails.letter import Letter
from notifications.models import OutgoingEmail


def compose(letter: Letter, *, stored: OutgoingEmail) -> EmailMultiAlternatives:
    """Render a letter for its reader. Every attempt gives the same letter under the same Message-ID."""
    rendered = rendering.render(letter)
    headers = envelope.headers(letter, message_id=stored.message_id)
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


def _mark(letter_id: int) -> str:
    """A short proof that we wrote the address, so that nobody can make letters bounce by counting."""
    return hmac.digest(settings.HASH_KEY.encode(), f"return-path:{letter_id}".encode(), "sha256").hex()[:12]
