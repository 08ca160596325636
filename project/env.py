"""Read the environment into typed settings, and refuse what cannot be right with one clear sentence.

Each reader notes what it read (`READ`), so that docs/settings.md tells the defaults that are in force.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

PLACEHOLDERS = ("changeme", "change-me", "secret", "example", "placeholder", "insecure", "password")
SECRET_NAMES = ("SECRET_KEY", "LINK_KEYS", "CODE_KEYS", "EVIDENCE_KEYS", "SESSION_KEYS", "HASH_KEY")
MINIMUM_SECRET_LENGTH = 32
MOST_DAYS = 3650


@dataclass(frozen=True)
class Reading:
    """How a variable was read: its default as one would write it, and what a value looks like."""

    default: str
    form: str


READ: dict[str, Reading] = {}


def text(name: str, default: str = "", *, form: str = "text") -> str:
    """Return the variable's text without white space around it, or `default` when it is missing or empty."""
    READ.setdefault(name, Reading(default, form))
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Read 1/0, true/false, yes/no, on/off. Raises ImproperlyConfigured for anything else."""
    READ.setdefault(name, Reading("1" if default else "0", "1 or 0"))
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int, *, at_least: int = 0, at_most: int = 1_000_000) -> int:
    """Read a whole number. Raises ImproperlyConfigured outside of its bounds or when it is no number."""
    READ.setdefault(name, Reading(str(default), f"at least {at_least}" if at_least else ""))
    value = text(name)
    if not value:
        return default
    try:
        result = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if result < at_least:
        raise ImproperlyConfigured(f"{name} must be at least {at_least}, not {result}.")
    if result > at_most:
        raise ImproperlyConfigured(f"{name} must be at most {at_most}, not {result}.")
    return result


def days(name: str, default: timedelta) -> timedelta:
    """Read a whole number of days, at least one. Raises ImproperlyConfigured."""
    return timedelta(days=number(name, default.days, at_least=1, at_most=MOST_DAYS))


def days_listed(name: str, default: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """Read comma-separated days such as 3,7,12, or `none`. Raises ImproperlyConfigured for anything else."""
    usual = ",".join(str(span.days) for span in default)
    READ.setdefault(name, Reading(usual, "comma-separated, ascending, or none"))
    parts = items(name)
    if parts == ["none"]:
        return ()
    if not all(part.isdecimal() and int(part) <= MOST_DAYS for part in parts):
        raise ImproperlyConfigured(f"{name} must read days like {usual}, or none, not {text(name)!r}.")
    return tuple(timedelta(days=int(part)) for part in parts) or default


def per_route(name: str, *, urgent: int, bulk: int, at_least: int = 1) -> dict[str, int]:
    """Read `name` for each of the two routes, as NAME_URGENT and NAME_BULK. Raises ImproperlyConfigured."""
    return {
        "urgent": number(f"{name}_URGENT", urgent, at_least=at_least),
        "bulk": number(f"{name}_BULK", bulk, at_least=at_least),
    }


def items(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Split a comma-separated variable; empty parts are dropped."""
    READ.setdefault(name, Reading(",".join(default), "comma-separated"))
    return [part.strip() for part in text(name).split(",") if part.strip()] or list(default)


def choice(name: str, options: tuple[str, ...]) -> str:
    """Read one of `options`; the first is the default. Raises ImproperlyConfigured for another word."""
    READ.setdefault(name, Reading(options[0], " or ".join(options)))
    value = text(name, options[0])
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def networks(name: str) -> list[str]:
    """Read comma-separated IP networks. Raises ImproperlyConfigured naming the one that is none."""
    READ.setdefault(name, Reading("", "networks, comma-separated"))
    for part in items(name):
        try:
            ip_network(part)
        except ValueError:
            raise ImproperlyConfigured(f"{name}: {part!r} is not an IP address or network.") from None
    return items(name)


def generated_secrets(path: Path) -> dict[str, str]:
    """Return the demo environment's secrets, made once and kept in `path` (mode 0600)."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "LINK_KEYS": f"demo1:{secrets.token_hex(32)}",
            "CODE_KEYS": f"demo1:{secrets.token_hex(32)}",
            "EVIDENCE_KEYS": f"demo1:{secrets.token_hex(32)}",
            "SESSION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "HASH_KEY": secrets.token_hex(32),
        }
        # Several processes may start at once: the first to link its file into place wins, all read that one.
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def secret(name: str, fallback: dict[str, str]) -> str:
    """Return a secret from the environment or, in the demo, from the generated file.

    Raises ImproperlyConfigured when it is missing, shorter than 32 characters or a placeholder."""
    value = text(name, form="random, 32 characters or more") or fallback.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing. Set it to a random value of at least 32 characters.")
    _check_secret(name, value)
    return value


def secrets_listed(name: str, fallback: dict[str, str] | None = None) -> list[str]:
    """Return comma-separated secrets, newest first; without `fallback` there may be none.

    Raises ImproperlyConfigured as `secret`, for each of them."""
    value = text(name, form="random, 32 characters or more each, comma-separated, newest first")
    if fallback is not None and not value:
        value = secret(name, fallback)
    parts = [part.strip() for part in value.split(",")] if value else []
    for part in parts:
        _check_secret(name, part)
    return parts


def _check_secret(name: str, value: str) -> None:
    if is_placeholder(value):
        raise ImproperlyConfigured(f"{name} looks like a placeholder. Set it to a random value.")
    if len(value) < MINIMUM_SECRET_LENGTH:
        raise ImproperlyConfigured(f"{name} is too short. Use at least {MINIMUM_SECRET_LENGTH} characters.")


def is_placeholder(value: str) -> bool:
    """Tell whether a secret was never replaced by a random one."""
    return any(word in value.lower() for word in PLACEHOLDERS) or len(set(value)) < 8


def keys(name: str, value: str) -> dict[str, str]:
    """Read `id:material,id:material`, newest first. Raises ImproperlyConfigured for a malformed list."""
    READ[name] = Reading("", "id:random,id:random, newest first")
    result: dict[str, str] = {}
    for part in value.split(","):
        key_id, _, material = part.strip().partition(":")
        if not key_id or not material or key_id in result or len(key_id) > 16:
            raise ImproperlyConfigured(f"{name} must read id:value,id:value with short, different ids.")
        if len(material) < MINIMUM_SECRET_LENGTH:
            raise ImproperlyConfigured(f"{name}: the key {key_id!r} is too short.")
        result[key_id] = material
    return result
