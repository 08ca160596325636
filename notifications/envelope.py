"""Write what stands on the envelope: ids that never change between attempts, and each letter's headers."""

import hashlib
import re
from email.headerregistry import Address
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from notifications import languages, links
from notifications.emails.letter import Letter

_FOREIGN = re.compile(r"[^a-z0-9_]+")


def message_id(key: str) -> str:
    """Derive the Message-ID from the outbox key, so that every attempt at a letter is the same letter.

    The key's first part (``nomination`` of ``nomination:<link>:0``) stays readable in logs.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()[:20]
    kind = _FOREIGN.sub("-", key.partition(":")[0].lower())[:40]
    return f"<{digest}.{kind}@{_host()}>"


def headers(
    letter: Letter, *, message_id: str, references: str | None = None, language: str = "en"
) -> dict[str, str]:
    """Return the headers of a letter besides To, Subject and MIME's own.

    `references` is the Message-ID under which the letter threads; without it a letter with a ``thread_key``
    threads under that key's letter. Nothing in a header comes from a person.
    """
    fields: dict[str, Any] = vars(letter)
    if references is None and (thread_key := fields.get("thread_key")):
        references = _message_id_of(thread_key)
    lines = {
        "From": _mailbox(settings.FROM_NAME, settings.DEFAULT_FROM_EMAIL),
        "Reply-To": _mailbox(f"{settings.FROM_NAME} support", settings.SUPPORT_EMAIL),
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",
        # Not "All", which would suppress bounces too.
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Feedback-ID": f"{letter.kind}:{letter.route}:letters:smart-accounts",
        "Content-Language": languages.nearest(language),
    }
    if references:
        lines["References"] = lines["In-Reply-To"] = references
    if letter.unsubscribable:
        lines.update(_unsubscribe(fields))
    return lines


@lru_cache(maxsize=8)
def _mailbox(name: str, address: str) -> str:
    return str(Address(name, addr_spec=address))


def _unsubscribe(fields: dict[str, Any]) -> dict[str, str]:
    """One click (RFC 8058) where the letter has a stop link of its own, else a letter to support."""
    if packed := fields.get("stop_seed"):
        url = links.url_for(links.Label.STOP, links.Seed.unpack(packed))
        return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {"List-Unsubscribe": f"<mailto:{settings.SUPPORT_EMAIL}?subject=unsubscribe>"}


def _message_id_of(key: str) -> str:
    return message_id(key)


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"
