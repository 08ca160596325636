"""Look at everything that the product leans on, and say in one line each what is wrong."""

import smtplib
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from project import flower, health


class Command(BaseCommand):
    """`manage.py doctor`; changes nothing and sends nothing."""

    help = "Check database, migrations, cache table, Redis, heartbeats, letters, mail server and dashboard."

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for name, verdict in findings():
            bad += verdict != "ok"
            self.stdout.write(f"{name:<12} {verdict}")
        if bad:
            raise CommandError(f"{bad} of these need attention.")


def findings() -> Iterator[tuple[str, str]]:
    """Yield a name and "ok" or what is wrong, one for each thing looked at."""
    facts = health.readiness(now=timezone.now())
    yield "database", facts["database"]
    yield "redis", facts["redis"]
    if facts["database"] == "ok":
        yield "migrations", _migrations()
        yield "cache table", _cache_table()
        problems = ", ".join(facts["problems"])
        yield "letters", f"{problems}; is its worker running?" if problems else "ok"
    yield "mail server", _mail()
    yield "dashboard", _asked(flower.ping)


def _asked(question: Callable[[], object]) -> str:
    try:
        question()
    except (OSError, smtplib.SMTPException, flower.FlowerDown) as error:
        return f"does not answer: {error or type(error).__name__}"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(plan)} to apply: run manage.py prepare" if plan else "ok"


def _cache_table() -> str:
    table = settings.CACHES["default"]["LOCATION"]
    try:
        exists = table in connection.introspection.table_names()
    except DatabaseError as error:
        return type(error).__name__
    return "ok" if exists else "missing: run manage.py prepare"


def _mail() -> str:
    """Greet the mail server and leave; providers' interfaces and the mailbox need no such visit."""
    if not settings.EMAIL_URL.startswith("smtp"):
        return "ok"
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP

    def greet() -> None:
        with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=5) as server:
            server.ehlo()

    return _asked(greet)
