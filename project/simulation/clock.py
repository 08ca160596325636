"""A clock for a simulation, in the two places where the product reads one: this process's and the database's.

Production code stays as it is: the function that it asks is another one in this process and in this database.
What it asks by other ways (how long a lease still lasts, counted in ticks of this machine) goes on as ever.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

SCHEMA = "simulation"
_SQLITE = sqlite3.connect(":memory:", check_same_thread=False)


class Clock:
    """Stands still until it is moved on."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Move on. Raises ValueError for a moment that has passed: no clock of the product ever goes back so far."""
        if moment < self._now:
            raise ValueError(f"The clock stands at {self._now:%Y-%m-%d %H:%M:%S} and does not go back.")
        self._now = moment.astimezone(UTC)
        if connection.connection is not None:
            self.tell(connection)

    def tell(self, database: BaseDatabaseWrapper) -> None:
        """Tell an open connection what time it is; SQLite asks by itself."""
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SELECT SET_CONFIG('simulation.now', %s, FALSE)", [self._now.isoformat()])

    def strftime(self, *words: Any) -> str | None:
        """Answer like SQLite's function of this name, whose *now* is this clock's."""
        text = f"{self._now:%Y-%m-%d %H:%M:%S.%f}"
        return _strftime(
            *(text if isinstance(word, str) and word.lower() == "now" else word for word in words)
        )


def _strftime(*words: Any) -> str | None:
    """What SQLite itself answers."""
    places = ", ".join("?" * len(words))
    answer: str | None = _SQLITE.execute(f"SELECT STRFTIME({places})", words).fetchone()[0]
    return answer


@contextmanager
def simulated(start: datetime) -> Iterator[Clock]:
    """Have `django.utils.timezone.now` and the database's clock stand at `start` until moved on.

    For the whole process, so for one that does nothing else."""
    clock = Clock(start)
    install, remove = {"postgresql": (_install_postgresql, _remove_postgresql)}.get(
        connection.vendor, (_install_sqlite, _remove_sqlite)
    )

    def install_anew(connection: BaseDatabaseWrapper, **_unused: object) -> None:
        install(connection, clock)

    real_now: Callable[[], datetime] = timezone.now
    connection.ensure_connection()
    columns = _default_columns() if connection.vendor == "postgresql" else []
    if columns:
        _make_schema(columns)
    install(connection, clock)
    connection_created.connect(install_anew)
    setattr(timezone, "now", clock.now)  # noqa: B010 - a type checker takes no assignment to a function
    try:
        yield clock
    finally:
        setattr(timezone, "now", real_now)  # noqa: B010
        connection_created.disconnect(install_anew)
        remove(connection)
        if columns:
            _drop_schema(columns)


def _install_sqlite(database: BaseDatabaseWrapper, clock: Clock) -> None:
    # Deterministic, so that a statement asks once and not for each row: the clock stands still meanwhile.
    database.connection.create_function("strftime", -1, clock.strftime, deterministic=True)


def _remove_sqlite(database: BaseDatabaseWrapper) -> None:
    if database.connection is not None:
        # Taken away it would hide the built-in function; so it answers like that one.
        database.connection.create_function("strftime", -1, _strftime)


# PostgreSQL finds a function by the search path: what stands before its own catalogue is found first.


def _install_postgresql(database: BaseDatabaseWrapper, clock: Clock) -> None:
    with database.cursor() as cursor:
        cursor.execute(f'SET search_path TO {SCHEMA}, pg_catalog, "$user", public')
    clock.tell(database)


def _remove_postgresql(database: BaseDatabaseWrapper) -> None:
    if database.connection is not None:
        with database.cursor() as cursor:
            cursor.execute("RESET search_path")


def _default_columns() -> list[tuple[str, str]]:
    """The columns whose default is the clock: a default remembers the function itself, not its name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = CURRENT_SCHEMA() AND column_default ILIKE '%statement_timestamp()%'"
        )
        return list(cursor.fetchall())


def _make_schema(columns: list[tuple[str, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        cursor.execute(
            f"CREATE FUNCTION {SCHEMA}.statement_timestamp() RETURNS timestamptz STABLE LANGUAGE sql AS"
            " $$ SELECT CAST(CURRENT_SETTING('simulation.now') AS timestamptz) $$"
        )
    _set_defaults(columns, f"{SCHEMA}.statement_timestamp()")


def _drop_schema(columns: list[tuple[str, str]]) -> None:
    _set_defaults(columns, "pg_catalog.statement_timestamp()")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _set_defaults(columns: list[tuple[str, str]], function: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        # What a transaction around this one put off is checked first: no table is altered before.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, column in columns:
            cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET DEFAULT {function}')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
