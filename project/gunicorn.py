"""How the web server runs: two processes with threads, structured logs, no file outside DATA_DIR."""

import os
from pathlib import Path
from typing import Any

from project import logs

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
# Loaded once and shared by the workers that are forked from it: half the start, less memory.
preload_app = True
worker_class = "gthread"
workers = 2
threads = 8
timeout = 30
graceful_timeout = 25
keepalive = 5
# A heartbeat file on a disk can block for seconds; memory does not.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# gunicorn would otherwise open a socket in the home directory.
control_socket_disable = True
# Whose X-Forwarded-Proto is believed: the configured proxies' alone, not even the loopback's by default.
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES", "")
accesslog = "-"
access_log_format = "%(m)s %(U)s answered %(s)s, %(B)s bytes, %(M)s ms"
logconfig_dict = logs.configuration()


def when_ready(server: Any) -> None:
    """Load the pages too before the workers are forked: the first visitor does not wait for it."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns


def child_exit(server: Any, worker: Any) -> None:
    """Let the metrics forget the gauges of a process that is gone."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
