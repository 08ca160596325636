"""Run the measurements, keep them as JSON and write docs/benchmarks.md: `python -m benchmarks --help`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import measures, pages, report, servers
from benchmarks.contestants import (
    Bare,
    Contestant,
    Mailer,
    Ours,
    Peer,
    PlainCelery,
    PostOffice,
    PostOfficeBest,
)
from benchmarks.machine import facts
from benchmarks.processes import Took

RESULTS = Path(__file__).resolve().parent / "results"
PARTS = ("drain", "slow", "workers", "latency", "faults", "growth", "memory", "minute", "pages")
SHORT_SPANS = {
    "LEASE_SECONDS_BULK": "15",
    "LETTER_SECONDS_BULK": "10",
    "ANSWER_SECONDS_BULK": "8",
    "SWEEP_SECONDS_BULK": "1",
}


def say(line: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {line}", flush=True)


class Bench:
    """One run over the chosen parts."""

    def __init__(self, running: servers.Servers, folder: Path, chosen: argparse.Namespace) -> None:
        self.servers = running
        self.chosen = chosen
        self.found: dict[str, Any] = {}
        self._prepare_peers(folder)

    def _prepare_peers(self, folder: Path) -> None:
        """Install the peers beside the product, in an environment that goes away with the run."""
        python = folder / "peers" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peers")], check=True)
        command = [str(python), "-m", "pip", "install", "-q", "-r", "benchmarks/requirements.txt"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        Peer.python = python
        Peer.words = folder / "letter.json"
        words = Ours(self.servers).ask("letter")
        Peer.words.write_text(words, encoding="utf-8")
        self.found["letter_bytes"] = sum(len(part.encode()) for part in json.loads(words).values())

    def drain(self) -> None:
        """A server that answers at once."""
        self.servers.mail.start()
        contestants: list[Contestant] = [
            sort(self.servers) for sort in (Ours, Bare, PostOffice, PostOfficeBest, PlainCelery, Mailer)
        ]
        self._rounds("drain", contestants, self.chosen.letters)
        self._rounds("drain_small", contestants[:3], 2000)
        self.servers.mail.stop()
        self.servers.mail.start(pipelining=False)
        self._rounds("drain_without_pipelining", [Ours(self.servers)], self.chosen.letters)
        self.servers.mail.stop()

    def slow(self) -> None:
        """A server that answers the end of a letter after 20 ms."""
        self.servers.mail.start(delay_ms=20)
        contestants = [
            Ours(self.servers),
            PostOffice(self.servers),
            PostOfficeBest(self.servers),
            PlainCelery(self.servers),
            Bare(self.servers),
        ]
        self._rounds("slow", contestants, min(2000, self.chosen.letters))
        one = Ours(self.servers, CONNECTIONS_BULK="1")
        self._rounds("slow_one_connection", [one], min(2000, self.chosen.letters))
        self.servers.mail.stop()

    def workers(self) -> None:
        """One, two and four processes."""
        self.servers.mail.start()
        contestants: list[Contestant] = []
        for number in (1, 2, 4):
            one = Ours(self.servers)
            one.workers, one.name = number, f"{number} processes"
            contestants.append(one)
        self._rounds("workers", contestants, self.chosen.letters)
        self.servers.mail.stop()

    def latency(self) -> None:
        """An idle system, and a Redis that says nothing."""
        self.servers.mail.start()
        ours, plain = Ours(self.servers), PlainCelery(self.servers)
        count = min(200, self.chosen.letters)
        self.found["latency"] = measures.idle_latency(ours, plain, count=count)
        redis = self.servers.redis
        self.found["silent_redis"] = measures.silent_redis(
            ours, lambda: redis.send_signal(19), lambda: redis.send_signal(18)
        )
        self.servers.mail.stop()
        say(f"latency: {self.found['latency']}")

    def faults(self) -> None:
        """A worker killed, a Redis that forgot everything, a mail server away for 20 seconds."""
        self.servers.mail.start(delay_ms=20)
        kinds = (Ours, PostOffice, PlainCelery, Mailer)
        breaks = {"kill": self._kill, "redis": self._forget_redis, "away": self._send_away}
        for fault, act in breaks.items():
            self.found[f"fault_{fault}"] = {}
            for sort in kinds:
                if fault == "redis" and sort in (PostOffice, Mailer):
                    continue
                one = Ours(self.servers, **SHORT_SPANS) if sort is Ours else sort(self.servers)
                if isinstance(one, Ours):
                    one.with_beat = True
                self.servers.flush_redis()
                try:
                    told = measures.broken(one, count=500, breaks=act, patience=30)
                except Took as late:
                    one.rest()
                    say(f"{fault}: {one.name} did not begin ({late})")
                    continue
                self.found[f"fault_{fault}"][one.name] = told
                say(f"{fault}: {one.name} {told}")
        self.servers.mail.stop()

    def growth(self) -> None:
        """Much waiting, and much history behind."""
        self.servers.mail.start()
        sizes = {
            "empty": (2000, 0),
            "queued": (self.chosen.backlog, 0),
            "history": (2000, self.chosen.history),
        }
        found: dict[str, list[measures.Drained]] = {name: [] for name in sizes}
        for _ in range(self.chosen.rounds):
            for name, (queued, history) in sizes.items():
                one = Ours(self.servers)
                one.prepare()
                if history:
                    one.fill("old", history, "sent")
                one.warm()
                found[name].append(measures.drain(one, count=queued, prefix="g"))
                one.rest()
                say(f"growth {name}: {found[name][-1].processor_per_1000:.3f} s per 1,000")
        self.found["growth"] = {name: measures.summary(drains) for name, drains in found.items()}
        self.servers.mail.stop()

    def memory(self) -> None:
        """The resident size after 2,000 letters, and after many more by the same processes."""
        self.servers.mail.start()
        one = Ours(self.servers)
        one.prepare()
        one.warm()
        sizes = []
        for number, count in enumerate((2000, self.chosen.backlog // 2, self.chosen.backlog // 2)):
            sizes.append((count, measures.drain(one, count=count, prefix=f"m{number}x").resident_megabytes))
        one.rest()
        self.found["memory"] = [{"letters": count, "resident_megabytes": size} for count, size in sizes]
        self.servers.mail.stop()
        say(f"memory: {sizes}")

    def minute(self) -> None:
        """The minute's pass: as much due among few open requests as among many."""
        self.servers.mail.start()
        due = min(10_000, self.chosen.requests // 10)
        found: dict[str, list[Any]] = {"few": [], "many": []}
        for _ in range(self.chosen.rounds):
            for name, total in (("few", due), ("many", self.chosen.requests)):
                one = Ours(self.servers)
                one.prepare()
                one.ask("open", str(total), str(due), of="business")
                told = {"open": total, **json.loads(one.ask("pass_of_a_minute", of="business"))}
                found[name].append(told)
                say(f"minute: {told}")
        self.found["minute"] = found
        self.servers.mail.stop()

    def pages(self) -> None:
        """Two pages with a long history, and a page of nothing in an empty Django project, in turns."""
        self.servers.mail.start()
        one = Ours(self.servers, PORT=str(pages.free_port()))
        one.prepare()
        known = json.loads(one.ask("pages", of="business"))
        self.found["pages"] = pages.measure(one, known, count=self.chosen.rounds * 200)
        self.servers.mail.stop()
        say(f"pages: {self.found['pages']}")

    def _rounds(self, label: str, contestants: list[Contestant], count: int) -> None:
        drains = measures.in_rounds(contestants, rounds=self.chosen.rounds, count=count, say=say, label=label)
        self.found[label] = {name: measures.summary(done) for name, done in drains.items()}

    def _kill(self, one: Contestant) -> None:
        one.kill()
        one.warm()
        if not isinstance(one, Ours):
            one.go("b", 0)

    def _forget_redis(self, one: Contestant) -> None:
        self.servers.forget_redis()

    def _send_away(self, one: Contestant) -> None:
        """A command runs again every minute, its documents say: here once more when the server is back."""
        self.servers.mail.ask("XAWAY 20")
        servers.settle(22)
        if not isinstance(one, (Ours, PlainCelery)):
            one.rest()
            one.go("b", 0)


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks")
    arguments.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS[:5])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--letters", type=int, default=20_000)
    arguments.add_argument(
        "--backlog", type=int, default=100_000, help="letters queued at once, for growth and memory"
    )
    arguments.add_argument("--history", type=int, default=1_000_000, help="sent letters behind, for growth")
    arguments.add_argument(
        "--requests", type=int, default=1_000_000, help="open requests behind the minute's pass"
    )
    arguments.add_argument(
        "--no-fsync", action="store_true", help="a database whose commits do not reach the disk"
    )
    arguments.add_argument(
        "--add", action="store_true", help="keep the parts of the latest run that this one leaves out"
    )
    arguments.add_argument("--report", action="store_true", help="only write docs/benchmarks.md again")
    chosen = arguments.parse_args()
    path = RESULTS / "latest.json"
    if chosen.report:
        report.write(json.loads(path.read_text(encoding="utf-8")))
        return
    kept = json.loads(path.read_text(encoding="utf-8")) if chosen.add and path.exists() else {}
    started = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "load": os.getloadavg()[0]}
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        servers.running(Path(name), durable=not chosen.no_fsync) as running,
    ):
        bench = Bench(running, Path(name), chosen)
        for part in chosen.parts:
            say(f"{part} …")
            getattr(bench, part)()
            words = " ".join(["python -m benchmarks", *sys.argv[1:]])
            run = {"command": words, **started, "load_after": os.getloadavg()[0], "rounds": chosen.rounds}
            kept["machine"] = facts(durable=not chosen.no_fsync)
            kept |= bench.found
            kept.setdefault("runs", {})[part] = run
            RESULTS.mkdir(exist_ok=True)
            path.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    report.write(kept)


if __name__ == "__main__":
    main()
