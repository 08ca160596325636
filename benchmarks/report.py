"""Write docs/benchmarks.md and its chart from the kept results."""

import statistics
from pathlib import Path
from typing import Any

from benchmarks import chart, goals, pages
from benchmarks.machine import PRODUCT

DOCS = Path(__file__).resolve().parent.parent / "docs"
OURS = "ours"
Found = dict[str, Any]

INTRODUCTION = """# Benchmarks

How fast letters leave, at what cost, how soon, and what is lost or doubled when something breaks, beside the
peers that do the same work. Written by `python -m benchmarks` (`make bench`); the raw results are in
`benchmarks/results/latest.json`. No test measures time: a busy machine must not fail anybody's change.

**The work.** One letter of about {kilobytes} kB, text and HTML, to one recipient. Ours is rendered from its primitives
each time; the peers get it rendered. PostgreSQL and Redis are private to the run and as installed{disk}. The mail
server only counts; it is a process of its own on the same machine and takes its share of the cores. Ours runs two
worker processes. A round is every contestant in turn; rates count from the first letter's arrival to the last
one's on the mail server's side. Processor seconds are those of worker, database and Redis, without the mail server.
"""

CONTESTANTS = """django-post_office runs `send_queued_mail` with two processes of five threads each; django-mailer
runs one process, since its lock allows no second; plain Celery is one task a letter on two worker processes; bare
smtplib sends one letter, built once, over two connections, with no queue and no record: what sending alone costs."""

UNCERTAIN = """## What is uncertain

- All processes share {cores} cores, the mail server and the load of other programs among them (load average {load:.1f}
  before, {after:.1f} after). Ratios between rows of one table hold better than any figure.
- The spread (lowest to highest of {rounds} rounds) is given beside each median; differences within it mean nothing.
- A mail server in the next process has no network: with real ones the answer's delay decides, hence the table at 20 ms.
- Letters about requests cost more than shown here: each one's request is asked whether the letter is still wanted.
"""


def write(found: Found) -> None:
    """Write the page and, where there are drains, the chart."""
    parts = [_introduction(found)]
    for build in (
        _drain,
        _slow,
        _workers,
        _growth,
        _latency,
        _faults,
        _memory,
        _minute,
        _pages,
        _machine,
        goals.table,
    ):
        text = build(found)
        if text:
            parts.append(text)
    (DOCS / "benchmarks.md").write_text("\n".join(parts), encoding="utf-8")
    if "drain" in found:
        (DOCS / "benchmarks.svg").write_text(chart.bars(found["drain"]), encoding="utf-8")


def _introduction(found: Found) -> str:
    durable = found["machine"]["commits_reach_the_disk"]
    return INTRODUCTION.format(
        kilobytes=round(found.get("letter_bytes", 0) / 1000),
        disk=" (every commit reaches the disk)"
        if durable
        else ", but commits do not wait for the disk (fsync off)",
    )


def _rates(rows: dict[str, Found]) -> str:
    ours = rows[OURS]["rate"] if rows.get(OURS) else None
    lines = [
        "| contestant | letters | letters/s | lowest to highest | ours is | processor s per 1,000 | connections |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in rows.items():
        if not one:
            lines.append(f"| {name} | | did not finish | | | | |")
            continue
        ratio = f"{ours / one['rate']:.2f} ×" if ours and name != OURS else ""
        lines.append(
            f"| {name} | {one['letters']:,} | {one['rate']:,.0f} | {one['lowest']:,.0f} to {one['highest']:,.0f} "
            f"| {ratio} | {one['processor_per_1000']:.2f} | {one['connections']} |"
        )
    return "\n".join(lines)


def _drain(found: Found) -> str:
    if "drain" not in found:
        return ""
    text = "## A server that answers at once\n\n![Letters per second](benchmarks.svg)\n\n" + CONTESTANTS
    text += f"\n\n{_rates(found['drain'])}\n"
    if found.get("drain_small"):
        text += f"\n{_rates(found['drain_small'])}\n"
    plain = found.get("drain_without_pipelining", {}).get(OURS)
    if plain:
        text += (
            f"\nThe server offers pipelining (RFC 2920), as nearly all do. Without it ours sends "
            f"{plain['rate']:,.0f} letters/s ({plain['lowest']:,.0f} to {plain['highest']:,.0f}).\n"
        )
    return text


def _slow(found: Found) -> str:
    if "slow" not in found:
        return ""
    text = f"## A server that answers after 20 ms\n\n{_rates(found['slow'])}\n"
    one = found.get("slow_one_connection", {}).get(OURS)
    if one:
        text += (
            f"\nWith one connection a process (`CONNECTIONS_BULK=1`) ours would send {one['rate']:,.0f} letters/s: "
            "further connections are opened only while a server lets the worker wait.\n"
        )
    return text


def _workers(found: Found) -> str:
    rows = found.get("workers")
    if not rows:
        return ""
    lines = [
        "## Worker processes\n",
        "| processes | letters/s | lowest to highest | of one process |",
        "|---|---:|---:|---:|",
    ]
    first = next(iter(rows.values()))["rate"]
    for name in sorted(rows, key=lambda name: int(name.split()[0])):
        one = rows[name]
        first = rows["1 processes"]["rate"]
        lines.append(
            f"| {name.split()[0]} | {one['rate']:,.0f} | {one['lowest']:,.0f} to {one['highest']:,.0f} "
            f"| {one['rate'] / first:.2f} × |"
        )
    return "\n".join(lines) + "\n"


def _growth(found: Found) -> str:
    rows = found.get("growth")
    if not rows:
        return ""
    names = {
        "empty": "2,000 on an empty table",
        "queued": "a long queue",
        "history": "2,000 with sent letters behind",
    }
    first = rows["empty"]["processor_per_1000"]
    lines = [
        "## Growth\n",
        "| | letters sent | processor s per 1,000 | against the empty table |",
        "|---|---:|---:|---:|",
    ]
    for name, words in names.items():
        if rows.get(name):
            cost = rows[name]["processor_per_1000"]
            lines.append(f"| {words} | {rows[name]['letters']:,} | {cost:.3f} | {cost / first - 1:+.0%} |")
    return "\n".join(lines) + "\n"


def _latency(found: Found) -> str:
    rows = found.get("latency")
    if not rows:
        return ""
    lines = [
        "## An idle system\n",
        "From the call to the mail server's last byte, and the caller's own share (ours: row and nudge, since what "
        "decided that there is a letter commits anyway; beside it with that commit; plain Celery: `.delay()`), "
        "in ms.\n",
        "| | p50 | p95 | p99 | share p50 | share p95 | with the commit |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, one in rows.items():
        lines.append(
            f"| {name} | {one['p50']:.1f} | {one['p95']:.1f} | {one['p99']:.1f} "
            f"| {one['share_p50']:.2f} | {one['share_p95']:.2f} | {one['whole_p50']:.2f} |"
        )
    silent = found.get("silent_redis")
    if silent:
        lines.append(
            f"\nWhile Redis says nothing at all: the first post took {silent['first_ms']:.0f} ms, "
            f"of 30 within the ten seconds after it the slowest {silent['slowest_ms']:.1f} ms, the median "
            f"{silent['p50_ms']:.1f} ms."
        )
    return "\n".join(lines) + "\n"


def _faults(found: Found) -> str:
    titles = {
        "fault_kill": "its processes killed (kill -9) and started again; ours with leases of 15 s",
        "fault_redis": "Redis killed and back empty",
        "fault_away": "no mail server for 20 s",
    }
    lines = [
        "## When something breaks\n",
        "After a quarter of 500 letters, at a server that answers after 20 ms. Lost or stuck: not arrived 30 s after "
        "the latest arrival.\n",
        "| what broke | contestant | arrived | lost or stuck | doubled | all out after |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for fault, words in titles.items():
        for name, one in found.get(fault, {}).items():
            after = "" if one["lost_or_stuck"] else f"{one['seconds']:.0f} s"
            lines.append(
                f"| {words} | {name} | {one['arrived']} | {one['lost_or_stuck']} | {one['doubled']} | {after} |"
            )
    return "\n".join(lines) + "\n" if len(lines) > 4 else ""


def _memory(found: Found) -> str:
    rows = found.get("memory")
    if not rows:
        return ""
    told = ", ".join(f"{row['resident_megabytes']:.0f} MB after {row['letters']:,} more" for row in rows)
    return f"## Memory\n\nThe largest process of the worker: {told}.\n"


def _minute(found: Found) -> str:
    rows = found.get("minute")
    if not rows:
        return ""
    lines = [
        "## The minute's pass\n",
        "Reminders and expiries, by one process: what is due is promised, one transaction a request; then the "
        "same pass with nothing due.\n",
        "| open requests | due | pass | again, nothing due |",
        "|---:|---:|---:|---:|",
    ]
    for runs in rows.values():
        due, idle = (statistics.median(run[f"{name}_seconds"] for run in runs) for name in ("due", "idle"))
        lines.append(
            f"| {runs[0]['open']:,} | {runs[0]['due_letters']:,} | {due:.1f} s | {idle * 1000:.0f} ms |"
        )
    return "\n".join(lines) + "\n"


def _pages(found: Found) -> str:
    rows = found.get("pages")
    if not rows:
        return ""
    lines = [
        "## Pages\n",
        "One browser, one page after the other, in turns; the request has 40 more lines of history than usual. "
        "The empty page is a project as Django's `startproject` makes it, with a view that says nothing, behind "
        "the same server.\n",
        "| page | p50 | p95 | p95 of the empty page |",
        "|---|---:|---:|---:|",
    ]
    empty = rows[pages.EMPTY]["p95"]
    for name, one in rows.items():
        lines.append(f"| {name} | {one['p50']:.1f} ms | {one['p95']:.1f} ms | {one['p95'] / empty:.2f} × |")
    return "\n".join(lines) + "\n"


def _machine(found: Found) -> str:
    machine = found["machine"]
    packages = ", ".join(f"{name} {machine['packages'][name]}" for name in PRODUCT)
    peers = ", ".join(one.replace("==", " ") for one in machine["peers"])
    runs = "\n".join(
        f"- {part}: `{run['command']}`, {run['at']}, {run['rounds']} rounds, load {run['load']:.1f} before"
        for part, run in sorted(found["runs"].items())
    )
    latest = max(found["runs"].values(), key=lambda run: run["at"])
    return (
        f"## Machine, versions, commands\n\n{machine['cores']} cores, {machine['memory_gigabytes']} GB, "
        f"{machine['system']}, Python {machine['python']}, PostgreSQL {machine['postgresql']}, "
        f"Redis {machine['redis']}.\n\nThe product: {packages}. The peers: {peers}.\n\n{runs}\n\n"
    ) + UNCERTAIN.format(
        cores=machine["cores"], load=latest["load"], after=latest["load_after"], rounds=latest["rounds"]
    )
