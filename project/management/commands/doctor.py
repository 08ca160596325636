"""Look at everything that the product leans on, and say in one line each what is wrong and what to do."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from project import flower
from project.checkup import broker, database, keys, machine, mail_server, post_office, sending_domain, site
from project.checkup.finding import Finding, Verdict


class Command(BaseCommand):
    """`manage.py doctor`; changes nothing and sends nothing. Ends non-zero when something is bad."""

    help = "Look at settings, disk, database, clock, keys, Redis, workers, letters, mail server, its DNS, and the site."
    # It looks at them itself, after what they would stop.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-dns", action="store_true", help="ask no resolver about the sending domain")

    def handle(self, *, no_dns: bool = False, **options: Any) -> None:
        bad = 0
        for finding in findings(with_dns=not no_dns, now=timezone.now()):
            bad += finding.verdict is Verdict.BAD
            self.stdout.write(finding.line())
        if bad:
            raise CommandError(f"{bad} of these {'needs' if bad == 1 else 'need'} attention.")


def findings(*, with_dns: bool, now: datetime) -> Iterator[Finding]:
    """Look at one thing after the other, the nearest first."""
    yield machine.check_settings()
    yield machine.check_disk()
    answer = database.check_answer()
    yield answer
    if answer.verdict is Verdict.OK:
        try:
            yield from _in_the_database(now=now)
        except DatabaseError as error:
            yield Finding.bad("tables", f"{type(error).__name__}: {database.TO_PREPARE}")
    yield from broker.check()
    yield mail_server.check(now=now)
    if with_dns and not settings.EMAIL_URL.startswith("mailbox:"):
        yield from sending_domain.check(sending_domain.Names.of_settings(), sending_domain.Directory())
    yield _dashboard()
    yield site.check(now=now)


def _in_the_database(*, now: datetime) -> Iterator[Finding]:
    yield database.check_migrations()
    yield database.check_cache_table()
    yield machine.check_clock(now=now)
    yield from keys.check()
    yield from post_office.check(now=now)


def _dashboard() -> Finding:
    try:
        flower.ping()
    except flower.FlowerDown as error:
        return Finding.bad("dashboard", f"does not answer: {error}; letters are not affected")
    return Finding.ok("dashboard")
