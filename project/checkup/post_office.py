"""Workers, beat and letters: judged by their effect, what arrived in the database."""

from collections.abc import Iterator
from datetime import datetime

from notifications import heartbeat, status
from project.checkup.finding import Finding


def check(*, now: datetime) -> Iterator[Finding]:
    """Say of each worker, of beat and of each route what shows that they work."""
    facts = status.facts(now)
    ages = [one.heartbeat_age for one in facts.routes]
    fresh = [age for age in ages if age is not None and age <= heartbeat.MISSING_AFTER]
    for one in facts.routes:
        age = one.heartbeat_age
        name = f"worker {one.route}"
        if age is not None and age <= heartbeat.MISSING_AFTER:
            yield Finding.ok(name, f"heard {age.total_seconds():.0f} s ago")
        elif fresh:
            since = "never" if age is None else f"{age.total_seconds() / 60:.0f} min ago"
            yield Finding.bad(name, f"last heard {since}, the other one lately: start it again")
        else:
            yield Finding.bad(name, "not heard: see beat")
    none = "nothing came from it for 3 minutes: is beat running, does Redis answer, is any worker running?"
    yield Finding.of("beat", "" if fresh else none)
    for one in facts.routes:
        yield _letters(one)
    words = f"{facts.dead} given up: look at /ops/, mend the cause, then try again there"
    yield Finding.of("dead letters", words if facts.dead else "")


def _letters(one: status.RouteFacts) -> Finding:
    name = f"mail {one.route}"
    if one.held_at is not None:
        return Finding.bad(name, f"held since {one.held_at:%d %b %H:%M} UTC: release it on /ops/")
    if one.sick_since is not None:
        words = f"cannot send since {one.sick_since:%d %b %H:%M} UTC ({one.error_text}); it tries by itself"
        return Finding.bad(name, words)
    late = one.oldest_due is not None and one.oldest_due > status.OLDEST_DUE_LIMITS[one.route]
    if late and one.oldest_due is not None:
        minutes = one.oldest_due.total_seconds() / 60
        return Finding.bad(name, f"the oldest of {one.queued} due letters waits for {minutes:.0f} min")
    return Finding.ok(name)
