"""Make a copy of the database that goes away again. The source is read in one snapshot and never written to."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql


class NoCopy(Exception):
    """The copy cannot be made; the text says why and what to do."""


@contextmanager
def copied() -> Iterator[str]:
    """Yield the DATABASE_URL of a copy of the configured database, which ends with the block. Raises NoCopy."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NoCopy("The database is not what this version needs: run manage.py prepare first.")
    copy = _copied_postgresql if connection.vendor == "postgresql" else _copied_sqlite
    with copy() as url:
        yield url


@contextmanager
def _copied_sqlite() -> Iterator[str]:
    # A directory of its own, which nobody else may read: the copy holds what the database holds.
    with tempfile.TemporaryDirectory(prefix="simulation-") as folder:
        path = Path(folder) / "copy.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as target:
            connection.connection.backup(target)
        yield f"sqlite:///{path}"


@contextmanager
def _copied_postgresql() -> Iterator[str]:
    """Make an empty database beside the source, bring it to the same tables, and copy the rows.

    Not by `CREATE DATABASE … TEMPLATE`: that needs a source to which nobody is connected."""
    parameters: dict[str, Any] = connection.get_connection_params()
    name = f"{parameters['dbname'][:40]}_simulation_{os.getpid()}"
    made = sql.Identifier(name)
    with closing(psycopg.connect(**parameters, autocommit=True)) as source:
        try:
            source.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(made))
        except psycopg.errors.InsufficientPrivilege:
            raise NoCopy(
                "The database's user may not make a database for the copy. Allow it (ALTER ROLE … CREATEDB),"
                " or run the simulation on a restored backup, with its DATABASE_URL."
            ) from None
        try:
            url = _url(parameters, name)
            _make_tables(url)
            with closing(psycopg.connect(**{**parameters, "dbname": name}, autocommit=True)) as target:
                _copy_rows(source, target)
            yield url
        finally:
            source.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(made))


def _url(parameters: dict[str, Any], name: str) -> str:
    user, password = (quote(str(parameters.get(part) or ""), safe="") for part in ("user", "password"))
    asked = ("host", "port", "sslmode", "sslrootcert")
    query = {part: str(parameters[part]) for part in asked if part in parameters}
    return f"postgres://{user}{':' if password else ''}{password}@/{quote(name)}?{urlencode(query)}"


def _make_tables(url: str) -> None:
    for words in (("migrate", "--no-input"), ("createcachetable",)):
        made = subprocess.run(  # noqa: S603 - our own commands
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            last = (made.stderr.strip().splitlines() or ["no reason was given"])[-1]
            raise NoCopy(f"The copy's tables could not be made: {last}")


def _copy_rows(source: "psycopg.Connection[Any]", target: "psycopg.Connection[Any]") -> None:
    tables = _columns(target)
    with target.transaction(), source.transaction():
        source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        target.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        for table, columns in tables.items():
            row = {
                "table": sql.Identifier(table),
                "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
            }
            out = sql.SQL("COPY {table} ({columns}) TO STDOUT").format(**row)
            into = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(**row)
            with source.cursor().copy(out) as read, target.cursor().copy(into) as write:
                for piece in read:
                    write.write(piece)
        _set_sequences(target)


def _columns(database: "psycopg.Connection[Any]") -> dict[str, list[str]]:
    """Return the tables with their columns."""
    rows = database.execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns AS c"
        " JOIN information_schema.tables AS t USING (table_schema, table_name)"
        " WHERE c.table_schema = CURRENT_SCHEMA() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
        " ORDER BY c.table_name, c.ordinal_position"
    )
    tables: dict[str, list[str]] = {}
    for row in rows.fetchall():
        tables.setdefault(row[0], []).append(row[1])
    return tables


def _set_sequences(database: "psycopg.Connection[Any]") -> None:
    """Let each sequence go on behind the rows that were copied."""
    numbered = database.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = CURRENT_SCHEMA() AND is_identity = 'YES'"
    )
    for table, column in numbered.fetchall():
        database.execute(
            sql.SQL(
                "SELECT SETVAL(PG_GET_SERIAL_SEQUENCE({name}, {column}),"
                " COALESCE(MAX({place}), 0) + 1, FALSE) FROM {table}"
            ).format(
                name=sql.Literal(f'"{table}"'),
                column=sql.Literal(column),
                place=sql.Identifier(column),
                table=sql.Identifier(table),
            )
        )
