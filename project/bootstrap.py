"""Bring .venv up to a hashed lock; the standard library only, since it runs before anything is installed.

`python -I project/bootstrap.py requirements.txt`. The lock's hash is stamped into .venv, so that a second
call costs a few milliseconds and needs no network. Refuses with one sentence and exit status 1."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "locks.json"
# The development lock holds every package of the smaller one.
CONTAINS = {"requirements-dev.txt": ("requirements-dev.txt", "requirements.txt")}
OFFLINE = (
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "No matching distribution found",
)


class SetUpRefused(Exception):
    """The environment cannot be made; the text says why and what to do."""


def lock_hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def is_current(name: str) -> bool:
    """Say whether .venv was filled from this very lock and its Python still starts."""
    try:
        stamps = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return stamps.get(name) == lock_hash(name) and python_starts()


def python_starts() -> bool:
    python = VENV / "bin" / "python"
    return python.exists() and subprocess.run([python, "-c", ""], check=False).returncode == 0  # noqa: S603


def make_venv() -> None:
    if python_starts():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SetUpRefused(
            "Python's venv module is incomplete here. "
            "Install it (on Debian and Ubuntu: python3-venv) and start again."
        )


def install(name: str) -> None:
    """Install exactly the locked packages. Raises SetUpRefused."""
    command = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--retries",
        "2",
    ]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", str(ROOT / name)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode == 0:
        return
    output = run.stdout + run.stderr
    if any(sign in output for sign in OFFLINE):
        raise SetUpRefused(
            "The package registry cannot be reached. "
            "The first start needs the network once; later ones do not."
        )
    raise SetUpRefused(
        "\n".join([*output.strip().splitlines()[-12:], f"The packages of {name} did not install."])
    )


def bring_up(name: str) -> None:
    """Make .venv match the lock `name`; one process at a time, the others wait and find it done."""
    directory = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        if not is_current(name):
            print(f"Installing the packages of {name} into .venv, once (about half a minute) ...", flush=True)
            make_venv()
            STAMP.unlink(missing_ok=True)
            install(name)
            STAMP.write_text(json.dumps({lock: lock_hash(lock) for lock in CONTAINS.get(name, (name,))}))
    finally:
        os.close(directory)


if __name__ == "__main__":
    try:
        bring_up(sys.argv[1])
    except SetUpRefused as refused:
        sys.exit(str(refused))
    except OSError as error:
        sys.exit(f"The environment cannot be made: {error.strerror}: {error.filename or VENV}.")
    except KeyboardInterrupt:
        sys.exit("Stopped before the environment was complete; the next start takes it up again.")
