"""How often a code from a letter was tried: counted where requests at the same time see each other.

allauth counts in the session. Of many forms sent at once each reads the same count and writes it back over the
others', and one that ends last brings a used-up code to life again."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.utils.crypto import salted_hmac

# Longer than any code lives.
_KEPT_SECONDS = 3600


def take(running: Mapping[str, Any], *, most: int) -> bool:
    """Take one of a code's tries; False when all were taken. `running` is allauth's state of the code.

    A start at an address without an account has no code; its tries are counted alike."""
    secret = f"{running.get('at')}|{running.get('email')}|{running.get('code')}"
    code = salted_hmac(__name__, secret, algorithm="sha256").hexdigest()
    # Only one of two at the same time can add an entry.
    return any(
        cache.add(f"code-tried:{code}:{number}", True, timeout=_KEPT_SECONDS) for number in range(most)
    )
