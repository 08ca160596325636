"""Which goals of the delivery design this run meets, and why it misses others (causes.md, written by hand)."""

import statistics
from pathlib import Path
from typing import Any

from benchmarks import pages

OURS = "ours"
CAUSES = Path(__file__).with_name("causes.md")


def table(found: dict[str, Any]) -> str:
    """Each goal that this run can judge, met or missed."""
    lines = ["## Goals\n", "| goal | measured | |", "|---|---:|---|"]
    drain, slow = found.get("drain", {}), found.get("slow", {})

    def ratio(rows: dict[str, Any], peer: str) -> float | None:
        return rows[OURS]["rate"] / rows[peer]["rate"] if rows.get(OURS) and rows.get(peer) else None

    goals: list[tuple[str, float | None, float, bool]] = [
        ("drain ≥ 8 × django-post_office", ratio(drain, "django-post_office"), 8, True),
        ("drain ≥ 4 × its BATCH_SIZE=5000", ratio(drain, "django-post_office, BATCH_SIZE=5000"), 4, True),
        ("drain ≥ 10 × plain Celery", ratio(drain, "plain Celery"), 10, True),
        ("drain ≥ 0.6 × bare smtplib", ratio(drain, "bare smtplib"), 0.6, True),
        ("20 ms: ≥ 1.5 × django-post_office", ratio(slow, "django-post_office"), 1.5, True),
        ("processor s per 1,000 ≤ 0.35", drain.get(OURS, {}).get("processor_per_1000"), 0.35, False),
    ]
    growth = found.get("growth", {})
    for name, words in (("queued", "a long queue"), ("history", "sent letters behind")):
        if growth.get(name):
            more = growth[name]["processor_per_1000"] / growth["empty"]["processor_per_1000"]
            goals.append((f"growth, {words}: ≤ 1.15 × the empty table's cost", more, 1.15, False))
    workers = found.get("workers", {})
    if workers:
        gain = workers["2 processes"]["rate"] / workers["1 processes"]["rate"]
        goals.append(("two processes ≥ 1.7 × one", gain, 1.7, True))
    timed = found.get("latency", {})
    if timed:
        ours, plain = timed[OURS], timed["plain Celery"]
        goals += [
            ("idle p50 ≤ 2 × plain Celery's", ours["p50"] / plain["p50"], 2, False),
            ("idle p99 ≤ plain Celery's", ours["p99"] / plain["p99"], 1, False),
            ("the web's share ≤ `.delay()`", ours["share_p50"] / plain["share_p50"], 1, False),
        ]
    minute = found.get("minute")
    if minute:
        few, many = (
            statistics.median(run["due_seconds"] for run in minute[name]) for name in ("few", "many")
        )
        goals.append(("the minute's pass, many open requests < 2 × few", many / few, 2, False))
    shown = found.get("pages")
    if shown:
        empty = shown[pages.EMPTY]["p95"]
        goals += [
            (f"{name}: p95 ≤ 2 × an empty page's", one["p95"] / empty, 2, False)
            for name, one in shown.items()
            if name != pages.EMPTY
        ]
    for words, value, goal, is_least in goals:
        if value is not None:
            is_met = value >= goal if is_least else value <= goal
            lines.append(f"| {words} | {value:.2f} | {'met' if is_met else 'missed'} |")
    lines.append("\n" + CAUSES.read_text(encoding="utf-8").strip())
    return "\n".join(lines) + "\n" if len(lines) > 3 else ""
