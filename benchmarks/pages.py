"""How long the product's pages take beside a page of nothing, behind the same web server."""

import http.client
import socket
import statistics
import sys
import time
from collections.abc import Mapping
from functools import partial

from benchmarks.contestants import Ours
from benchmarks.processes import until

EMPTY = "Django's empty page"
WARM = 40


def measure(one: Ours, known: Mapping[str, Mapping[str, str]], *, count: int) -> dict[str, dict[str, float]]:
    """Ask for each page `count` times, in turns; milliseconds from the first byte asked to the last one given.

    `one` has a PORT of its own, by which its cookies are named."""
    ours, empty = int(one.environment["PORT"]), free_port()
    server = ["-m", "gunicorn", "-c", "python:project.gunicorn"]
    web = one.processes.start(
        [sys.executable, *server, "project.wsgi:application"],
        name="web",
        environment=one.environment,
    )
    bare = one.processes.start(
        [sys.executable, *server, "benchmarks.empty:application"],
        name="empty",
        environment={"PORT": str(empty), "DJANGO_SETTINGS_MODULE": "benchmarks.empty"},
    )
    asked = {EMPTY: (empty, "/", "")}
    asked |= {name: (ours, page["path"], page["cookies"]) for name, page in known.items()}
    try:
        for port in (ours, empty):
            until(partial(_listens, port), seconds=60, what="a web server")
        took: dict[str, list[float]] = {name: [] for name in asked}
        for number in range(count + WARM):
            for name, (port, path, cookies) in asked.items():
                milliseconds = _ask(port, path, cookies)
                if number >= WARM:
                    took[name].append(milliseconds)
    finally:
        one.processes.end(web)
        one.processes.end(bare)
    return {
        name: {"p50": statistics.median(times), "p95": sorted(times)[int(len(times) * 0.95)]}
        for name, times in took.items()
    }


def _ask(port: int, path: str, cookies: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Host": f"localhost:{port}", "Cookie": cookies})
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - began) * 1000
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}.")
    return took


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
