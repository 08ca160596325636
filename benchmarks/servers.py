"""The servers that every contestant uses: PostgreSQL and Redis as they come, and the counting mail server."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.processes import Processes, processor_seconds, until
from project import redis_server
from tests import with_postgres


class MailServer:
    """The counting sink; `start` and `stop` keep its port."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])

    def start(self, *, delay_ms: float = 0.0, pipelining: bool = True) -> None:
        command = [
            sys.executable,
            "-m",
            "benchmarks.sink",
            "--port",
            str(self.port),
            "--delay-ms",
            str(delay_ms),
        ]
        self._process = self._processes.start(
            [*command, *(["--pipelining"] if pipelining else [])], name="sink", environment={}
        )
        until(self._listens, seconds=10, what="the sink to listen")

    def stop(self) -> None:
        assert self._process is not None
        if self._control is not None:
            self._control.close()
            self._control = None
        self._processes.end(self._process)

    def ask(self, word: str) -> dict[str, Any]:
        if self._control is None:
            self._control = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self._line()
        self._control.sendall(f"{word}\r\n".encode())
        answer: dict[str, Any] = json.loads(self._line()[4:])
        return answer

    @property
    def letters(self) -> int:
        return int(self.ask("XCOUNT")["letters"])

    def _line(self) -> bytes:
        assert self._control is not None
        line = b""
        while not line.endswith(b"\n"):
            line += self._control.recv(65536)
        return line

    def _listens(self) -> bool:
        try:
            self.ask("XFORGET")
        except OSError:
            self._control = None
            return False
        return True


class Servers:
    """Running servers, and what they cost."""

    def __init__(self, folder: Path, processes: Processes, *, durable: bool) -> None:
        self.folder = folder
        self.processes = processes
        self.mail = MailServer(processes)
        self._durable = durable
        self.database_socket = ""

    def start(self) -> None:
        self._start_postgres()
        self.start_redis()

    def start_redis(self) -> None:
        """Start Redis with what its file holds; it has one connection for the product and one for peers."""
        self.redis_socket = self.folder / "redis.sock"
        command = redis_server.command(redis_server.find(), socket=self.redis_socket)
        self.redis = self.processes.start(command, name="redis", environment={})
        until(self._redis_answers, seconds=10, what="Redis to answer")

    def forget_redis(self) -> None:
        """End Redis without a word and let it come back empty."""
        self.processes.end(self.redis, by=9)
        for path in (self.folder / "appendonlydir").glob("*"):
            path.unlink()
        self.start_redis()

    def flush_redis(self) -> None:
        import redis

        with redis.Redis(unix_socket_path=str(self.redis_socket)) as client:
            client.flushall()

    def database_url(self, name: str) -> str:
        return f"postgres://postgres@/{name}?host={self.database_socket}"

    def make_database(self, name: str) -> None:
        with psycopg.connect(
            host=self.database_socket, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name}".encode())

    def processor_seconds(self) -> float:
        return processor_seconds(self.postgres.pid, self.redis.pid)

    def _redis_answers(self) -> bool:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.redis_socket))
            client.sendall(b"PING\r\n")
            return client.recv(10).startswith(b"+PONG")
        return False

    def _start_postgres(self) -> None:
        """PostgreSQL as it is installed: every commit reaches the disk, unless the measurement says otherwise."""
        user = with_postgres._as_user()
        home = self.folder / "pg"
        home.mkdir()
        if user:
            os.chown(home, user["user"], user["group"])
            for path in (self.folder, *self.folder.parents):
                if path == Path("/tmp"):
                    break
                path.chmod(path.stat().st_mode | 0o011)
        binaries = with_postgres.binaries()
        with_postgres._initialise(binaries, home, user)
        words = [
            str(binaries / "postgres"),
            "-D",
            str(home / "data"),
            "-k",
            str(home),
            "-c",
            "listen_addresses=",
        ]
        for setting in ("shared_buffers=256MB", "max_connections=100"):
            words += ["-c", setting]
        if not self._durable:
            words += ["-c", "fsync=off"]
        self.postgres = self.processes.start(words, name="postgres", environment={}, **user)
        with_postgres._wait(self.postgres, home)
        self.database_socket = str(home)


@contextlib.contextmanager
def running(folder: Path, *, durable: bool) -> Iterator[Servers]:
    """Have all servers for the length of a block; whatever still runs then is ended."""
    processes = Processes(folder)
    servers = Servers(folder, processes, durable=durable)
    try:
        servers.start()
        yield servers
    finally:
        processes.end_all()


def settle(seconds: float) -> None:
    """Let what the latest contestant left behind (checkpoints, dead rows) come to rest."""
    time.sleep(seconds)
