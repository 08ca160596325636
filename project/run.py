"""The one-command run: check what can be wrong, prepare the data, then hand over to the supervisor.

Everything that can fail for an outside reason fails here, before anything is started, with one sentence."""

import fcntl
import logging
import os
import secrets
import shutil
import socket
import sys
from pathlib import Path
from typing import TextIO

import django
from django.core.exceptions import ImproperlyConfigured

from project import redis_server, supervisor
from project.sockets import make_private_directory, socket_path

ROOT = Path(__file__).resolve().parent.parent


class StartRefused(Exception):
    """The run cannot start; the text says why and what to do."""


def check_port(port: int) -> None:
    """Refuse a port that cannot be listened on. Raises StartRefused."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise StartRefused(f"PORT must be at most 65535, not {port}.") from None
        except PermissionError:
            raise StartRefused(
                f"Port {port} needs more rights than you have. Choose one above 1023."
            ) from None
        except OSError:
            raise StartRefused(
                f"Port {port} is taken by another program. "
                f"Stop it, or choose another port: make run PORT={port + 1}"
            ) from None


def take_data_dir(data_dir: Path) -> int:
    """Make DATA_DIR and lock it for this run; returns the lock's descriptor, which must stay open.

    Raises StartRefused when it cannot be written or when another run holds it."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data_dir / "logs").mkdir(exist_ok=True)
        lock = os.open(data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartRefused(f"DATA_DIR {data_dir} cannot be written: {error.strerror}.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StartRefused(
            f"Another run already uses {data_dir}. Stop it, or give this one its own PORT and DATA_DIR."
        ) from None
    # The lock outlives the exec below; the parts do not inherit it, supervisord closes it in each.
    os.set_inheritable(lock, True)
    return lock


def prepare_environment(data_dir: Path, port: int) -> bool:
    """Set what the parts read from the environment. Returns whether this run brings its own Redis.

    Raises StartRefused when it has to and none is found."""
    own_redis = not os.environ.get("REDIS_URL", "").strip()
    if own_redis:
        try:
            redis_server.find()
        except redis_server.NoRedis as missing:
            raise StartRefused(str(missing)) from None
        path = socket_path(data_dir, "redis")
        make_private_directory(path.parent)
        os.environ["REDIS_URL"] = f"unix://{path}"
    metrics = data_dir / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(mode=0o700)
    os.environ.update(
        DATA_DIR=str(data_dir),
        PORT=str(port),
        BIND=f"127.0.0.1:{port}",
        PYTHONPATH=os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        PYTHONUNBUFFERED="1",
        WEB_FIRST="1",
        PROMETHEUS_MULTIPROC_DIR=str(metrics),
        FLOWER_PASSWORD=secrets.token_urlsafe(32),
    )
    os.environ.pop("FLOWER_BIND", None)
    return own_redis


def send_logs_to(file: TextIO) -> None:
    """Keep log lines out of the terminal: there, sentences are for a person."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(file)


def prepare_data() -> None:
    """Bring the database up to date and, in the demo, its people. Raises StartRefused."""
    from django.core.management import call_command
    from django.db import DatabaseError, OperationalError

    try:
        call_command("prepare", verbosity=0)
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise StartRefused(f"The database does not answer (DATABASE_URL): {reason}") from None
    except DatabaseError as error:
        raise StartRefused(f"The database could not be brought up to date: {error}") from None


def main() -> None:
    """Become the supervisor of a run. Exits with a sentence and status 1 when the start is refused."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    try:
        data_dir = Path(os.environ.get("DATA_DIR", "").strip() or ROOT / "var").absolute()
        take_data_dir(data_dir)
        from project import env

        port = env.number("PORT", 8000, at_least=1)
        check_port(port)
        own_redis = prepare_environment(data_dir, port)
        django.setup()
        with (data_dir / "logs" / "prepare.log").open("a") as log:
            send_logs_to(log)
            prepare_data()
    except (StartRefused, ImproperlyConfigured) as refused:
        sys.exit(str(refused))
    except KeyboardInterrupt:
        sys.exit("Stopped before anything was started.")
    (data_dir / "logs" / "announce.log").unlink(missing_ok=True)
    configuration = data_dir / "supervisor.conf"
    configuration.write_text(supervisor.configuration(with_redis=own_redis))
    print(f"Starting on port {port} ...", flush=True)
    os.chdir(data_dir)
    os.execv(sys.executable, [sys.executable, "-m", "project.supervisor", str(configuration)])  # noqa: S606


if __name__ == "__main__":
    main()
