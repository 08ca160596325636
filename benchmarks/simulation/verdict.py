"""Hold what arrived against what the oracle says must arrive: every reminder of every request is accounted for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from benchmarks.simulation import rules
from benchmarks.simulation.fate import Oracle
from benchmarks.simulation.journal import Journal
from benchmarks.simulation.server import Seen, Server
from benchmarks.simulation.waits import Expected, Fate
from benchmarks.simulation.weather import Part, Weather

NEAR = timedelta(days=2)
"""What arrives sooner or later than this is not the same reminder."""
KINDS = ("reminder", "your_turn", "setup_reminder", "draft_ending")


@dataclass
class Verdict:
    """The counts of one run, and every deviation by its request's reference."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By kind: expected, in time, held up, lost with a worker; and each sort of deviation."""
    spared: Counter[str] = field(default_factory=Counter)
    by_day: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    deviations: list[str] = field(default_factory=list)

    def deviates(self, sort: str, kind: str, reference: str, *, at: datetime, why: str) -> None:
        self.counts[kind][sort] += 1
        self.deviations.append(f"{reference}  {kind}  {at:%Y-%m-%d %H:%M:%S}  {sort}: {why}")


def judge(
    journal: Journal,
    server: Server,
    weather: Weather,
    *,
    ends_at: datetime,
    unknown: Iterable[tuple[str, str]],
) -> Verdict:
    """`unknown` names the letters (kind, address) of which the product says that they may not have been sent."""
    verdict = Verdict()
    lost = Counter(unknown)
    arrived: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in server.arrived:
        if seen.kind in KINDS:
            arrived[seen.kind, seen.to].append(seen)
    for story in journal.stories.values():
        fate = Oracle(story, weather, ends_at=ends_at).tell()
        verdict.spared.update(fate.spared)
        _hold_against(verdict, story.reference, fate.expected, arrived, lost, ends_at)
        _look_after_closing(verdict, story.reference, fate, server.arrived, story.requester)
    for saved_at, address in journal.drafts:
        expected = list(_warning(weather, saved_at, address, ends_at=ends_at))
        _hold_against(verdict, f"draft of {address}", expected, arrived, lost, ends_at)
    for (kind, to), letters in arrived.items():
        for seen in letters:
            verdict.deviates("not expected", kind, to, at=seen.at, why="no rule asks for it")
    return verdict


def _warning(weather: Weather, saved_at: datetime, address: str, *, ends_at: datetime) -> Iterator[Expected]:
    """The one warning of a draft that is never touched again."""
    due_at = rules.nine_on_day(rules.DRAFT_LIVES - rules.DRAFT_WARNED_BEFORE, after=saved_at)
    promised_at = weather.up_from(due_at, Part.BEAT, Part.WORKERS)
    at = weather.up_from(promised_at, Part.WORKERS, Part.MAIL)
    if at < min(ends_at, rules.end_of_day(rules.DRAFT_LIVES, after=saved_at)):
        yield Expected("draft_ending", address, due_at, at, at + weather.patience(at))


def _hold_against(
    verdict: Verdict,
    reference: str,
    expected: list[Expected],
    arrived: dict[tuple[str, str], list[Seen]],
    lost: Counter[tuple[str, str]],
    ends_at: datetime,
) -> None:
    """Cross off each expected letter with the one that arrived; what is left over on either side deviates."""
    unmet = []
    for one in sorted(expected, key=lambda one: one.at):
        letters = arrived.get((one.kind, one.to), [])
        found = next((seen for seen in letters if one.earliest <= seen.at <= one.latest), None)
        if found is not None:
            letters.remove(found)
        if one.latest >= ends_at:
            # It may still arrive after the last day.
            continue
        verdict.counts[one.kind]["expected"] += 1
        if found is None:
            unmet.append(one)
            continue
        sort = "held up by an outage, caught up" if one.was_held_up else "in time"
        verdict.counts[one.kind][sort] += 1
        verdict.by_day[f"{found.at:%Y-%m-%d}"]["held up" if one.was_held_up else "in time"] += 1
        for again in [seen for seen in letters if seen.message_id == found.message_id]:
            letters.remove(again)
            verdict.deviates("doubled", one.kind, reference, at=again.at, why=f"{again.message_id} again")
    for one in unmet:
        _explain(verdict, reference, one, arrived.get((one.kind, one.to), []), lost)


def _explain(
    verdict: Verdict, reference: str, one: Expected, letters: list[Seen], lost: Counter[tuple[str, str]]
) -> None:
    """Say what became of a letter that did not arrive when it must."""
    near = [seen for seen in letters if abs(seen.at - one.at) < NEAR]
    if lost[one.kind, one.to]:
        lost[one.kind, one.to] -= 1
        verdict.counts[one.kind]["with a worker that died, not repeated"] += 1
    elif near:
        letters.remove(near[0])
        sort = "late" if near[0].at > one.latest else "early"
        verdict.deviates(sort, one.kind, reference, at=near[0].at, why=f"expected at {one.at}")
    else:
        verdict.deviates("missing", one.kind, reference, at=one.at, why=f"due at {one.due_at}")


def _look_after_closing(
    verdict: Verdict, reference: str, fate: Fate, seen: list[Seen], requester: str
) -> None:
    """A requester of this town has one request: no reminder to the requester or to anybody asked after its end."""
    spans = [(begin, end) for begin, end in fate.closed_at]
    if not spans:
        return
    readers = {requester, *(one.to for one in fate.expected)}
    for letter in _of(seen, readers):
        for begin, end in spans:
            if letter.at > begin and (end is None or letter.at < end):
                verdict.deviates("after closing", letter.kind, reference, at=letter.at, why=f"closed {begin}")


_index: dict[int, dict[str, list[Seen]]] = {}


def _of(seen: list[Seen], readers: set[str]) -> Iterator[Seen]:
    """The reminders of a request among all letters; indexed once."""
    if id(seen) not in _index:
        index: dict[str, list[Seen]] = defaultdict(list)
        for one in seen:
            if one.kind in KINDS and one.kind != "draft_ending":
                index[one.to].append(one)
        _index.clear()
        _index[id(seen)] = index
    for reader in readers:
        yield from _index[id(seen)].get(reader, ())
