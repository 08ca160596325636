"""What the environment must say before anything starts, and what it is refused for."""

import base64
import json
import os
import re
import secrets
import stat
import subprocess
import sys
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from project import env, spans
from requests_app.domain.spans import Spans

GOOD = "k3Jx9vQm2Lr8Tz5Wb7Ny4Hc6Df1Gp0Sa"
NAME = "SOMETHING"
A_DATABASE = "sqlite:////tmp/app.sqlite3"


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch):
    """Set the variable, or take it away."""

    def put(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    return put


# Words, flags, numbers


@pytest.mark.parametrize("value", [None, "", "   "])
def test_what_is_missing_or_empty_takes_its_default(say, value):
    say(value)
    assert env.text(NAME, "default") == "default"
    assert env.flag(NAME, default=True) is True
    assert env.number(NAME, 7) == 7
    assert env.items(NAME) == []
    assert env.choice(NAME, ("first", "second")) == "first"


@pytest.mark.parametrize(
    ("value", "is_on"), [("1", True), ("YES", True), ("on", True), ("0", False), ("false", False)]
)
def test_a_flag_is_on_or_off(say, value, is_on):
    say(value)
    assert env.flag(NAME, default=not is_on) is is_on


def test_a_flag_is_nothing_else(say):
    say("maybe")
    with pytest.raises(ImproperlyConfigured, match="must be 1 or 0"):
        env.flag(NAME, default=False)


@pytest.mark.parametrize("value", ["2", "two", "1.5"])
def test_a_number_is_whole_and_large_enough(say, value):
    say(value)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.number(NAME, 7, at_least=3)


def test_a_choice_is_one_of_its_words(say):
    say("third")
    with pytest.raises(ImproperlyConfigured, match="one of first, second"):
        env.choice(NAME, ("first", "second"))


def test_a_list_is_split_at_commas_without_its_empty_parts(say):
    say(" a, ,b,")
    assert env.items(NAME) == ["a", "b"]


# Networks


def test_networks_are_addresses_or_ranges_of_both_families(say):
    say("10.0.0.0/8, 127.0.0.1,2001:db8::/32")
    assert env.networks(NAME) == ["10.0.0.0/8", "127.0.0.1", "2001:db8::/32"]


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.1/8", "300.0.0.1"])
def test_what_is_no_network_is_named(say, value):
    say(f"127.0.0.1,{value}")
    with pytest.raises(ImproperlyConfigured, match="is not an IP address or network"):
        env.networks(NAME)


# Days


def test_days_are_listed_in_their_order_or_are_none(say):
    usual = (timedelta(days=3), timedelta(days=7))
    say(None)
    assert env.days_listed(NAME, usual) == usual
    say(" 2, 9 ")
    assert env.days_listed(NAME, usual) == (timedelta(days=2), timedelta(days=9))
    say("none")
    assert env.days_listed(NAME, usual) == ()


@pytest.mark.parametrize("value", ["3;7", "-3", "1.5", "three", "3,99999999999"])
def test_what_is_no_list_of_days_is_refused_with_an_example(say, value):
    say(value)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} must read days like 3,7, or none"):
        env.days_listed(NAME, (timedelta(days=3), timedelta(days=7)))


def test_the_spans_are_the_products_unless_the_operator_sets_others(monkeypatch):
    assert spans.read() == Spans()
    assert list(spans.SETTINGS) == [field.name for field in fields(Spans)]
    for name in spans.SETTINGS.values():
        monkeypatch.setenv(name, "none" if "REMINDER_DAYS" in name else "25")
    monkeypatch.setenv("FORGETTING_DAYS", "26")
    monkeypatch.setenv("DRAFT_DAYS", "26")
    usual, own = Spans(), spans.read()
    assert all(getattr(own, field.name) != getattr(usual, field.name) for field in fields(Spans))
    assert (own.link, own.quiet, own.setup_reminders) == (timedelta(days=25), timedelta(hours=25), ())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"AUTHORIZER_REMINDER_DAYS": "3,7,20"},
            "AUTHORIZER_REMINDER_DAYS=3,7,20 and LINK_DAYS=14 cannot be",
        ),
        ({"LINK_DAYS": "7"}, "AUTHORIZER_REMINDER_DAYS=3,7,12 and LINK_DAYS=7 cannot be"),
        ({"REQUESTER_REMINDER_DAYS": "21,7"}, "REQUESTER_REMINDER_DAYS=21,7 and REQUESTER_DAYS=30 cannot be"),
        ({"SETUP_REMINDER_DAYS": "0"}, "SETUP_REMINDER_DAYS=0 and SETUP_DAYS=60 cannot be"),
        ({"DRAFT_WARNING_DAYS": "90"}, "DRAFT_WARNING_DAYS=90 and DRAFT_DAYS=90 cannot be"),
        ({"FORGETTING_DAYS": "30"}, "REOPENING_DAYS=30 and FORGETTING_DAYS=30 cannot be"),
        ({"AUTHORIZER_REMINDER_DAYS": "1,2,3,4"}, "and LIMIT_REMINDERS=3 cannot be"),
        ({"HELD_DAYS": "0"}, "HELD_DAYS must be at least 1"),
        ({"LINK_DAYS": "99999999999"}, "LINK_DAYS must be at most"),
    ],
)
def test_spans_that_contradict_each_other_are_refused_by_name(monkeypatch, changed, words):
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(words)):
        spans.read()


# Secrets


def test_a_good_secret_is_taken_from_the_environment_before_the_generated_one(say):
    say(GOOD)
    assert env.secret(NAME, {NAME: "z" + GOOD}) == GOOD
    say(None)
    assert env.secret(NAME, {NAME: "z" + GOOD}) == "z" + GOOD


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "missing"),
        (GOOD[:31], "too short"),
        ("change-me-" + GOOD, "placeholder"),
        ("django-insecure-" + GOOD, "placeholder"),
        ("a" * 40, "placeholder"),
        ("My-Secret-" + GOOD, "placeholder"),
    ],
    ids=["missing", "short", "change-me", "insecure", "one letter", "secret"],
)
def test_a_missing_short_or_placeholder_secret_is_refused(say, value, why):
    say(value)
    with pytest.raises(ImproperlyConfigured, match=why) as refused:
        env.secret(NAME, {})
    assert NAME in str(refused.value)
    assert value is None or value not in str(refused.value)


def test_keys_are_read_newest_first():
    assert list(env.keys(NAME, f"new:{GOOD},old:{GOOD}")) == ["new", "old"]


@pytest.mark.parametrize(
    "value",
    [GOOD, f":{GOOD}", "k1:", f"k1:{GOOD},k1:{GOOD}", f"k1:{GOOD[:31]}", f"{'k' * 17}:{GOOD}"],
    ids=["no id", "empty id", "no key", "twice", "short", "long id"],
)
def test_a_malformed_list_of_keys_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.keys(NAME, value)


def test_the_demo_makes_its_secrets_once_and_only_its_owner_reads_them(tmp_path):
    path = tmp_path / "new" / "secrets.json"
    made = env.generated_secrets(path)
    assert set(made) == set(env.SECRET_NAMES)
    assert env.generated_secrets(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert len(base64.urlsafe_b64decode(made["SESSION_KEYS"])) == 32


def test_of_two_processes_that_start_at_once_both_take_the_first_ones_secrets(tmp_path, monkeypatch):
    path, link = tmp_path / "secrets.json", os.link

    def beaten(draft: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        target.write_text(json.dumps({"SECRET_KEY": "theirs"}))
        link(draft, target)

    monkeypatch.setattr(os, "link", beaten)
    assert env.generated_secrets(path) == {"SECRET_KEY": "theirs"}
    assert list(tmp_path.iterdir()) == [path]


# The whole, as a process starts with it


def production(**changed: str | None) -> dict[str, str]:
    """An environment in which production starts; None takes a setting away."""
    complete: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        "ENVIRONMENT": "production",
        "BASE_URL": "https://accounts.operator.example",
        "OPERATOR_NAME": "Example Licensing GmbH",
        "ALLOWED_HOSTS": "accounts.operator.example",
        "SECRET_KEY": secrets.token_hex(32),
        "LINK_KEYS": f"k1:{secrets.token_hex(32)}",
        "CODE_KEYS": f"k1:{secrets.token_hex(32)}",
        "EVIDENCE_KEYS": f"k1:{secrets.token_hex(32)}",
        "SESSION_KEYS": secrets.token_urlsafe(32),
        "HASH_KEY": secrets.token_hex(32),
        "EMAIL_URL": "smtp://localhost",
        "DATABASE_URL": A_DATABASE,
        "REDIS_URL": "redis://localhost",
    }
    return {name: value for name, value in {**complete, **changed}.items() if value is not None}


START = """
from django.core.exceptions import ImproperlyConfigured
try:
    import project.settings
except ImproperlyConfigured as refused:
    print(refused)
"""
WEBHOOKS = """
import django
django.setup()
from project.urls import urlpatterns
(webhooks,) = [each for each in urlpatterns if str(each.pattern) == "anymail/"]
print(*(each.pattern for each in webhooks.url_patterns))
"""


def start(environment: dict[str, str], script: str = START) -> str:
    """Read the settings in a process of their own; returns what it prints: "", or the sentence that refused them."""
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def test_production_starts_with_everything_it_needs():
    assert start(production()) == ""


def test_production_names_everything_it_lacks_at_once():
    needed = {
        "BASE_URL",
        "OPERATOR_NAME",
        "ALLOWED_HOSTS",
        "EMAIL_URL",
        "DATABASE_URL",
        "REDIS_URL",
        *env.SECRET_NAMES,
    }
    said = start(production(**dict.fromkeys(needed)))
    assert all(name in said for name in needed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"SECRET_KEY": "changeme" * 5}, "SECRET_KEY looks like a placeholder"),
        ({"HASH_KEY": GOOD[:20]}, "HASH_KEY is too short"),
        ({"EVIDENCE_KEYS": GOOD}, "EVIDENCE_KEYS must read id:value"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"BASE_URL": "http://accounts.operator.example"}, "BASE_URL"),
        ({"BASE_URL": "https://accounts.operator.example/app"}, "BASE_URL"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"ALLOW_TEST_DOMAINS": "1"}, "ALLOW_TEST_DOMAINS"),
        ({"EMAIL_URL": "mailbox://"}, "mailbox:// only keeps letters"),
        ({"EMAIL_URL": "anymail+sendgrid://?SENDGRID_API_KEY=x"}, "the webhooks of sendgrid need"),
        ({"TRUSTED_PROXIES": "proxy"}, "TRUSTED_PROXIES"),
        ({"METRICS_ALLOW": "everybody"}, "METRICS_ALLOW: 'everybody' is not an IP address or network"),
        ({"UNPROVEN_NOMINATIONS": "send"}, "UNPROVEN_NOMINATIONS must be one of hold, refuse"),
        ({"LINK_DAYS": "7"}, "AUTHORIZER_REMINDER_DAYS=3,7,12 and LINK_DAYS=7 cannot be"),
        ({"EMIAL_URL": "smtp://localhost"}, "Did you mean EMAIL_URL?"),
        ({"SESSION_KEYS": f"{GOOD},{GOOD[:31]}"}, "SESSION_KEYS is too short"),
        ({"SECRET_KEY_FALLBACKS": "short"}, "SECRET_KEY_FALLBACKS"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_production_refuses_what_is_not_safe(changed, words):
    assert words in start(production(**changed))


@pytest.mark.parametrize(
    ("url", "webhooks"),
    [
        ("anymail+mailgun://?MAILGUN_WEBHOOK_SIGNING_KEY=y", "mailgun/tracking/"),
        ("anymail+mandrill://?MANDRILL_WEBHOOK_KEY=y", "mandrill/ mandrill/tracking/"),
        (f"anymail+brevo://?WEBHOOK_SECRET=anymail:{GOOD}", "brevo/tracking/"),
    ],
)
def test_only_the_configured_provider_can_call_a_webhook(url, webhooks):
    environment = production(EMAIL_URL=url, DJANGO_SETTINGS_MODULE="project.settings")
    assert start(environment, WEBHOOKS) == webhooks
