"""Print a fresh value for every secret that production asks for: `python3 -I project/new_secrets.py >> .env`.

The standard library only, so that it runs before anything is installed."""

import base64
import secrets


def new() -> dict[str, str]:
    """Return a value for each secret by its setting's name; those that stand in URLs need no quoting there."""
    return {
        "POSTGRES_PASSWORD": secrets.token_hex(24),
        "REDIS_PASSWORD": secrets.token_hex(24),
        "SECRET_KEY": secrets.token_hex(32),
        "HASH_KEY": secrets.token_hex(32),
        "FLOWER_PASSWORD": secrets.token_hex(32),
        "LINK_KEYS": f"k1:{secrets.token_hex(32)}",
        "CODE_KEYS": f"k1:{secrets.token_hex(32)}",
        "EVIDENCE_KEYS": f"k1:{secrets.token_hex(32)}",
        "SESSION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


if __name__ == "__main__":
    print("\n".join(f"{name}={value}" for name, value in new().items()))
