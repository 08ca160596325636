"""Every test, stage by stage, and at the end what could not be run here and why (`make test`).

With CI=true the slow faults run too, and a missing component or a skipped test is a failure. The last line is in
pytest's form."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from project import redis_server
from tests import with_postgres
from tests.upgrades import released

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5
ORDINARY = "not browser and not faults"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Tally:
    """What the stages came to."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    not_run: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, report: Path, *, stage: str, status: int) -> None:
        """Count one stage's JUnit report; a stage that ran nothing is told, one that broke is a failure."""
        if status == NO_TESTS:
            self.not_run.append(f"{stage}: there are no such tests")
            return
        try:
            suites = ElementTree.parse(report).getroot().iter("testsuite")
        except (OSError, ElementTree.ParseError):
            self.broken.append(f"{stage}: pytest ended with status {status} and no report")
            return
        reasons: dict[str, int] = {}
        for suite in suites:
            total, failed, errors, skipped = (
                int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
            )
            self.passed += total - failed - errors - skipped
            self.failed, self.errors, self.skipped = (
                self.failed + failed,
                self.errors + errors,
                self.skipped + skipped,
            )
            for case in suite.iter("skipped"):
                reason = case.get("message", "skipped")
                reasons[reason] = reasons.get(reason, 0) + 1
        self.not_run += [f"{stage}: {count} skipped: {reason}" for reason, count in reasons.items()]
        if status not in {0, 1}:
            self.broken.append(f"{stage}: pytest ended with status {status}")

    def is_good(self, *, in_ci: bool) -> bool:
        return not (self.failed or self.errors or self.broken or (in_ci and self.not_run))

    def closing_line(self, seconds: float) -> str:
        """Return the sum of all stages as pytest writes it."""
        counts = {
            "failed": self.failed,
            "passed": self.passed,
            "skipped": self.skipped,
            "errors": self.errors,
        }
        words = ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "no tests ran"
        return f" {words} in {seconds:.2f}s ".center(78, "=")


def pytest(stage: str, tally: Tally, *arguments: str, **environment: str) -> None:
    print(f"\n--- {stage}", flush=True)
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        report = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "pytest", *arguments, f"--junitxml={report}"]
        status = subprocess.run(words, cwd=ROOT, env=os.environ | environment, check=False).returncode
        tally.add(report, stage=stage, status=status)


@contextlib.contextmanager
def postgres(tally: Tally) -> Iterator[str]:
    """Yield the URL of a PostgreSQL server, or "" where none can be had, which is noted."""
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(with_postgres.server())
        except with_postgres.NoPostgres as reason:
            tally.not_run.append(f"services and journeys on PostgreSQL: {reason}")
            url = ""
        yield url


def main() -> int:
    """Run every stage; returns 0 when all is well."""
    began, tally, in_ci = time.monotonic(), Tally(), os.environ.get("CI", "").lower() in {"1", "true"}
    pytest("rules, services and journeys on SQLite", tally, "-n2", "-m", ORDINARY, DATABASE_URL="")
    with postgres(tally) as url:
        if url:
            # What touches no database has been shown: once is enough.
            stored = f"{ORDINARY} and django_db"
            pytest("services and journeys on PostgreSQL", tally, "-n2", "-m", stored, DATABASE_URL=url)
    try:
        redis_server.find()
    except redis_server.NoRedis as reason:
        tally.not_run.append(f"faults: {reason}")
    else:
        which = "faults" if in_ci else "faults and not slow"
        pytest("faults" if in_ci else "faults, the quick ones", tally, "-n2", "-m", which, DATABASE_URL="")
    if has_chromium():
        pytest(
            "a real browser", tally, "-n2", "-m", "browser", DATABASE_URL="", DJANGO_ALLOW_ASYNC_UNSAFE="1"
        )
    else:
        tally.not_run.append("browser tests: no Chromium on the PATH")
    for line in tally.not_run:
        print(f"Could not be run here: {line}")
    if not released.is_here():
        print("Left out: the upgrade from the last release, which the history of this copy does not hold.")
    for line in tally.broken:
        print(f"Broken: {line}")
    good = tally.is_good(in_ci=in_ci)
    if not good and in_ci and tally.not_run:
        print("In CI everything has to run: this is a failure.")
    print(tally.closing_line(time.monotonic() - began), flush=True)
    return 0 if good else 1


def has_chromium() -> bool:
    return any(shutil.which(name) for name in CHROMIUM)


if __name__ == "__main__":
    sys.exit(main())
