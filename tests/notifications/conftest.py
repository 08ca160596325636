"""The post office alone: no app answers for its letters unless a test does."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from notifications import policies, wire
from tests.faults.smtp_server import SmtpServer


@pytest.fixture
def no_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the apps registered; a test registers its own by `policies.policy`."""
    monkeypatch.setattr(policies, "_policies", {})


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    """A mail server in this process; letters leave by SMTP, over one connection unless a test says otherwise."""
    with SmtpServer() as server:
        settings.NOTIFICATIONS_CONNECTIONS = {"urgent": 1, "bulk": 1}
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
        wire.hang_up_all()


@pytest.fixture
def operator(settings: Settings) -> None:
    """Letters name this operator."""
    settings.BASE_URL = "https://accounts.example.com"
    settings.OPERATOR_NAME = "Example Licensing GmbH"
    settings.OPERATOR_ADDRESS = "Musterweg 1, 10115 Berlin"
    settings.SUPPORT_EMAIL = "support@accounts.example.com"
    settings.DEFAULT_FROM_EMAIL = "requests@accounts.example.com"
    settings.FROM_NAME = "Smart Account Requests"
