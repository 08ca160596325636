"""Refuse settings that are missing, unsafe, or contradict each other: each with its name and what to do.

Every process reads the settings, so every process is refused, not only those that run Django's checks.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from itertools import combinations
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from people import addresses
from project import env, neighbours
from requests_app.domain import working_days

Settings = Mapping[str, Any]

_SITE = re.compile(r"https://[^/?#@\s]+")
_SITE_OF_A_DEMO = re.compile(r"https?://[^/?#@\s]+")

NEEDED_IN_PRODUCTION = (
    "BASE_URL",
    "OPERATOR_NAME",
    "ALLOWED_HOSTS",
    *env.SECRET_NAMES,
    "EMAIL_URL",
    "DATABASE_URL",
    "REDIS_URL",
)


def check_complete(environment: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured naming every setting that production lacks."""
    missing = [name for name in NEEDED_IN_PRODUCTION if not environment.get(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(
            f"Production needs these settings: {', '.join(missing)}. See .env.example."
        )


def check(settings: Settings) -> None:
    """Raise ImproperlyConfigured with one line for each setting that cannot be."""
    found = [sentence for look in _LOOKS for sentence in look(settings)]
    if found:
        raise ImproperlyConfigured("\n".join(found))


def _site(settings: Settings) -> Iterator[str]:
    url, host = settings["BASE_URL"], neighbours.host_of(settings["BASE_URL"])
    form = _SITE if settings["PRODUCTION"] else _SITE_OF_A_DEMO
    if not host or not form.fullmatch(url):
        yield f"BASE_URL must read https://host without a path, not {url!r}."
    elif not validate_host(host, settings["ALLOWED_HOSTS"]):
        yield (
            f"BASE_URL leads to {host}, which ALLOWED_HOSTS refuses: every link in a letter would be refused."
            f" Add {host} to ALLOWED_HOSTS."
        )


def _production(settings: Settings) -> Iterator[str]:
    if not settings["PRODUCTION"]:
        return
    if settings["DEBUG"]:
        yield "DEBUG shows secrets to strangers; it cannot be on in production. Take it away."
    if "*" in settings["ALLOWED_HOSTS"]:
        yield "ALLOWED_HOSTS must name the hosts; * would let anybody forge links."
    if settings["ALLOW_TEST_DOMAINS"]:
        yield "ALLOW_TEST_DOMAINS is for trying out; it cannot be on in production. Take it away."
    if settings["EMAIL_URL"].startswith("mailbox:"):
        yield (
            "EMAIL_URL mailbox:// only keeps letters; production needs a mail system that sends, for instance"
            " smtp+tls://user:password@host:587."
        )


def _secrets(settings: Settings) -> Iterator[str]:
    """A secret that stands in for two falls twice when it falls once."""
    held = {
        "SECRET_KEY": {settings["SECRET_KEY"]},
        "HASH_KEY": {settings["HASH_KEY"]},
        "SESSION_KEYS": set(settings["SESSION_KEYS"]),
        **{name: set(settings[name].values()) for name in ("LINK_KEYS", "CODE_KEYS", "EVIDENCE_KEYS")},
    }
    for (name, values), (other, others) in combinations(held.items(), 2):
        if values & others:
            yield f"{name} and {other} hold the same value. Give each its own."


def _mail(settings: Settings) -> Iterator[str]:
    named = {
        "SUPPORT_EMAIL": [settings["SUPPORT_EMAIL"]],
        "FROM_EMAIL": [settings["DEFAULT_FROM_EMAIL"]],
        "RETURN_PATH": [settings["RETURN_PATH"]] if settings["RETURN_PATH"] else [],
        "ALERT_EMAILS": settings["ALERT_EMAILS"],
    }
    for name, values in named.items():
        for value in values:
            try:
                addresses.clean(value)
            except addresses.AddressRefused as refused:
                yield f"{name}: {value!r} is no e-mail address. {refused.message}."
    backend: str = settings["EMAIL_BACKEND"]
    if backend.startswith("anymail.") and find_spec(backend.rpartition(".")[0]) is None:
        yield f"EMAIL_URL: there is no provider {backend.split('.')[2]!r}. See Anymail's list of them."


def _rules(settings: Settings) -> Iterator[str]:
    if settings["LIMIT_NOMINATIONS_YOUNG"] > settings["LIMIT_NOMINATIONS"]:
        yield (
            f"LIMIT_NOMINATIONS_YOUNG={settings['LIMIT_NOMINATIONS_YOUNG']} and"
            f" LIMIT_NOMINATIONS={settings['LIMIT_NOMINATIONS']} cannot be: a new account would be let do more"
            " than an old one. Change one of them."
        )
    try:
        working_days.read_holidays(settings["HOLIDAYS"])
    except ValueError as wrong:
        yield f"HOLIDAYS: {wrong}"


def _staff(settings: Settings) -> Iterator[str]:
    longest = settings["SESSION_COOKIE_AGE"] // 3600
    if settings["STAFF_SESSION_AGE"].total_seconds() > settings["SESSION_COOKIE_AGE"]:
        yield f"STAFF_SESSION_HOURS must be at most {longest}: every session ends then."
    if "," in settings["FLOWER_PASSWORD"]:
        yield "FLOWER_PASSWORD cannot hold a comma: Flower reads a list there. Choose another one."


def _post_office(settings: Settings) -> Iterator[str]:
    """A lease that ends while its letter is on the wire sends the letter twice."""
    for route in ("urgent", "bulk"):
        lease, letter = (settings[f"NOTIFICATIONS_{span}_SECONDS"][route] for span in ("LEASE", "LETTER"))
        if lease <= letter:
            name = route.upper()
            yield (
                f"LEASE_SECONDS_{name}={lease} must be longer than LETTER_SECONDS_{name}={letter}: the letter"
                " could be sent twice."
            )


_LOOKS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    _site,
    _production,
    _secrets,
    _mail,
    _rules,
    _staff,
    _post_office,
)
