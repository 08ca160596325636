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
from datetime import UTC, datetime, timedelta
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


# Words, flags, numbers, moments


@pytest.mark.parametrize("value", [None, "", "   "])
def test_what_is_missing_or_empty_takes_its_default(say, value):
    say(value)
    assert env.text(NAME, "default") == "default"
    assert env.flag(NAME, default=True) is True
    assert env.number(NAME, 7) == 7
    assert env.items(NAME) == []
    assert env.choice(NAME, ("first", "second")) == "first"
    assert env.instant(NAME) is None


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


def test_a_moment_is_read_in_utc(say):
    say("2026-11-25T15:00:00+01:00")
    assert env.instant(NAME) == datetime(2026, 11, 25, 14, tzinfo=UTC)
    say("yesterday")
    with pytest.raises(ImproperlyConfigured, match="ISO-8601"):
        env.instant(NAME)


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


# Databases


def test_sqlite_is_durable_and_serial(tmp_path):
    entry = env.database(f"sqlite:///{tmp_path}/deep/app%20.sqlite3")
    assert entry["NAME"] == f"{tmp_path}/deep/app .sqlite3"
    assert (tmp_path / "deep").is_dir()
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in entry["OPTIONS"]["init_command"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_takes_its_options_from_the_url(scheme):
    entry = env.database(f"{scheme}://dana:p%40ss@db.example:6432/accounts?sslmode=require")
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [entry[name] for name in names] == ["accounts", "dana", "p@ss", "db.example", "6432"]
    assert entry["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_postgresql_may_listen_at_a_socket():
    entry = env.database("postgres:///accounts?host=%2Frun%2Fpostgres&port=5433")
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == (
        "/run/postgres",
        "5433",
        {"connect_timeout": 5},
    )


@pytest.mark.parametrize("url", ["mysql://db/accounts", "", "app.sqlite3"])
def test_no_other_database_is_taken(url):
    with pytest.raises(ImproperlyConfigured, match="sqlite:// or postgres://"):
        env.database(url)


# Mail


def test_the_mailbox_lies_in_the_data_directory(tmp_path):
    assert env.email("mailbox://", tmp_path)["MAILBOX_DIR"] == tmp_path / "mail"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://dana:p%40ss@mail.example", 587, True, False),
        ("smtps://mail.example:4650", 4650, False, True),
    ],
)
def test_a_mail_server_is_reached_as_its_scheme_says(tmp_path, url, port, tls, ssl):
    entry = env.email(url, tmp_path)
    assert entry["EMAIL_HOST"] == "mail.example"
    assert (entry["EMAIL_PORT"], entry["EMAIL_USE_TLS"], entry["EMAIL_USE_SSL"]) == (port, tls, ssl)
    if "@" in url:
        assert (entry["EMAIL_HOST_USER"], entry["EMAIL_HOST_PASSWORD"]) == ("dana", "p@ss")


def test_no_other_way_of_mail_is_taken(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must start with"):
        env.email("sendmail://localhost", tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "anymail+mailgun://?MAILGUN_API_KEY=x&MAILGUN_WEBHOOK_SIGNING_KEY=y",
        "anymail+sendgrid://?SENDGRID_API_KEY=x&SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY=y",
        "anymail+mandrill://?MANDRILL_API_KEY=x&MANDRILL_WEBHOOK_KEY=y",
        "anymail+resend://?RESEND_API_KEY=x&RESEND_SIGNING_SECRET=y",
        f"anymail+postmark://?POSTMARK_SERVER_TOKEN=x&WEBHOOK_SECRET=anymail:{GOOD}",
        f"anymail+amazon-ses://?WEBHOOK_SECRET=anymail:{GOOD}",
    ],
)
def test_a_provider_whose_webhooks_prove_who_sends_them_is_taken(tmp_path, url):
    entry = env.email(url, tmp_path)
    assert entry["EMAIL_BACKEND"].startswith("anymail.backends.")
    assert "_" in entry["EMAIL_BACKEND"] or "amazon" not in url


@pytest.mark.parametrize(
    "url",
    [
        "anymail+mailgun://",
        "anymail+mailgun://?MAILGUN_API_KEY=x",
        "anymail+sendgrid://?SENDGRID_API_KEY=x",
        "anymail+brevo://?BREVO_API_KEY=x",
        "anymail+postmark://?POSTMARK_SERVER_TOKEN=x&MONKEY=y",
        "anymail+sendgrid://?SENDGRID_API_KEY=x&MAILGUN_WEBHOOK_SIGNING_KEY=y",
        "anymail+sendgrid://?SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY=",
        "anymail+mailgun://?SIGNING=y",
    ],
)
def test_a_key_for_sending_does_not_prove_who_calls_a_webhook(tmp_path, url):
    with pytest.raises(ImproperlyConfigured, match=r"the webhooks of .* need WEBHOOK_SECRET"):
        env.email(url, tmp_path)


@pytest.mark.parametrize("secret", ["a:b", GOOD, "secret:" + GOOD, "a:" + "a" * 40])
def test_a_weak_secret_of_webhooks_is_refused(tmp_path, secret):
    with pytest.raises(ImproperlyConfigured, match="random:random"):
        env.email(f"anymail+brevo://?BREVO_API_KEY=x&WEBHOOK_SECRET={secret}", tmp_path)


# The broker


@pytest.mark.parametrize(
    ("url", "celery"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("rediss://:p@redis.example/1", "rediss://:p@redis.example/1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=2", "redis+socket:///run/redis.sock?virtual_host=2"),
        ("unix://:pw@/run/redis.sock", "redis+socket://:pw@/run/redis.sock"),
    ],
)
def test_celery_is_told_the_same_redis_in_its_own_words(url, celery):
    assert env.broker(url) == celery


def test_no_other_broker_is_taken():
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        env.broker("amqp://localhost")


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
