"""What the figures were measured on: sizes and versions, no names and no places."""

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from project import redis_server
from tests import with_postgres

PRODUCT = ("Django", "celery", "kombu", "psycopg", "redis", "Jinja2")


def facts(*, durable: bool) -> dict[str, Any]:
    """Return cores, memory and the versions of everything that took part."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    peers = (Path(__file__).parent / "requirements.txt").read_text(encoding="utf-8").split()
    return {
        "cores": os.cpu_count(),
        "memory_gigabytes": round(int(memory[1]) / 2**20) if memory else None,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgresql": _says(str(with_postgres.binaries() / "postgres"), "--version"),
        "redis": _says(redis_server.find(), "--version"),
        "packages": {name: version(name) for name in PRODUCT},
        "peers": peers,
        "commits_reach_the_disk": durable,
    }


def _says(*command: str) -> str:
    words = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+\.\d+(\.\d+)?", words)
    return found[0] if found else words.strip()
