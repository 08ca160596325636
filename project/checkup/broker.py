"""Redis: whether it answers, keeps what it is given, and throws nothing away."""

from typing import Any

import redis
from django.conf import settings

from project.checkup.finding import Finding

TIMEOUT_SECONDS = 2.0


def check() -> list[Finding]:
    """Ask Redis about itself. INFO is enough: a hosted Redis often refuses CONFIG."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=TIMEOUT_SECONDS,
        socket_timeout=TIMEOUT_SECONDS,
        retry=None,
        decode_responses=True,
    )
    try:
        facts: dict[str, Any] = client.info()
    except (redis.RedisError, OSError) as error:
        words = f"does not answer: {error or type(error).__name__} (REDIS_URL); letters wait, none is lost"
        return [Finding.bad("redis", words)]
    finally:
        client.close()
    return [Finding.ok("redis", str(facts.get("redis_version", ""))), judge(facts)]


def judge(facts: dict[str, Any]) -> Finding:
    """Judge what INFO said; what a Redis does not tell is not held against it."""
    policy = facts.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        words = f"evicts by {policy}: hints to the workers get lost; set maxmemory-policy noeviction"
        return Finding.bad("redis policy", words)
    used, limit = int(facts.get("used_memory", 0)), int(facts.get("maxmemory", 0))
    if limit and used > 0.9 * limit:
        words = f"{used / limit:.0%} of its memory is used: give it more, or see what else lives in it"
        return Finding.bad("redis policy", words)
    if not int(facts.get("aof_enabled", 1)):
        words = (
            "appendonly is off: after its restart letters wait for the next sweep (30 s); set appendonly yes"
        )
        return Finding.note("redis policy", words)
    return Finding.ok("redis policy")
