"""What the files under deploy/ and docker-compose.yml must not lose: read as text, since no engine runs here."""

import re
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from project import env, new_secrets, parts, supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEMD = ROOT / "deploy" / "systemd"
TOKEN = "k5mfa3zq7w2yb6ncxj4hteu5rvgpd2sa"
SECONDS_TO_STOP = {name: seconds for name, _, seconds in supervisor.PROGRAMS}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    # A tool runs when somebody calls it and ends; it is no part of what stands open all day.
    loaded["tools"] = {name: one for name, one in loaded["services"].items() if "profiles" in one}
    loaded["services"] = {
        name: one for name, one in loaded["services"].items() if name not in loaded["tools"]
    }
    return loaded


def networks(service: dict[str, Any]) -> set[str]:
    return set(service["networks"])


# docker-compose.yml


def test_no_container_can_write_to_itself_or_gain_rights(compose: dict[str, Any]) -> None:
    for name, service in {**compose["services"], **compose["tools"]}.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
    assert compose["services"]["postgres"]["user"] == "postgres"
    assert compose["services"]["redis"]["user"] == "redis"
    for file in ("Dockerfile", "deploy/proxy/Dockerfile"):
        users = re.findall(r"^USER (\S+)$", (ROOT / file).read_text(), re.MULTILINE)
        assert users, file
        assert users[-1] not in {"root", "0"}, file


def test_every_container_that_stays_has_a_health_check_and_comes_back(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "prepare":
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name


def test_the_proxy_alone_is_published(compose: dict[str, Any]) -> None:
    every = {**compose["services"], **compose["tools"]}
    assert [name for name, service in every.items() if "ports" in service] == ["proxy"]


def test_data_and_broker_are_on_inner_networks_alone(compose: dict[str, Any]) -> None:
    inner = {name for name, network in compose["networks"].items() if network and network.get("internal")}
    assert inner == {"front", "inside", "dashboard"}
    for name in ("postgres", "redis", "web", "flower", "beat", "prepare"):
        assert networks(compose["services"][name]) <= inner, name


def test_the_dashboard_is_reached_by_the_web_and_its_broker_alone(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert networks(services["flower"]) == {"dashboard"}
    assert {name for name, one in services.items() if "dashboard" in networks(one)} == {
        "flower",
        "redis",
        "web",
    }
    assert {name for name, one in services.items() if "front" in networks(one)} == {"proxy", "web"}


def test_the_proxys_own_address_is_the_one_that_is_believed(compose: dict[str, Any]) -> None:
    proxy = compose["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    assert compose["services"]["web"]["environment"]["TRUSTED_PROXIES"] == proxy


def test_no_secret_has_a_value_here_and_each_is_asked_for(compose: dict[str, Any]) -> None:
    web = compose["services"]["web"]["environment"]
    for name in (*env.SECRET_NAMES, "FLOWER_PASSWORD"):
        assert web[name].startswith(f"${{{name}:?"), name
    example = (ROOT / ".env.example").read_text()
    for name in new_secrets.new():
        assert re.search(rf"^{name}=$", example, re.MULTILINE), name


def test_the_parts_are_those_of_the_one_command_run_with_the_same_time_to_stop(
    compose: dict[str, Any],
) -> None:
    for name in ("web", "worker-urgent", "worker-bulk", "beat", "flower"):
        service = compose["services"][name]
        assert service["command"] == ["python", "-m", "project.parts", name]
        assert service["stop_grace_period"] == f"{SECONDS_TO_STOP[name]}s"
        assert name in parts.PARTS


# The proxy


def test_the_proxy_writes_no_link_whatever_form_it_came_in() -> None:
    """The pattern is Caddy's own; RE2 and Python read it alike."""
    text = (ROOT / "deploy" / "proxy" / "Caddyfile").read_text()
    found = re.findall(r'request>uri regexp "(.+?)" "(.+?)"', text)
    assert len(found) == 1
    pattern, replacement = found[0][0], found[0][1].replace("${1}", r"\1")
    for uri in (
        f"/a/{TOKEN}",
        f"/n/{TOKEN}?List-Unsubscribe=One-Click",
        f"/r/{TOKEN}=%0A",
        f"/a/{TOKEN[:20]}=%0A{TOKEN[20:]}",
        f"/%61/{TOKEN}",
        f"//a/{TOKEN[:30]}",
        f"/accounts/login/?next=/a/{TOKEN}",
        f"/accounts/login/?next=%2Fa%2F{TOKEN}",
        f"/elsewhere/{TOKEN.upper()}",
    ):
        written = re.sub(pattern, lambda match: match.expand(replacement) if match[1] else "[token]", uri)
        assert TOKEN[:20] not in written.lower(), written
        assert "[token]" in written
    for uri in (
        "/administration/",
        "/requests/0b0f7e2e-9f5c-4c7e-8a55-0123456789ab/",
        "/static/app.3f2a9c81.js",
    ):
        assert re.search(pattern, uri) is None


# systemd


def unit(name: str) -> dict[str, dict[str, str]]:
    """Read a unit; a key that stands more than once keeps its last value, which no checked key does."""
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(SYSTEMD / name)
    return {section: dict(parser[section]) for section in parser.sections()}


@pytest.mark.parametrize("name", ["web", "worker-urgent", "worker-bulk", "beat", "flower"])
def test_a_unit_starts_its_part_and_lets_it_finish(name: str) -> None:
    service = unit(f"smart-accounts-{name}.service")["Service"]
    assert service["ExecStart"].endswith(f"/python -m project.parts {name}")
    assert service["TimeoutStopSec"] == str(SECONDS_TO_STOP[name])
    assert service["Restart"] == "always"


def test_every_unit_is_shut_in_by_the_common_file() -> None:
    common = unit("smart-accounts-.service.d/10-common.conf")["Service"]
    assert common["KillMode"] == "mixed"
    for key, value in {
        "User": "smart-accounts",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "ProtectHome": "yes",
        "EnvironmentFile": "/etc/smart-accounts/environment",
    }.items():
        assert common[key] == value, key
    for file in SYSTEMD.glob("*.service"):
        assert file.name.startswith("smart-accounts-"), (
            "the prefix is what makes systemd read the common file"
        )
        assert "User" not in unit(file.name)["Service"], file.name


def test_fresh_secrets_are_such_that_production_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made, again = new_secrets.new(), new_secrets.new()
    assert set(env.SECRET_NAMES) < set(made)
    for name, value in made.items():
        assert value != again[name]
        monkeypatch.setenv(name, value)
        assert env.secret(name, {}) == value
    for name in ("LINK_KEYS", "CODE_KEYS", "EVIDENCE_KEYS"):
        assert list(env.keys(name, made[name])) == ["k1"]


def test_the_secrets_are_made_before_anything_is_installed() -> None:
    script = ROOT / "project" / "new_secrets.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", script], capture_output=True, text=True, check=True, cwd="/"
    )
    assert {line.partition("=")[0] for line in done.stdout.splitlines()} == set(new_secrets.new())
    for file in ("docs/deployment.md", ".env.example", "deploy/systemd/environment.example"):
        assert "python3 -I project/new_secrets.py" in (ROOT / file).read_text(), file
