"""Sessions at rest are encrypted, and each knows when its person signed in."""

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from people import sealing

_SIGNED_IN_AT = "signed_in_at"


class EncryptedSerializer:
    """Django's session serializer over JSON, sealed with SESSION_KEYS (newest first).

    A session holds codes that are under way. What no key opens raises, and Django starts an empty session."""

    def dumps(self, obj: Any) -> bytes:
        text = json.dumps(obj, separators=(",", ":"))
        return _sealer().encrypt(text.encode())

    def loads(self, data: bytes) -> Any:
        return json.loads(_sealer().decrypt(data))


def note_sign_in(request: HttpRequest, *, now: datetime) -> None:
    """Keep when this session's person proved who they are."""
    request.session[_SIGNED_IN_AT] = now.astimezone(UTC).isoformat()


def signed_in_at(request: HttpRequest) -> datetime | None:
    """Return when this session's person signed in, or None for an anonymous session."""
    if not request.user.is_authenticated:
        return None
    noted = request.session.get(_SIGNED_IN_AT)
    return datetime.fromisoformat(noted) if noted else None


def _sealer() -> sealing.Sealer:
    return sealing.sealer(settings.SESSION_KEYS, purpose="session:v1")
