"""The measurements: how fast, at what cost, how soon, and what is lost or doubled when something breaks."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.contestants import Contestant, Ours, PlainCelery
from benchmarks.processes import Took, until
from benchmarks.servers import MailServer, settle

LONGEST = 900.0


@dataclass(frozen=True)
class Drained:
    """One drain, counted on the mail server's side."""

    letters: int
    rate: float
    processor_per_1000: float
    resident_megabytes: float
    connections: int


def drain(one: Contestant, *, count: int, prefix: str, refill: bool = True) -> Drained:
    """Send so many letters; the clock runs from the first letter's arrival to the last one's."""
    mail = one.servers.mail
    mail.ask("XFORGET")
    if refill:
        one.fill(prefix, count)
    settle(1.0)
    before = one.processor_seconds() + one.servers.processor_seconds()
    one.go(prefix, count)
    until(lambda: mail.letters > 0, seconds=120, every=0.005, what=f"{one.name}'s first letter")
    started, at_start = mail.letters, one.processor_seconds() + one.servers.processor_seconds()
    if isinstance(one, Ours):
        started, at_start = 0, before
    until(lambda: mail.letters >= count, seconds=LONGEST, every=0.05, what=f"{one.name}'s last letter")
    used = one.processor_seconds() + one.servers.processor_seconds() - at_start
    told = mail.ask("XCOUNT")
    return Drained(
        letters=count,
        rate=(count - 1) / (told["last"] - told["first"]),
        processor_per_1000=used / (count - started) * 1000,
        resident_megabytes=one.resident_megabytes(),
        connections=told["connections"],
    )


def in_rounds(
    contestants: list[Contestant], *, rounds: int, count: int, say: Callable[[str], None], label: str
) -> dict[str, list[Drained]]:
    """Drain with each contestant in turn, round after round, so that a slow minute hits all alike."""
    found: dict[str, list[Drained]] = {one.name: [] for one in contestants}
    for number in range(rounds):
        for one in contestants:
            one.servers.flush_redis()
            one.prepare()
            one.warm()
            try:
                portion = max(int(count * one.portion), min(count, 1000))
                done = drain(one, count=portion, prefix=f"r{number}x")
                found[one.name].append(done)
                say(
                    f"{label} round {number + 1}: {one.name} {done.rate:.0f}/s, "
                    f"{done.processor_per_1000:.2f} s per 1,000"
                )
            except Took as late:
                say(f"{label} round {number + 1}: {one.name} did not finish ({late})")
            finally:
                one.rest()
    return found


def summary(drains: list[Drained]) -> dict[str, Any]:
    """Median, lowest and highest of a contestant's rounds."""
    if not drains:
        return {}
    rates = [one.rate for one in drains]
    costs = [one.processor_per_1000 for one in drains]
    return {
        "letters": drains[0].letters,
        "rate": statistics.median(rates),
        "lowest": min(rates),
        "highest": max(rates),
        "processor_per_1000": statistics.median(costs),
        "resident_megabytes": max(one.resident_megabytes for one in drains),
        "connections": max(one.connections for one in drains),
        "rounds": len(drains),
    }


def latency(timed: dict[str, Any], mail: MailServer, *, count: int) -> dict[str, float]:
    """From the call to the mail server's last byte, and the caller's own share, in milliseconds."""
    until(lambda: len(mail.ask("XTIMES")) >= count, seconds=60, what="the timed letters")
    arrived = mail.ask("XTIMES")
    waits = sorted((arrived[to] - at) * 1000 for to, at in timed["published"].items())
    shares = sorted(share * 1000 for share in timed["shares"])
    wholes = sorted(whole * 1000 for whole in timed.get("wholes", timed["shares"]))
    return {
        "p50": _part(waits, 0.50),
        "p95": _part(waits, 0.95),
        "p99": _part(waits, 0.99),
        "share_p50": _part(shares, 0.50),
        "share_p95": _part(shares, 0.95),
        "whole_p50": _part(wholes, 0.50),
    }


def idle_latency(ours: Ours, plain: PlainCelery, *, count: int) -> dict[str, dict[str, float]]:
    """Post one letter at a time on an idle system."""
    found = {}
    mail = ours.servers.mail
    ours.prepare()
    ours.warm(queue="urgent")
    mail.ask("XFORGET")
    timed = json.loads(ours.ask("time_posts", "timedours", str(count)))
    found[ours.name] = latency(timed, mail, count=count)
    ours.rest()
    plain.prepare()
    plain.go("", 0)
    mail.ask("XFORGET")
    settle(8.0)
    found[plain.name] = latency(plain.time_delay("timedplain", count), mail, count=count)
    plain.rest()
    return found


def silent_redis(ours: Ours, pause: Callable[[], None], resume: Callable[[], None]) -> dict[str, float]:
    """How long a post takes while Redis answers nothing: the first, and the slowest after it."""
    ours.prepare()
    pause()
    try:
        timed = json.loads(ours.ask("time_posts", "silent", "30", "0"))
    finally:
        resume()
    wholes = [whole * 1000 for whole in timed["wholes"]]
    return {
        "first_ms": timed["first"] * 1000,
        "slowest_ms": max(wholes),
        "p50_ms": statistics.median(wholes),
    }


def broken(
    one: Contestant,
    *,
    count: int,
    breaks: Callable[[Contestant], None],
    patience: float,
    at: float = 0.25,
) -> dict[str, float]:
    """Break something after a quarter of the letters; tell what arrived, what never did, what arrived twice."""
    mail = one.servers.mail
    one.prepare()
    one.warm()
    mail.ask("XFORGET")
    one.fill("b", count)
    began = time.monotonic()
    one.go("b", count)
    until(lambda: mail.letters >= count * at, seconds=120, every=0.002, what="the first quarter")
    breaks(one)
    last, still = -1, time.monotonic()
    while time.monotonic() - still < patience:
        told = mail.ask("XCOUNT")
        if told["distinct"] >= count:
            break
        if told["letters"] != last:
            last, still = told["letters"], time.monotonic()
        time.sleep(0.1)
    settle(2.0)
    told = mail.ask("XCOUNT")
    one.rest()
    return {
        "letters": count,
        "arrived": told["distinct"],
        "lost_or_stuck": count - told["distinct"],
        "doubled": told["letters"] - told["distinct"],
        "seconds": round(time.monotonic() - began, 1),
    }


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]
