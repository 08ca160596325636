"""The processes of the product, each with its one command line: `python -m project.parts worker-urgent`.

Used by the one-command run and by docker-compose.yml alike, so that both start the same thing. What differs
comes from the environment: DATA_DIR, PORT, BIND, FLOWER_BIND."""

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from project import redis_server
from project.sockets import make_private_directory, socket_path

WEB_FIRST_SECONDS = 20
FLOWER_CONFIGURATION = Path(__file__).with_name("flower_configuration.py")


def data_dir() -> Path:
    return Path(os.environ["DATA_DIR"]).absolute()


def port() -> str:
    return os.environ.get("PORT", "8000")


def redis() -> list[str]:
    socket = socket_path(data_dir(), "redis")
    make_private_directory(socket.parent)
    return redis_server.command(redis_server.find(), socket=socket)


def web() -> list[str]:
    metrics = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if metrics:
        make_private_directory(Path(metrics))
    return [sys.executable, "-m", "gunicorn", "-c", "python:project.gunicorn", "project.wsgi:application"]


def _worker(queue: str, concurrency: int) -> list[str]:
    # The port is in the name: two runs on one machine must not take each other for the same worker.
    return [
        *(sys.executable, "-m", "celery", "-A", "project", "worker", "-Q", queue, "-E", "--pool", "prefork"),
        *("-n", f"{queue}-{port()}@%h", "--concurrency", str(concurrency), "--loglevel", "INFO"),
        *("--without-gossip", "--without-mingle"),
    ]


def worker_urgent() -> list[str]:
    return _worker("urgent", 2)


def worker_bulk() -> list[str]:
    return _worker("bulk", 1)


def beat() -> list[str]:
    schedule = data_dir() / "beat" / "schedule"
    make_private_directory(schedule.parent)
    return [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "project",
        "beat",
        "-s",
        str(schedule),
        "--loglevel",
        "INFO",
    ]


def flower() -> list[str]:
    """Flower on a socket in a private directory or, with FLOWER_BIND, on host:port of a private network.

    The door's password travels in the environment: a command line is readable by everybody on the machine."""
    os.environ["FLOWER_BASIC_AUTH"] = f"door:{os.environ['FLOWER_PASSWORD']}"
    # Flower counts in its own process; the web's shared counters are not for it.
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    address, _, number = os.environ.get("FLOWER_BIND", "").rpartition(":")
    if number:
        where = [f"--address={address}", f"--port={number}"]
    else:
        socket = socket_path(data_dir(), "flower")
        make_private_directory(socket.parent)
        where = [f"--unix_socket={socket}"]
    return [
        *(sys.executable, "-m", "celery", "-A", "project", "flower", *where),
        *(
            "--read_only=True",
            "--url_prefix=ops/flower",
            f"--conf={FLOWER_CONFIGURATION}",
            "--max_tasks=10000",
        ),
    ]


def announce() -> list[str]:
    return [sys.executable, "-m", "project.announce"]


PARTS: dict[str, Callable[[], list[str]]] = {
    "redis": redis,
    "worker-urgent": worker_urgent,
    "worker-bulk": worker_bulk,
    "web": web,
    "flower": flower,
    "beat": beat,
    "announce": announce,
}


def let_web_go_first() -> None:
    """Wait until the web listens, for some seconds at most: on a small machine all starts together are slow,
    and a person waits for the page. Only the one-command run asks for it."""
    deadline = time.monotonic() + WEB_FIRST_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(port())), timeout=1):
            return
        time.sleep(0.1)


def main(name: str) -> None:
    """Become the named process. Exits with a sentence for another name."""
    if name not in PARTS:
        sys.exit(f"There is no part {name!r}; there are {', '.join(PARTS)}.")
    if os.environ.get("WEB_FIRST") and name not in {"redis", "web"}:
        let_web_go_first()
    words = PARTS[name]()
    os.execv(words[0], words)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
