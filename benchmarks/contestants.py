"""The product and its peers, each told to send the same letters its own way."""

import json
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from benchmarks.processes import Processes, processor_seconds, resident_megabytes, run, until
from benchmarks.servers import Servers


class Contestant(ABC):
    """Fill with letters, drain them, tell what it cost."""

    name: str
    portion = 1.0
    """What part of the letters it gets: the slowest are given fewer, for their rate does not depend on it."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.processes: Processes = servers.processes
        self.running: list[subprocess.Popen[bytes]] = []

    @abstractmethod
    def prepare(self) -> None:
        """Make an empty database."""

    @abstractmethod
    def fill(self, prefix: str, count: int) -> None:
        """Have letters wait to be sent."""

    def warm(self) -> None:
        """Start what runs all the time, and have it ready; a command that runs once has nothing to start."""
        self.running.clear()

    @abstractmethod
    def go(self, prefix: str, count: int) -> None:
        """Begin to send what waits."""

    def processor_seconds(self) -> float:
        return processor_seconds(*(process.pid for process in self.running))

    def resident_megabytes(self) -> float:
        return resident_megabytes(*(process.pid for process in self.running))

    def kill(self) -> None:
        """End its processes as a power cut would, and start them again as their documents say."""
        for process in list(self.running):
            self.processes.end(process, by=signal.SIGKILL)
        self.running.clear()

    def rest(self) -> None:
        for process in list(self.running):
            self.processes.end(process)
        self.running.clear()


class Ours(Contestant):
    """Two processes of one Celery worker."""

    name = "ours"
    workers = 2
    with_beat = False

    def __init__(self, servers: Servers, **settings: str) -> None:
        super().__init__(servers)
        self._settings = settings

    @property
    def environment(self) -> dict[str, str]:
        return {
            "ENVIRONMENT": "demo",
            "DATA_DIR": str(self.servers.folder),
            "DATABASE_URL": self.servers.database_url("ours"),
            "REDIS_URL": f"unix://{self.servers.redis_socket}",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.servers.mail.port}",
            **self._settings,
        }

    def ask(self, *words: str, of: str = "ours") -> str:
        """Tell the product something: its post office (`ours`), or its requests (`business`)."""
        return run([sys.executable, "-m", f"benchmarks.{of}", *words], environment=self.environment)

    def prepare(self) -> None:
        self.servers.make_database("ours")
        run([sys.executable, "manage.py", "migrate", "-v", "0"], environment=self.environment)

    def fill(self, prefix: str, count: int, state: str = "queued") -> None:
        self.ask("fill", prefix, str(count), state)

    def warm(self, *, queue: str = "bulk") -> None:
        command = [sys.executable, "-m", "celery", "-A", "project"]
        options = ["-Q", queue, "-c", str(self.workers), "-l", "warning", "-n", f"{queue}@bench"]
        worker = self.processes.start(
            [*command, "worker", *options, "--without-gossip", "--without-mingle"],
            name=f"ours-{queue}",
            environment=self.environment,
        )
        self.running.append(worker)
        if self.with_beat:
            schedule = self.servers.folder / f"beat-{worker.pid}"
            words = ["beat", "-s", str(schedule), "--pidfile=", "-l", "warning"]
            self.running.append(
                self.processes.start([*command, *words], name="ours-beat", environment=self.environment)
            )
        self._wait(queue)

    def go(self, prefix: str, count: int) -> None:
        self.ask("nudge", "bulk")

    def _wait(self, queue: str) -> None:
        """Wait until the worker takes tasks: it does when a nudge no longer waits."""
        import redis

        self.ask("nudge", queue)
        with redis.Redis(unix_socket_path=str(self.servers.redis_socket)) as client:
            until(lambda: client.llen(queue) == 0, seconds=60, every=0.1, what="a worker to take a task")


class Peer(Contestant):
    """A contestant in the environment of the peers."""

    database: str
    python: Path
    words: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "BENCH_DATABASE": self.servers.database_url(self.database),
            "BENCH_PORT": str(self.servers.mail.port),
            "BENCH_BROKER": f"redis+socket://{self.servers.redis_socket}?virtual_host=1",
            "BENCH_LETTER": str(self.words),
        }

    def act(self, *words: str) -> str:
        return run([str(self.python), "-m", "benchmarks.peers.act", *words], environment=self.environment)

    def start(self, *words: str) -> None:
        command = [str(self.python), "-m", "benchmarks.peers.act", *words]
        self.running.append(self.processes.start(command, name=self.database, environment=self.environment))

    def prepare(self) -> None:
        self.servers.make_database(self.database)
        self.act("migrate")


class PostOffice(Peer):
    """Its command with two processes, each with its threads, as its documents show for many letters."""

    name = "django-post_office"
    portion = 0.25
    database = "post_office"

    def fill(self, prefix: str, count: int) -> None:
        self.act("fill_post_office", prefix, str(count))

    def go(self, prefix: str, count: int) -> None:
        self.start("drain_post_office")


class PostOfficeBest(PostOffice):
    name = "django-post_office, BATCH_SIZE=5000"
    portion = 0.5
    database = "post_office_best"

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BENCH_BATCH_SIZE": "5000"}


class Mailer(Peer):
    """One process: its lock allows no second one."""

    name = "django-mailer"
    portion = 0.1
    database = "mailer"

    def fill(self, prefix: str, count: int) -> None:
        self.act("fill_mailer", prefix, str(count))

    def go(self, prefix: str, count: int) -> None:
        self.start("drain_mailer")


class PlainCelery(Peer):
    """One task a letter, two worker processes."""

    name = "plain Celery"
    portion = 0.1
    database = "plain"

    def fill(self, prefix: str, count: int) -> None:
        self.act("fill_celery", prefix, str(count))

    def warm(self) -> None:
        """It starts to send as soon as it is there: `go` starts it."""

    def go(self, prefix: str, count: int) -> None:
        command = [str(self.python.parent / "celery"), "-A", "benchmarks.peers.plain", "worker", "-c", "2"]
        self.running.append(
            self.processes.start([*command, "-l", "error"], name=self.database, environment=self.environment)
        )

    def time_delay(self, prefix: str, count: int) -> dict[str, Any]:
        timed: dict[str, Any] = json.loads(self.act("time_delay", prefix, str(count)))
        return timed


class Bare(Peer):
    """smtplib on two connections: what sending alone costs."""

    name = "bare smtplib"
    database = "bare"

    def prepare(self) -> None:
        """It needs none."""

    def fill(self, prefix: str, count: int) -> None:
        """Its letters wait nowhere."""

    def go(self, prefix: str, count: int) -> None:
        self.start("drain_bare", prefix, str(count))
