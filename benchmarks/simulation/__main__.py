"""Live through many days of many requests and write docs/simulation.md: `python -m benchmarks.simulation --help`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import facts
from benchmarks.simulation import report
from benchmarks.simulation.outcome import Outcome

ROOT = Path(__file__).resolve().parent.parent.parent
RESULT = ROOT / "benchmarks" / "results" / "simulation.json"


def main() -> int:
    arguments = argparse.ArgumentParser(description="Live through many days, and account for every reminder.")
    arguments.add_argument("--requests", type=int, default=300)
    arguments.add_argument("--days", type=int, default=90)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument(
        "--processes", type=int, default=2, help="each has its share and a database of its own"
    )
    arguments.add_argument("--report", action="store_true", help="only write docs/simulation.md again")
    chosen = arguments.parse_args()
    if not chosen.report:
        found = run(requests=chosen.requests, days=chosen.days, seed=chosen.seed, processes=chosen.processes)
        RESULT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    kept = json.loads(RESULT.read_text(encoding="utf-8"))
    report.write(kept)
    deviations = kept["outcome"]["deviations"]
    print("\n".join(deviations[:50]))
    print(f"Deviations: {len(deviations)}.")
    return bool(deviations)


def run(*, requests: int, days: int, seed: int, processes: int) -> dict[str, Any]:
    """Let every process live through its share; returns the sum of what they found, and how it was found."""
    began, load = time.monotonic(), os.getloadavg()[0]
    started = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    total = Outcome()
    with tempfile.TemporaryDirectory(prefix="simulation-") as name:
        folder = Path(name)
        running = []
        for part in range(processes):
            share = requests // processes + (part < requests % processes)
            words = ["--requests", str(share), "--days", str(days), "--seed", f"{seed}.{part}"]
            result = folder / f"{part}.json"
            command = [sys.executable, "-m", "benchmarks.simulation.inside", *words, "--result", str(result)]
            running.append(
                (subprocess.Popen(command, cwd=ROOT, env=_environment(folder / str(part))), result)
            )
        failed = [process.returncode for process, _ in running if process.wait()]
        if failed:
            raise SystemExit(f"A process ended with {failed[0]}.")
        for _, result in running:
            total.add(Outcome(**json.loads(result.read_text(encoding="utf-8"))))
    return {
        "outcome": total.as_json(),
        "machine": facts(durable=False),
        "run": {
            "command": f"python -m benchmarks.simulation --requests {requests} --days {days} --seed {seed}",
            "processes": processes,
            "days": days,
            "started": started,
            "minutes": round((time.monotonic() - began) / 60, 1),
            "load": load,
            "load_after": os.getloadavg()[0],
        },
    }


def _environment(data: Path) -> dict[str, str]:
    """Nothing of what somebody may have exported; a broker that is not there, since this process is beat and worker."""
    data.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DATABASE_URL": "sqlite:///:memory:",
        "DATA_DIR": str(data),
        "REDIS_URL": f"unix://{data}/no-broker",
        "EMAIL_URL": "mailbox://",
    }


if __name__ == "__main__":
    sys.exit(main())
