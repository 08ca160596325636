"""What Django and Celery are told of database, mail system and broker."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from project import neighbours

GOOD = "k3Jx9vQm2Lr8Tz5Wb7Ny4Hc6Df1Gp0Sa"

# Databases


def test_sqlite_is_durable_and_serial(tmp_path):
    entry = neighbours.database(f"sqlite:///{tmp_path}/deep/app%20.sqlite3")
    assert entry["NAME"] == f"{tmp_path}/deep/app .sqlite3"
    assert (tmp_path / "deep").is_dir()
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in entry["OPTIONS"]["init_command"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_takes_its_options_from_the_url(scheme):
    entry = neighbours.database(f"{scheme}://dana:p%40ss@db.example:6432/accounts?sslmode=require")
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [entry[name] for name in names] == ["accounts", "dana", "p@ss", "db.example", "6432"]
    assert entry["OPTIONS"] == {"connect_timeout": 5, "sslmode": "require"}
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_postgresql_may_listen_at_a_socket():
    entry = neighbours.database("postgres:///accounts?host=%2Frun%2Fpostgres&port=5433")
    assert (entry["HOST"], entry["PORT"], entry["OPTIONS"]) == (
        "/run/postgres",
        "5433",
        {"connect_timeout": 5},
    )


@pytest.mark.parametrize("url", ["mysql://db/accounts", "", "app.sqlite3"])
def test_no_other_database_is_taken(url):
    with pytest.raises(ImproperlyConfigured, match="sqlite:// or postgres://"):
        neighbours.database(url)


# Mail


def test_the_mailbox_lies_in_the_data_directory(tmp_path):
    assert neighbours.email("mailbox://", tmp_path)["MAILBOX_DIR"] == tmp_path / "mail"


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://dana:p%40ss@mail.example", 587, True, False),
        ("smtps://mail.example:4650", 4650, False, True),
    ],
)
def test_a_mail_server_is_reached_as_its_scheme_says(tmp_path, url, port, tls, ssl):
    entry = neighbours.email(url, tmp_path)
    assert entry["EMAIL_HOST"] == "mail.example"
    assert (entry["EMAIL_PORT"], entry["EMAIL_USE_TLS"], entry["EMAIL_USE_SSL"]) == (port, tls, ssl)
    if "@" in url:
        assert (entry["EMAIL_HOST_USER"], entry["EMAIL_HOST_PASSWORD"]) == ("dana", "p@ss")


def test_no_other_way_of_mail_is_taken(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must start with"):
        neighbours.email("sendmail://localhost", tmp_path)


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
    entry = neighbours.email(url, tmp_path)
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
        neighbours.email(url, tmp_path)


@pytest.mark.parametrize("secret", ["a:b", GOOD, "secret:" + GOOD, "a:" + "a" * 40])
def test_a_weak_secret_of_webhooks_is_refused(tmp_path, secret):
    with pytest.raises(ImproperlyConfigured, match="random:random"):
        neighbours.email(f"anymail+brevo://?BREVO_API_KEY=x&WEBHOOK_SECRET={secret}", tmp_path)


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
    assert neighbours.broker(url) == celery


def test_no_other_broker_is_taken():
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL"):
        neighbours.broker("amqp://localhost")
