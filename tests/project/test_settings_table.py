"""Every setting is documented, every documented one is read, and a name that nobody reads is refused."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from project import env, naming, variables
from project.management.commands import settings_table

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("project", "people", "notifications", "smart_accounts", "requests_app")
READS = re.compile(
    r"""(?:\benv\.\w+|environ\.get|environ\.pop)\(\s*["']([A-Z_]+)["']|environ\[["']([A-Z_]+)["']\]"""
)
# Set for other programs, not read by ours.
SET_FOR_OTHERS = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "FLOWER_BASIC_AUTH"}


def read_by_the_product() -> set[str]:
    """The names in the sources; those read for both routes as two."""
    sources = [path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    names = {name for text in sources for found in READS.findall(text) for name in found if name}
    per_route = set(re.findall(r"env\.per_route\(\"([A-Z_]+)\"", "\n".join(sources)))
    both = {f"{name}_{route}" for name in per_route for route in ("URGENT", "BULK")}
    return (names - per_route) | both


def test_every_variable_that_is_read_is_documented_and_the_other_way_round():
    compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    read = (read_by_the_product() | compose) - SET_FOR_OTHERS
    assert read == variables.names()


def test_every_setting_stands_in_the_table_once_with_what_it_means():
    listed = [variable for section in variables.SECTIONS for variable in section.variables]
    assert Counter(variable.name for variable in listed).most_common(1)[0][1] == 1
    assert all(variable.meaning for variable in listed)
    for variable in listed:
        read = env.READ.get(variable.name, env.Reading("", ""))
        assert variable.unit or variable.form or read.form, variable.name
        assert variable.default or read.default or variable.needed or read.form.startswith("networks"), (
            variable.name
        )


def test_the_documented_settings_are_those_of_the_code():
    assert settings_table.FILE.read_text() == settings_table.table(), "run: manage.py settings_table"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("EMIAL_URL", "EMAIL_URL"),
        ("EMAIL_URI", "EMAIL_URL"),
        ("email_url", "EMAIL_URL"),
        ("OPERATORNAME", "OPERATOR_NAME"),
        ("LINK_DAY", "LINK_DAYS"),
        ("LIMIT_NOMINATION", "LIMIT_NOMINATIONS"),
        ("UNPROOVEN_NOMINATION", "UNPROVEN_NOMINATIONS"),
    ],
)
def test_a_name_a_slip_away_from_a_setting_is_refused_with_what_was_meant(name, meant):
    with pytest.raises(ImproperlyConfigured, match=f"{name} is not a setting. Did you mean {meant}?"):
        naming.check(["PATH", name], strict=False)


def test_what_is_not_ours_is_left_alone():
    foreign = [
        "PATH",
        "HOME",
        "LC_ALL",
        "DATADIR",
        "PORTS",
        "REDIS_PORT",
        "SECRET",
        "MAILGUN_API_KEY",
        "TRUSTED_PROXY",
    ]
    naming.check([*foreign, *variables.names()], strict=False)


def test_where_all_is_ours_every_unknown_name_is_refused():
    known_there = [
        "PATH",
        "HOSTNAME",
        "PYTHON_VERSION",
        "http_proxy",
        "NO_PROXY",
        "KUBERNETES_SERVICE_HOST",
        "TZ",
    ]
    naming.check([*known_there, *variables.names()], strict=True)
    with pytest.raises(ImproperlyConfigured) as refused:
        naming.check(["TRUSTED_PROXY", "EMIAL_URL", "MAILGUN_API_KEY", "HOME"], strict=True)
    assert str(refused.value).splitlines() == [
        "EMIAL_URL is not a setting. Did you mean EMAIL_URL? Rename it, or take it away.",
        "MAILGUN_API_KEY is not a setting (docs/settings.md lists them). Take it away.",
        "TRUSTED_PROXY is not a setting (docs/settings.md lists them). Take it away.",
    ]


def test_the_command_line_says_in_one_sentence_why_it_does_not_start():
    environment = os.environ | {"EMIAL_URL": "smtp://localhost"}
    command = [sys.executable, "manage.py", "check"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == "EMIAL_URL is not a setting. Did you mean EMAIL_URL? Rename it, or take it away.\n"
