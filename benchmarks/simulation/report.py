"""Write docs/simulation.md and its plot from what a run found."""

from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.simulation import plot
from benchmarks.simulation.inside import START
from benchmarks.simulation.outcome import FINE, SORTS, Outcome

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
NAMES = {
    "reminder": "reminders to authorizers",
    "your_turn": "*your turn* to requesters",
    "setup_reminder": "set-up reminders",
    "draft_ending": "warnings of drafts",
}
SHOWN = 40


def write(kept: dict[str, Any]) -> None:
    outcome, run = Outcome(**kept["outcome"]), kept["run"]
    (DOCS / "simulation.svg").write_text(
        plot.bars(outcome, start=START.date(), days=run["days"] + 1), encoding="utf-8"
    )
    (DOCS / "simulation.md").write_text(_text(outcome, run, kept["machine"]), encoding="utf-8")


def _text(outcome: Outcome, run: dict[str, Any], machine: dict[str, Any]) -> str:
    away: dict[str, float] = {}
    for part, begins, ends in outcome.outages:
        hours = (datetime.fromisoformat(ends) - datetime.fromisoformat(begins)).total_seconds() / 3600
        away[part] = away.get(part, 0.0) + hours / run["processes"]
    outages = ", ".join(f"the {part} {hours:,.0f} h" for part, hours in sorted(away.items()))
    seconds = outcome.processor_seconds / max(outcome.requests, 1)
    columns = ("expected", *FINE, *SORTS)
    return f"""# Ninety days with everybody acting

Is every reminder of every request accounted for: none late, none doubled, none after closing, whatever people do and
whatever is away? Written by `python -m benchmarks.simulation`; the raw result is
`benchmarks/results/simulation.json`.

**The run.** {outcome.requests:,} requests over {run["days"]} days: `{run["command"]}`, begun {run["started"]},
{run["minutes"]} minutes on {machine["cores"]} shared cores (load {run["load"]:.1f} before, {run["load_after"]:.1f}
after), {seconds:.2f} processor seconds a request; {run["processes"]} processes, each with its share of the requests,
its own weather and a SQLite in memory. {sum(outcome.letters.values()):,} letters arrived. The command takes any number
of requests; with the same seed and the same code everybody does the same again.

## Every reminder

| | {" | ".join(columns)} |
|---|{"---:|" * len(columns)}
{_rows(outcome)}

*Expected* is what the oracle says must have arrived by the last day. *In time*: within a minute of its stored moment.
*Held up*: beat, workers or mail server were away at that moment, and it arrived within five minutes of their return.
*With a worker that died*: {outcome.deaths} workers were killed over a letter; reminders that they had in hand are never
repeated, since nobody knows whether they left (README, promises).

{_deviations(outcome)}

Not sent, and rightly so, by the oracle's count: {_listed(outcome.spared)}.

![Reminders of each day](simulation.svg)

## What happened meanwhile

- People did: {_listed(outcome.acts)}.
- The product refused {sum(outcome.refused.values()):,} acts that came too late, too early or too often:
  {_listed(outcome.refused)}.
- Away, in each process: {outages}. For ten days two beats ran; besides, passes ran twice now and then, and at moments
  at which nothing was due.
- Letters that arrived: {_listed(outcome.letters)}.

## How it is made

The product's own work is done by the engine of `manage.py simulate`
([decision 22](adr/0022-a-clock-for-simulations.md)): the real services, passes, claims, policies and records, with a
clock that jumps from one stored moment to the next. People act through the services that the pages call, at random
moments: they ask, authorize, decline, hand on, complain, ignore, replace, change facts, withdraw, set up; reviewers
approve, ask, reject, release, refuse, reopen, freeze, revoke. The mail server's side counts: a back end that refuses
unknown addresses (550), is away (421), and kills a worker before or after it took a letter.

The oracle (`benchmarks/simulation/rules.py`, `clockwork.py`, `fate.py`) is written from the product rules and the state
table, in other words than the product: it imports none of its modules and reads none of its tables. It is given what
people did and what was away, and tells for every request which reminder arrives when. `tests/benchmarks/` lives through
a small town with every test run, and shows that a reminder which is taken away, doubled, moved or sent after closing is
found.

Not covered here, because other tests do: races between processes (`tests/faults/`, the `_races` tests on PostgreSQL),
the wire itself, a worker whose clock is wrong. Reviewers' digests belong to no request.
"""


def _rows(outcome: Outcome) -> str:
    lines = []
    for kind, name in NAMES.items():
        counts = outcome.counts.get(kind, {})
        lines.append(_row(name, counts))
    total: dict[str, int] = {}
    for counts in outcome.counts.values():
        for sort, number in counts.items():
            total[sort] = total.get(sort, 0) + number
    return "\n".join([*lines, _row("**together**", total)])


def _row(name: str, counts: dict[str, int]) -> str:
    cells = [counts.get(sort, 0) for sort in ("expected", *FINE, *SORTS)]
    return f"| {name} | " + " | ".join(f"{cell:,}" for cell in cells) + " |"


def _deviations(outcome: Outcome) -> str:
    if not outcome.deviations:
        return "**No deviation.**"
    lines = "\n".join(f"- `{line}`" for line in outcome.deviations[:SHOWN])
    more = len(outcome.deviations) - SHOWN
    return f"Deviations:\n\n{lines}" + (f"\n- and {more:,} more in the raw result" if more > 0 else "")


def _listed(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {number:,}" for name, number in ordered)
