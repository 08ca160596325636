"""Read the mailbox that bounces come back to."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications import bounces
from notifications.bounce_mailboxes import MailboxRefused, open_mailbox


class Command(BaseCommand):
    help = (
        "Read bounce messages and record what they say. Understood ones are removed, others stay for people. "
        "Repeating it changes nothing. Name the mailbox here or in BOUNCES_URL: maildir:///path, "
        "imaps://user:password@host/INBOX, or imap+tls:// where the server wants STARTTLS."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", nargs="?", default=os.environ.get("BOUNCES_URL", ""))

    def handle(self, *args: Any, **options: Any) -> None:
        understood = 0
        try:
            with open_mailbox(options["url"]) as mailbox:
                for name, content in mailbox.messages():
                    try:
                        bounces.take(content, now=timezone.now())
                    except (bounces.NotABounce, bounces.LetterNotRecordedYet):
                        continue
                    understood += 1
                    mailbox.remove(name)
        except MailboxRefused as refused:
            raise CommandError(
                f"{refused}\n{understood} bounce messages understood; what is left is read the next time."
            ) from refused
        self.stdout.write(f"{understood} bounce messages understood.")
