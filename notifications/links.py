"""Derive links and codes from keys when they are needed; nothing stored can open anything.

The database keeps a seed (uuid, nonce, key id) and the token's hash. Without the key, which lives in the
settings alone, neither tells the token. The same seed gives the same token, so a retry or a reminder carries
the link that the first letter carried.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

from django.conf import settings

TOKEN_BYTES = 20
NONCE_BYTES = 16
CODE_DIGITS = 6
LONGEST_PASTE = 200

_FOREIGN_TAIL = re.compile(r"[^a-z2-7]+\Z")
_SOFT_BREAKS = re.compile(r"[\s=]+")
_TOKEN = re.compile(r"[a-z2-7]{32}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NONCE = re.compile(r"[0-9a-f]{32}")


class Label(StrEnum):
    """What a token is for; a token of one label never reads as one of another."""

    AUTHORIZATION = "authz-link:v1"
    STOP = "stop:v1"
    RECEIPT = "receipt:v1"


_PATHS: Mapping[Label, str] = {Label.AUTHORIZATION: "/a/", Label.STOP: "/n/", Label.RECEIPT: "/r/"}


class UnknownKey(LookupError):
    """A seed names a key that the settings no longer hold."""


class SeedUnreadable(ValueError):
    """A packed seed does not read ``uuid:nonce-hex:key-id``."""


@dataclass(frozen=True)
class Seed:
    """What a token is derived from, as it is stored. Not secret: without the key it opens nothing.

    The uuid is written with hyphens, the nonce as 32 hexadecimal digits. Raises SeedUnreadable.
    """

    uuid: str
    nonce: str
    key_id: str

    def __post_init__(self) -> None:
        if not _UUID.fullmatch(self.uuid) or not _NONCE.fullmatch(self.nonce) or not self.key_id:
            raise SeedUnreadable("A seed has a uuid, a nonce of 16 bytes and a key id.")

    @property
    def packed(self) -> str:
        return f"{self.uuid}:{self.nonce}:{self.key_id}"

    @classmethod
    def unpack(cls, packed: str) -> "Seed":
        parts = packed.split(":", 2)
        if len(parts) != 3:
            raise SeedUnreadable("A seed reads uuid:nonce:key id.")
        return cls(*parts)


def current_key_id() -> str:
    """Name the key that new links use: the first one of ``LINK_KEYS``."""
    return next(iter(settings.LINK_KEYS))


def new_seed() -> Seed:
    return Seed(str(uuid4()), secrets.token_hex(NONCE_BYTES), current_key_id())


def token(label: Label, seed: Seed) -> str:
    """Derive the 32 characters (a-z, 2-7; 160 bits). Raises UnknownKey when the seed's key is gone."""
    try:
        key = settings.LINK_KEYS[seed.key_id]
    except KeyError:
        raise UnknownKey(f"No link key named {seed.key_id!r}.") from None
    text = label.encode() + b"|" + bytes.fromhex(seed.nonce) + bytes.fromhex(seed.uuid.replace("-", ""))
    return b32encode(_digest(key, text)[:TOKEN_BYTES]).decode().lower()


def hash_of(token: str) -> str:
    """Hash a token for look-up; the only form of it that may be stored or logged (first 8 digits)."""
    return hashlib.sha256(token.encode()).hexdigest()


def path_for(label: Label, token: str) -> str:
    return _PATHS[label] + token


def url_for(label: Label, seed: Seed) -> str:
    """Write the whole address for a letter. The host comes from the settings, never from a request."""
    return settings.BASE_URL.rstrip("/") + path_for(label, token(label, seed))


def read(text: str) -> str | None:
    """Read a token as it arrived, or None when it cannot be one.

    Forgives what mail clients add: white space, soft line breaks (``=``) and one trailing run of other
    characters such as ``).``. Answers alike for a malformed and an unknown token are the caller's.
    """
    if len(text) > LONGEST_PASTE:
        return None
    bare = _FOREIGN_TAIL.sub("", _SOFT_BREAKS.sub("", text))
    return bare if _TOKEN.fullmatch(bare) else None


def code_for(challenge_id: str) -> str:
    """Derive the six digits of a challenge under the newest code key; the id alone is stored."""
    return _code(next(iter(settings.CODE_KEYS.values())), challenge_id)


def code_matches(challenge_id: str, typed: str) -> bool:
    """Compare in constant time, under every key held, so that a changed key spoils no code on its way."""
    matches = [
        hmac.compare_digest(_code(key, challenge_id).encode(), typed.encode())
        for key in settings.CODE_KEYS.values()
    ]
    return any(matches)


def _code(key: str, challenge_id: str) -> str:
    """Reduce the digest to digits without favouring any: numbers past the last whole million are skipped."""
    whole = 10**CODE_DIGITS
    limit = 2**32 - 2**32 % whole
    counter = 0
    while True:
        digest = _digest(key, f"code:v1|{counter}|{challenge_id}".encode())
        for start in range(0, len(digest), 4):
            number = int.from_bytes(digest[start : start + 4])
            if number < limit:
                return f"{number % whole:0{CODE_DIGITS}}"
        counter += 1


def _digest(key: str, text: bytes) -> bytes:
    return hmac.digest(key.encode(), text, "sha256")
