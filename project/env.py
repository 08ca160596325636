"""Read the environment into typed settings, and refuse what cannot be right with one clear sentence."""

import base64
import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured

PLACEHOLDERS = ("changeme", "change-me", "secret", "example", "placeholder", "insecure", "password")
SECRET_NAMES = ("SECRET_KEY", "LINK_KEYS", "CODE_KEYS", "EVIDENCE_KEYS", "SESSION_KEYS", "HASH_KEY")
MINIMUM_SECRET_LENGTH = 32
MOST_DAYS = 3650
# What each provider signs its tracking webhooks under, by Anymail's names; the others know no signature.
WEBHOOK_SIGNATURES = {
    "mailersend": ("MAILERSEND_SIGNING_SECRET",),
    "mailgun": ("MAILGUN_WEBHOOK_SIGNING_KEY",),
    "mailtrap": ("MAILTRAP_TRACKING_SECRET",),
    "mandrill": ("MANDRILL_WEBHOOK_KEY",),
    "postal": ("POSTAL_WEBHOOK_KEY",),
    "resend": ("RESEND_SIGNING_SECRET",),
    "sendgrid": ("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",),
}


def text(name: str, default: str = "") -> str:
    """Return the variable's text without white space around it, or `default` when it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Read 1/0, true/false, yes/no, on/off. Raises ImproperlyConfigured for anything else."""
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
    parts = items(name)
    if parts == ["none"]:
        return ()
    if not all(part.isdecimal() and int(part) <= MOST_DAYS for part in parts):
        usual = ",".join(str(span.days) for span in default)
        raise ImproperlyConfigured(f"{name} must read days like {usual}, or none, not {text(name)!r}.")
    return tuple(timedelta(days=int(part)) for part in parts) or default


def items(name: str) -> list[str]:
    """Split a comma-separated variable; empty parts are dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def choice(name: str, options: tuple[str, ...]) -> str:
    """Read one of `options`; the first is the default. Raises ImproperlyConfigured for another word."""
    value = text(name, options[0])
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def networks(name: str) -> list[str]:
    """Read comma-separated IP networks. Raises ImproperlyConfigured naming the one that is none."""
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
    value = text(name) or fallback.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing. Set it to a random value of at least 32 characters.")
    if _is_placeholder(value):
        raise ImproperlyConfigured(f"{name} looks like a placeholder. Set it to a random value.")
    if len(value) < MINIMUM_SECRET_LENGTH:
        raise ImproperlyConfigured(f"{name} is too short. Use at least {MINIMUM_SECRET_LENGTH} characters.")
    return value


def _is_placeholder(value: str) -> bool:
    return any(word in value.lower() for word in PLACEHOLDERS) or len(set(value)) < 8


def keys(name: str, value: str) -> dict[str, str]:
    """Read `id:material,id:material`, newest first. Raises ImproperlyConfigured for a malformed list."""
    result: dict[str, str] = {}
    for part in value.split(","):
        key_id, _, material = part.strip().partition(":")
        if not key_id or not material or key_id in result or len(key_id) > 16:
            raise ImproperlyConfigured(f"{name} must read id:value,id:value with short, different ids.")
        if len(material) < MINIMUM_SECRET_LENGTH:
            raise ImproperlyConfigured(f"{name}: the key {key_id!r} is too short.")
        result[key_id] = material
    return result


def database(url: str) -> dict[str, Any]:
    """Turn DATABASE_URL into Django's DATABASES entry. Raises ImproperlyConfigured for another scheme."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        # sqlite:///relative and sqlite:////absolute, as the field writes it.
        name = path[1:] if path.startswith("/") else path
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(options.pop("host", "") or parts.hostname or ""),
            "PORT": str(parts.port or options.pop("port", "")),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 5, **options},
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL must start with sqlite:// or postgres://, not {parts.scheme!r}."
    )


def email(url: str, data_dir: Path) -> dict[str, Any]:
    """Turn EMAIL_URL into Django's e-mail settings. Raises ImproperlyConfigured for another scheme.

    `mailbox://` keeps letters under `data_dir`/mail, `smtp://` and `smtp+tls://` (STARTTLS) and
    `smtps://` send, `anymail+<provider>://?SETTING=value` uses that Anymail back end."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme == "mailbox":
        return {"EMAIL_BACKEND": "notifications.mailbox.Backend", "MAILBOX_DIR": data_dir / "mail"}
    if parts.scheme in {"smtp", "smtp+tls", "smtps"}:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
        }
    if parts.scheme.startswith("anymail+"):
        provider = parts.scheme.removeprefix("anymail+").replace("-", "_")
        _check_webhooks(provider, query)
        return {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend", "ANYMAIL": query}
    raise ImproperlyConfigured(
        f"EMAIL_URL must start with mailbox://, smtp://, smtp+tls://, smtps:// or anymail+…://, not {parts.scheme!r}."
    )


def _check_webhooks(provider: str, query: dict[str, str]) -> None:
    """Refuse a provider whose webhooks anybody could forge: a forged bounce would end a nomination.

    A key for sending proves nothing about who calls us; only a shared secret or the provider's own signature
    does. A WEBHOOK_SECRET that is given has to be a good one even beside a signature, for both are asked."""
    secret = query.get("WEBHOOK_SECRET", "")
    signatures = WEBHOOK_SIGNATURES.get(provider, ())
    if not secret and not any(query.get(name) for name in signatures):
        needed = " or ".join(("WEBHOOK_SECRET", *signatures))
        raise ImproperlyConfigured(f"EMAIL_URL: the webhooks of {provider} need {needed}.")
    if secret and (":" not in secret or len(secret) < MINIMUM_SECRET_LENGTH or _is_placeholder(secret)):
        raise ImproperlyConfigured(
            "EMAIL_URL: WEBHOOK_SECRET must read random:random,"
            f" at least {MINIMUM_SECRET_LENGTH} characters together."
        )


def broker(redis_url: str) -> str:
    """Turn REDIS_URL into the address Celery knows. Raises ImproperlyConfigured for another scheme.

    A client writes a socket `unix://path?db=0`, kombu writes it `redis+socket://path?virtual_host=0`."""
    parts = urlsplit(redis_url)
    if parts.scheme in {"redis", "rediss"}:
        return redis_url
    if parts.scheme == "unix":
        query = {("virtual_host" if name == "db" else name): value for name, value in parse_qsl(parts.query)}
        login = parts.netloc if "@" in parts.netloc else ""
        return f"redis+socket://{login}{parts.path}" + (f"?{urlencode(query)}" if query else "")
    raise ImproperlyConfigured(
        f"REDIS_URL must start with redis://, rediss:// or unix://, not {parts.scheme!r}."
    )


def instant(name: str) -> datetime | None:
    """Read an ISO-8601 moment with its zone, or None. Raises ImproperlyConfigured for anything else."""
    value = text(name)
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be an ISO-8601 moment, not {value!r}.") from None
