"""Keep a simulation from writing to anybody: its settings know no way out, and it looks at them before it begins."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection

from notifications import mailbox, wire

NOWHERE = "smtp://simulation.invalid:25"
"""Production accepts no mailbox as EMAIL_URL; a name under .invalid leads nowhere (RFC 2606)."""
COPY = "SIMULATED_COPY"


class NotIsolated(Exception):
    """A letter could leave, or another database than the copy could be written to: nothing was done."""


def environment(url: str, *, folder: Path) -> dict[str, str]:
    """Return the environment of the process that lives on the copy.

    Its keys of links and codes are others under the same names: nothing in a simulated letter opens anything."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    return {
        **known,
        COPY: url,
        "DATABASE_URL": url,
        "EMAIL_URL": NOWHERE,
        "REDIS_URL": f"unix://{folder}/no-broker",
        "DATA_DIR": str(settings.DATA_DIR),
        "LINK_KEYS": _other_keys(settings.LINK_KEYS),
        "CODE_KEYS": _other_keys(settings.CODE_KEYS),
        # Whoever starts it has been through this with the names of the operator.
        "STRICT_SETTINGS": "0",
    }


def _other_keys(keys: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{secrets.token_hex(32)}" for name in keys)


def enforce(*, folder: Path) -> None:
    """Let letters become files in `folder`, and see to it that nothing else can happen. Raises NotIsolated."""
    copy = os.environ.get(COPY)
    if not copy or copy != os.environ.get("DATABASE_URL") or os.environ.get("EMAIL_URL") != NOWHERE:
        raise NotIsolated("This process was not started on a copy, without a way to the mail system.")
    settings.EMAIL_BACKEND = f"{mailbox.Backend.__module__}.{mailbox.Backend.__name__}"
    settings.MAILBOX_DIR = folder
    if wire.takes_bytes() or not isinstance(get_connection(), mailbox.Backend):
        raise NotIsolated("Letters would leave.")
