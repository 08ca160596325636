"""The database: whether it answers, and whether it is at this version."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from project.checkup.finding import Finding

TO_PREPARE = "run manage.py prepare"


def check_answer() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        text = str(error).strip().splitlines() or [type(error).__name__]
        return Finding.bad("database", f"does not answer: {text[0]} (DATABASE_URL)")
    return Finding.ok("database", connection.vendor)


def check_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding.of("migrations", f"{len(plan)} to apply: {TO_PREPARE}" if plan else "")


def check_cache_table() -> Finding:
    """The cache counts tries at sign-in and codes: without its table nobody signs in."""
    exists = settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()
    return Finding.of("cache table", "" if exists else f"missing: {TO_PREPARE}")
