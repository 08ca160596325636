"""What a worker tells about its configuration goes through Redis onto the dashboard: it must hold no secret."""

from typing import Any

import pytest
from django.conf import settings

from project import env
from project.celery import app, settings_of_celery


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return [str(value)]


@pytest.mark.parametrize("name", env.SECRET_NAMES)
def test_a_workers_configuration_holds_no_secret(name: str) -> None:
    told = str(app.conf.table(with_defaults=True, censored=False))
    for secret in _texts(getattr(settings, name)):
        assert secret not in told


def test_celery_is_told_its_own_settings_only() -> None:
    names = {f"CELERY_{name.removeprefix('CELERY_')}".upper() for name in settings_of_celery()}
    assert names == {name for name in dir(settings) if name.startswith("CELERY_")}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("task_default_queue", "bulk"),
        ("accept_content", ["json"]),
        ("worker_prefetch_multiplier", 1),
        ("broker_connection_max_retries", None),
        ("result_backend", None),
        ("CELERY_DB_REUSE_MAX", 1_000_000),
    ],
)
def test_the_settings_take_effect(option: str, value: object) -> None:
    assert app.conf[option] == value


def test_the_brokers_password_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.conf, "broker_url", "redis://:the-redis-password@redis:6379/0")
    assert "the-redis-password" not in str(app.conf.table(censored=True))
