"""The demonstration's mail system: every letter becomes a file, and nothing leaves the machine."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

_NAME = re.compile(r"(\d{8}T\d{12})-([a-z_]+)-(\d+)\.eml")
_TIME = "%Y%m%dT%H%M%S%f"


class NoSuchLetter(LookupError):
    """The mailbox holds no letter of this name."""


class Backend(BaseEmailBackend):
    """Writes each letter to ``MAILBOX_DIR/<time>-<kind>-<n>.eml``, complete or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _keep(message)
        return len(email_messages)


@dataclass(frozen=True)
class KeptLetter:
    """One letter in the mailbox."""

    name: str
    kind: str
    kept_at: datetime
    message: ParsedMessage

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    def _part(self, sort: str) -> str:
        part = self.message.get_body((sort,))
        return str(part.get_content()) if part is not None else ""


def letters(*, to: str = "", limit: int | None = None) -> list[KeptLetter]:
    """Return the kept letters, newest first; `to` keeps those whose reader's address contains it."""
    found: list[KeptLetter] = []
    for path in sorted(_folder().glob("*.eml"), reverse=True):
        if limit is not None and len(found) >= limit:
            break
        letter = _read(path)
        if letter is not None and to.strip().lower() in letter.to.lower():
            found.append(letter)
    return found


def letter(name: str) -> KeptLetter:
    """Return one kept letter. Raises NoSuchLetter."""
    found = _read(_folder() / name) if _NAME.fullmatch(name) else None
    if found is None:
        raise NoSuchLetter(name)
    return found


def _folder() -> Path:
    return Path(settings.MAILBOX_DIR)


def _read(path: Path) -> KeptLetter | None:
    parts = _NAME.fullmatch(path.name)
    if parts is None:
        return None
    try:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
    except FileNotFoundError:
        return None
    assert isinstance(message, ParsedMessage)
    kept_at = datetime.strptime(parts[1], _TIME).replace(tzinfo=UTC)
    return KeptLetter(path.name, parts[2], kept_at, message)


def _keep(message: EmailMessage) -> None:
    """Write the whole file beside its place, then give it its name: a reader never sees half a letter."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = timezone.now()
    draft = folder / f".{os.getpid()}-{id(message):x}.draft"
    draft.write_bytes(message.message().as_bytes(linesep="\r\n"))
    try:
        number = 1
        while not _name(draft, folder / f"{now.strftime(_TIME)}-{_kind(message)}-{number}.eml"):
            number += 1
    finally:
        draft.unlink()


def _name(draft: Path, path: Path) -> bool:
    """Give the file this name unless another letter has it; never overwrites."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    return True


def _kind(message: EmailMessage) -> str:
    """Our letters name their kind in Feedback-ID; anything else is just a letter."""
    kind = str(message.extra_headers.get("Feedback-ID", "")).partition(":")[0]
    return kind if re.fullmatch(r"[a-z_]+", kind) else "letter"
