"""A scene of real servers for each fault; PostgreSQL where its binaries are, and SQLite."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from project import redis_server
from tests import with_postgres
from tests.faults.scene import ROOT, Scene, empty_sqlite
from tests.faults.smtp_server import SmtpServer

DATABASES = ["postgresql", "sqlite"]


@pytest.fixture(scope="session")
def databases() -> Iterator[Callable[[str, Path], str]]:
    """Make an empty, migrated database of the named sort; returns its URL."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder, made = Path(name), _Databases(Path(name))
        assert folder.exists()
        yield made.make
        made.end()


class _Databases:
    """Migrates once for each sort; a test gets a copy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: object = None
        self._url = ""
        self._numbers = iter(range(1000))

    def make(self, sort: str, folder: Path) -> str:
        if sort == "sqlite":
            template = self._folder / "template.sqlite3"
            if not template.exists():
                self._migrate(f"sqlite:///{template}")
            return empty_sqlite(template, folder)
        if not self._url:
            self._start()
        name = f"fault{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self._url.replace("/postgres?", f"/{name}?")

    def end(self) -> None:
        if self._server is not None:
            self._server.__exit__(None, None, None)  # type: ignore[attr-defined]

    def _start(self) -> None:
        try:
            self._server = with_postgres.server()
            self._url = self._server.__enter__()
        except with_postgres.NoPostgres as reason:
            self._server = None
            pytest.skip(str(reason))
        self._execute("CREATE DATABASE migrated")
        self._migrate(self._url.replace("/postgres?", "/migrated?"))

    def _execute(self, statement: str) -> None:
        host = self._url.partition("host=")[2]
        with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _migrate(self, url: str) -> None:
        environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(self._folder), "ENVIRONMENT": "demo"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.fixture
def scene(request: pytest.FixtureRequest, databases: Callable[[str, Path], str]) -> Iterator[Scene]:
    """Redis and a mail server run; workers and beat are the test's to start. PostgreSQL unless it says otherwise."""
    try:
        redis_server.find()
    except redis_server.NoRedis as reason:
        pytest.skip(str(reason))
    sort = getattr(request, "param", "postgresql")
    # Not pytest's folder: a unix socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="scene-") as name, SmtpServer() as smtp:
        made = Scene(Path(name), database_url=databases(sort, Path(name)), smtp=smtp)
        try:
            made.start_redis()
            yield made
        finally:
            made.end()
