"""Bring database, cache table and files to what this version needs; safe to run at every start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """`manage.py prepare`: once before the processes of a new version start."""

    help = "Apply migrations, make the cache table, collect static files; in the demo also its people."

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = {"verbosity": options["verbosity"]}
        if not _is_current():
            call_command("migrate", interactive=False, **quiet)
            call_command("createcachetable", **quiet)
        if settings.DEMO:
            call_command("seed_demo", **quiet)
        else:
            call_command("collectstatic", interactive=False, **quiet)


def _is_current() -> bool:
    """Say whether nothing is to be made. Asking costs a tenth of what a migration without work does."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    return settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()
