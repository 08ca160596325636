"""What one process found, in numbers that can be added up and kept as JSON."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.simulation.verdict import Verdict

SORTS = ("late", "early", "doubled", "after closing", "missing", "not expected")
"""Every way in which a reminder can be wrong."""
FINE = ("in time", "held up by an outage, caught up", "with a worker that died, not repeated")


@dataclass
class Outcome:
    """`outages` are part, begin and end as text; `by_day` counts arrivals."""

    requests: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    spared: dict[str, int] = field(default_factory=dict)
    by_day: dict[str, dict[str, int]] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    outages: list[list[str]] = field(default_factory=list)
    deaths: int = 0
    processor_seconds: float = 0.0
    deviations: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def expected(self) -> int:
        return sum(counts.get("expected", 0) for counts in self.counts.values())

    def add(self, other: "Outcome") -> None:
        """Add up another process's; its outages are its own."""
        self.requests += other.requests
        self.deaths += other.deaths
        self.processor_seconds += other.processor_seconds
        self.deviations += other.deviations
        self.outages += other.outages
        for name in ("spared", "acts", "refused", "letters"):
            setattr(self, name, dict(Counter(getattr(self, name)) + Counter(getattr(other, name))))
        for name in ("counts", "by_day"):
            mine: dict[str, dict[str, int]] = getattr(self, name)
            for key, counts in getattr(other, name).items():
                mine[key] = dict(Counter(mine.get(key, {})) + Counter(counts))


def of(verdict: Verdict) -> Outcome:
    return Outcome(
        counts={kind: dict(counts) for kind, counts in verdict.counts.items()},
        spared=dict(verdict.spared),
        by_day={day: dict(counts) for day, counts in verdict.by_day.items()},
        deviations=verdict.deviations,
    )
