"""Start, watch and end the processes of a measurement, each a group of its own."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Took(Exception):
    """Something took longer than it may."""


class Processes:
    """Everything started through it ends with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(
        self, command: Sequence[str], *, name: str, environment: Mapping[str, str], **options: object
    ) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**_clean(), **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
                **options,  # type: ignore[call-overload]
            )
        self._running.append(process)
        return process

    def end(
        self, process: "subprocess.Popen[bytes]", *, by: int = signal.SIGTERM, seconds: float = 30
    ) -> None:
        """End one process and its children."""
        if process.poll() is None:
            os.killpg(process.pid, by)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.remove(process)

    def end_all(self) -> None:
        for process in reversed(list(self._running)):
            self.end(process, by=signal.SIGINT)


def run(command: Sequence[str], *, environment: Mapping[str, str]) -> str:
    """Run a command to its end and return what it printed. Raises CalledProcessError with its errors shown."""
    done = subprocess.run(
        command, cwd=ROOT, env={**_clean(), **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[-3:]} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def until(condition: Callable[[], bool], *, seconds: float, every: float = 0.02, what: str = "") -> None:
    """Wait for a condition. Raises Took."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise Took(what or "a condition")
        time.sleep(every)


def processor_seconds(*roots: int) -> float:
    """Add up what these processes, their children and those that have ended used so far."""
    total = 0.0
    for number in family(*roots):
        fields = _stat(number)
        if fields:
            # utime, stime, and the same of children that were waited for (proc(5)).
            total += sum(int(field) for field in fields[11:15]) / _TICK
    return total


def resident_megabytes(*roots: int) -> float:
    """Return the resident size of the largest process of these families."""
    sizes = [int(fields[21]) * _PAGE / 2**20 for number in family(*roots) if (fields := _stat(number))]
    return max(sizes, default=0.0)


def family(*roots: int) -> set[int]:
    """Return these processes and all that descend from them."""
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (fields := _stat(int(path.name))):
            parents[int(path.name)] = int(fields[1])
    found = set(roots)
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _stat(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _clean() -> dict[str, str]:
    """The environment without settings of the product that somebody may have exported."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "PIP_CONFIG_FILE", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ}
