"""Turn the addresses of site, database, mail system and broker into what Django and Celery are told of them."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.core.exceptions import ImproperlyConfigured

from project import env

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


def host_of(url: str) -> str:
    """Return the host that a URL leads to as a Host header would name it, '' when it leads to none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return f"[{host}]" if ":" in host else host


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
    if secret and (
        ":" not in secret or len(secret) < env.MINIMUM_SECRET_LENGTH or env.is_placeholder(secret)
    ):
        raise ImproperlyConfigured(
            "EMAIL_URL: WEBHOOK_SECRET must read random:random,"
            f" at least {env.MINIMUM_SECRET_LENGTH} characters together."
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
