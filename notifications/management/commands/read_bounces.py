"""Read the mailbox bounces come back to: a Maildir, or an IMAP folder."""

import imaplib
import mailbox
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications import bounces


class Command(BaseCommand):
    help = (
        "Read bounce messages and record what they say. Understood ones are removed, others stay for people. "
        "Repeating it changes nothing. Name the mailbox here or in BOUNCES_URL: maildir:///path or "
        "imaps://user:password@host/INBOX."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", nargs="?", default=os.environ.get("BOUNCES_URL", ""))

    def handle(self, *args: Any, **options: Any) -> None:
        url = urlsplit(options["url"])
        if url.scheme == "maildir":
            opened = _maildir(unquote(url.path))
        elif url.scheme in {"imap", "imaps"}:
            opened = _imap(options["url"])
        else:
            raise CommandError("Name a mailbox: maildir:///path or imaps://user:password@host/INBOX.")
        with opened as (messages, remove):
            understood = 0
            for name, content in messages:
                try:
                    bounces.take(content, now=timezone.now())
                except (bounces.NotABounce, bounces.LetterNotRecordedYet):
                    continue
                remove(name)
                understood += 1
        self.stdout.write(f"{understood} bounce messages understood.")


@contextmanager
def _maildir(path: str) -> Iterator[Any]:
    box = mailbox.Maildir(path, create=False)
    try:
        yield [(name, box.get_bytes(name)) for name in box.keys()], box.discard  # noqa: SIM118 - not a dict
    finally:
        box.close()


@contextmanager
def _imap(url: str) -> Iterator[Any]:
    parts = urlsplit(url)
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    server = kind(parts.hostname or "", parts.port or (993 if parts.scheme == "imaps" else 143), timeout=30)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        server.select(unquote(parts.path.strip("/")) or "INBOX")
        _, found = server.search(None, "UNDELETED")
        names = found[0].split()

        def remove(name: bytes) -> None:
            server.store(name.decode(), "+FLAGS", "\\Deleted")

        yield ((name, _fetch(server, name)) for name in names), remove
        server.expunge()
    finally:
        server.logout()


def _fetch(server: imaplib.IMAP4, name: bytes) -> bytes:
    _, parts = server.fetch(name.decode(), "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")
