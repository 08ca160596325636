"""A scene of real servers for each fault; PostgreSQL where its binaries are, and SQLite."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from project import redis_server
from tests import with_postgres
from tests.faults.scene import ROOT, Scene, empty_sqlite
from tests.faults.smtp_server import SmtpServer

DATABASES = ["postgresql", "sqlite"]
# What is committed outlives a crash of the server, if not one of the machine.
DURABLE = [setting for setting in with_postgres.FAST if not setting.startswith("synchronous_commit")]


@pytest.fixture(scope="session")
def databases() -> Iterator["Databases"]:
    """Make empty, migrated databases."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        made = Databases(Path(name))
        yield made
        made.end()


class Databases:
    """Migrates once for each sort; a test gets a copy."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: with_postgres.Server | None = None
        self._numbers = iter(range(1000))

    @property
    def server(self) -> with_postgres.Server:
        """The PostgreSQL of these tests; one that stops it starts it again."""
        if self._server is None:
            self._start()
        assert self._server is not None
        return self._server

    def make(self, sort: str, folder: Path) -> str:
        """Make an empty, migrated database of the named sort; returns its URL."""
        if sort == "sqlite":
            template = self._folder / "template.sqlite3"
            if not template.exists():
                self._migrate(f"sqlite:///{template}")
            return empty_sqlite(template, folder)
        name = f"fault{next(self._numbers)}"
        self._execute(self.server, f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.server.url.replace("/postgres?", f"/{name}?")

    def end(self) -> None:
        if self._server is not None:
            # Nothing of it is needed any more: no reason to wait for its last checkpoint.
            self._server.stop(signal.SIGQUIT)

    def _start(self) -> None:
        home = self._folder / "pg"
        home.mkdir()
        # The folder above is this user's alone; PostgreSQL may run as another.
        self._folder.chmod(0o711)
        try:
            server = with_postgres.Server(home, settings=DURABLE)
            server.start()
        except with_postgres.NoPostgres as reason:
            pytest.skip(str(reason))
        self._server = server
        self._execute(server, "CREATE DATABASE migrated")
        self._migrate(server.url.replace("/postgres?", "/migrated?"))

    def _execute(self, server: with_postgres.Server, statement: str) -> None:
        with psycopg.connect(
            host=str(server.home), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())

    def _migrate(self, url: str) -> None:
        environment = os.environ | {"DATABASE_URL": url, "DATA_DIR": str(self._folder), "ENVIRONMENT": "demo"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.fixture
def scene(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Scene]:
    """Redis and a mail server run; workers and beat are the test's to start. PostgreSQL unless it says otherwise."""
    try:
        redis_server.find()
    except redis_server.NoRedis as reason:
        pytest.skip(str(reason))
    sort = getattr(request, "param", "postgresql")
    # Not pytest's folder: a unix socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="scene-") as name, SmtpServer() as smtp:
        made = Scene(Path(name), database_url=databases.make(sort, Path(name)), smtp=smtp)
        try:
            made.start_redis()
            yield made
        finally:
            made.end()
