"""A whole post office in processes of its own: database, Redis, workers, beat, and a clerk for the web."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from project import redis_server
from tests.faults.smtp_server import PATIENCE_SECONDS, SmtpServer

ROOT = Path(__file__).resolve().parent.parent.parent
SPANS = {
    "LEASE_SECONDS_URGENT": "5",
    "LEASE_SECONDS_BULK": "5",
    "LETTER_SECONDS_URGENT": "3",
    "LETTER_SECONDS_BULK": "3",
    "SWEEP_SECONDS_URGENT": "1",
    "SWEEP_SECONDS_BULK": "1",
}


class Scene:
    """Starts and ends the processes; whatever a test left running ends with it."""

    def __init__(self, folder: Path, *, database_url: str, smtp: SmtpServer) -> None:
        self.folder = folder
        self.smtp = smtp
        self.socket = folder / "redis.sock"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            **SPANS,
            "ENVIRONMENT": "demo",
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"unix://{self.socket}",
            "EMAIL_URL": smtp.url,
        }
        self._running: list[subprocess.Popen[bytes]] = []
        self._clerk: subprocess.Popen[bytes] | None = None
        self._clerk_of = ROOT

    # Processes

    def start_redis(self) -> None:
        """Start Redis and wait until it answers."""
        command = redis_server.command(redis_server.find(), socket=self.socket)
        self.redis_process = self._start(command, "redis")
        self.until(self._redis_answers, seconds=10)

    def start_worker(self, queue: str, *, processes: int = 1, root: Path = ROOT) -> "subprocess.Popen[bytes]":
        """Start a worker of the product at `root`; it is ready when it has taken a task, so tests wait for letters."""
        options = ["-Q", queue, "-c", str(processes), "-l", "info", "--without-gossip", "--without-mingle"]
        return self._celery(
            ["worker", "-n", f"{queue}{len(self._running)}@%h", *options], f"worker-{queue}", root
        )

    def start_part(self, name: str) -> "subprocess.Popen[bytes]":
        """Start a part of the product as its one-command run does."""
        return self._start([sys.executable, "-m", "project.parts", name], name)

    def start_beat(self) -> "subprocess.Popen[bytes]":
        schedule = self.folder / f"schedule{len(self._running)}"
        return self._celery(["beat", "-s", str(schedule), "--pidfile=", "-l", "info"], "beat")

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """End a process and its children at once, as a power cut would."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """End everything that still runs."""
        for process in reversed(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGCONT)
                self.kill(process)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def move_to(self, database_url: str) -> None:
        """Let everything that starts from now on use another database; nothing may be running but the clerk."""
        self._dismiss_clerk()
        self.environment["DATABASE_URL"] = database_url

    def hire_clerk(self, root: Path) -> None:
        """Let another clerk do what is asked from now on: of the product at `root`."""
        self._dismiss_clerk()
        self._clerk_of = root

    def _dismiss_clerk(self) -> None:
        if self._clerk is not None:
            self.kill(self._clerk)
            self._clerk = None

    # The clerk

    def ask(self, act: str, **how: Any) -> dict[str, Any]:
        """Have the clerk do something; returns its answer."""
        if self._clerk is None:
            command = [sys.executable, "-m", "tests.faults.clerk"]
            self._clerk = self._start(
                command, "clerk", self._clerk_of, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            self._answer()
        assert self._clerk.stdin is not None
        self._clerk.stdin.write(json.dumps({"act": act, **how}).encode() + b"\n")
        self._clerk.stdin.flush()
        return self._answer()

    def post(self, kind: str, *, prefix: str, count: int = 1) -> float:
        """Post letters to `<prefix><n>@reader.example`; returns the seconds of the slowest."""
        return float(self.ask("post", kind=kind, prefix=prefix, count=count)["slowest"])

    def states(self) -> dict[str, int]:
        """Count the outbox by state."""
        counts: dict[str, int] = {}
        for row in self.ask("rows").values():
            counts[row["state"]] = counts.get(row["state"], 0) + 1
        return counts

    def until_states(self, expected: dict[str, int], *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until the outbox counts so many letters in each state."""
        self.until(lambda: self.states() == expected, seconds=seconds, told=lambda: f"{self.states()}")

    def until(
        self,
        condition: Callable[[], object],
        *,
        seconds: float = PATIENCE_SECONDS,
        told: Callable[[], str] = lambda: "",
    ) -> None:
        """Wait for a condition. Fails with what the processes logged last."""
        ends = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > ends:
                raise AssertionError(f"Not so within {seconds} s. {told()}\n{self.logs()}")
            time.sleep(0.05)

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-1500:]}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def redis(self) -> "redis.Redis":
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)

    def manage(self, *words: str) -> None:
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def _celery(self, words: list[str], name: str, root: Path = ROOT) -> "subprocess.Popen[bytes]":
        return self._start([sys.executable, "-m", "celery", "-A", "project", *words], name, root)

    def _start(
        self, command: list[str], name: str, root: Path = ROOT, **streams: Any
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=root,
                env=self.environment,
                start_new_session=True,
                **{"stdout": log, "stderr": log, **streams},
            )
        self._running.append(process)
        return process

    def _answer(self) -> dict[str, Any]:
        assert self._clerk is not None
        assert self._clerk.stdout is not None
        line = self._clerk.stdout.readline()
        if not line:
            raise AssertionError(f"The clerk ended.\n{self.logs()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _redis_answers(self) -> bool:
        try:
            with self.redis() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def empty_sqlite(template: Path, folder: Path) -> str:
    """Copy a migrated SQLite file; returns its URL."""
    shutil.copy(template, folder / "app.sqlite3")
    return f"sqlite:///{folder / 'app.sqlite3'}"
