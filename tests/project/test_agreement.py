"""Settings that contradict each other are refused, each with its name and what to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from project import agreement

NAMES = (
    "BASE_URL", "ALLOWED_HOSTS", "PRODUCTION", "DEBUG", "ALLOW_TEST_DOMAINS", "EMAIL_URL", "EMAIL_BACKEND",
    "SECRET_KEY", "HASH_KEY", "SESSION_KEYS", "LINK_KEYS", "CODE_KEYS", "EVIDENCE_KEYS",
    "SUPPORT_EMAIL", "DEFAULT_FROM_EMAIL", "RETURN_PATH", "ALERT_EMAILS",
    "LIMIT_NOMINATIONS", "LIMIT_NOMINATIONS_YOUNG", "HOLIDAYS",
    "SESSION_COOKIE_AGE", "STAFF_SESSION_AGE", "FLOWER_PASSWORD",
    "NOTIFICATIONS_LEASE_SECONDS", "NOTIFICATIONS_LETTER_SECONDS",
)  # fmt: skip


def refusal(**changed: Any) -> str:
    """What is said of these settings beside the ones in force; "" when nothing is."""
    try:
        agreement.check({**{name: getattr(settings, name) for name in NAMES}, "BASE_URL": SITE, **changed})
    except ImproperlyConfigured as refused:
        return str(refused)
    return ""


SITE = "http://localhost:8000"
HTTPS = {"PRODUCTION": True, "BASE_URL": "https://a.example", "ALLOWED_HOSTS": ["a.example"], "DEBUG": False}
SENDS = {"EMAIL_URL": "smtp://localhost", "ALLOW_TEST_DOMAINS": False}


def test_settings_that_agree_are_taken():
    assert refusal() == ""
    assert refusal(**HTTPS, **SENDS) == ""
    assert refusal(BASE_URL="http://[::1]:8000", ALLOWED_HOSTS=["[::1]"]) == ""
    assert refusal(BASE_URL="http://sub.a.example", ALLOWED_HOSTS=[".a.example"]) == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "ftp://localhost",
        "http://localhost/app",
        "http://localhost?x",
        "http://[bad",
        "http://me@localhost",
    ],
)
def test_an_address_that_no_link_can_begin_with_is_refused(url):
    assert refusal(BASE_URL=url) == f"BASE_URL must read https://host without a path, not {url!r}."


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ALLOWED_HOSTS": ["b.example"]}, "Add localhost to ALLOWED_HOSTS."),
        ({**HTTPS, **SENDS, "BASE_URL": "http://a.example"}, "BASE_URL must read https://host"),
        ({**HTTPS, **SENDS, "DEBUG": True}, "DEBUG shows secrets to strangers"),
        ({**HTTPS, **SENDS, "ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS must name the hosts"),
        ({**HTTPS, **SENDS, "ALLOW_TEST_DOMAINS": True}, "ALLOW_TEST_DOMAINS is for trying out"),
        ({**HTTPS, **SENDS, "EMAIL_URL": "mailbox://"}, "EMAIL_URL mailbox:// only keeps letters"),
        (
            {"HASH_KEY": settings.SECRET_KEY},
            "SECRET_KEY and HASH_KEY hold the same value. Give each its own.",
        ),
        ({"CODE_KEYS": settings.LINK_KEYS}, "LINK_KEYS and CODE_KEYS hold the same value."),
        ({"SUPPORT_EMAIL": "support"}, "SUPPORT_EMAIL: 'support' is no e-mail address."),
        ({"ALERT_EMAILS": ["a@b.example", "ops"]}, "ALERT_EMAILS: 'ops' is no e-mail address."),
        ({"RETURN_PATH": "bounces@"}, "RETURN_PATH: 'bounces@' is no e-mail address."),
        ({"EMAIL_BACKEND": "anymail.backends.pigeon.EmailBackend"}, "there is no provider 'pigeon'"),
        (
            {"LIMIT_NOMINATIONS": 2, "LIMIT_NOMINATIONS_YOUNG": 3},
            "LIMIT_NOMINATIONS_YOUNG=3 and LIMIT_NOMINATIONS=2",
        ),
        ({"HOLIDAYS": ["25.12."]}, "HOLIDAYS: '25.12.' is not a date like 2026-12-25."),
        ({"STAFF_SESSION_AGE": timedelta(hours=25)}, "STAFF_SESSION_HOURS must be at most 24"),
        ({"FLOWER_PASSWORD": "a,b"}, "FLOWER_PASSWORD cannot hold a comma"),
        (
            {"NOTIFICATIONS_LEASE_SECONDS": {"urgent": 45, "bulk": 330}},
            "LEASE_SECONDS_URGENT=45 must be longer than LETTER_SECONDS_URGENT=45",
        ),
    ],
    ids=lambda value: "" if isinstance(value, str) else ",".join(value),
)
def test_what_contradicts_itself_is_refused_by_name(changed, sentence):
    said = refusal(**changed)
    assert sentence in said
    assert len(said.splitlines()) == 1


def test_all_that_is_wrong_is_said_at_once():
    assert len(refusal(HOLIDAYS=["x"], FLOWER_PASSWORD=",", SUPPORT_EMAIL="y").splitlines()) == 3
