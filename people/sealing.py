"""Encrypt what is kept for a while and must not be readable from the database alone."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Sealer = MultiFernet


def sealer(secrets: Sequence[str], *, purpose: str) -> Sealer:
    """Return what seals under the newest of `secrets` and opens what any of them has sealed.

    Each purpose has a key of its own: what is sealed for one does not open for another."""
    return _sealer(tuple(secrets), purpose)


@lru_cache(maxsize=8)
def _sealer(secrets: tuple[str, ...], purpose: str) -> Sealer:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return urlsafe_b64encode(derived)
