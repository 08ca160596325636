"""The post office alone: no app answers for its letters unless a test does."""

import pytest

from notifications import policies


@pytest.fixture
def no_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the apps registered; a test registers its own by `policies.policy`."""
    monkeypatch.setattr(policies, "_policies", {})
