"""Two worker hosts at one database and one Redis, counted at a mail server: `python -m benchmarks.hosts`.

A host is a Celery worker with its own DATA_DIR, its own node name and its own clock; they know nothing of each
other. The first wave finds both alive. In the second, one is killed in the middle, as by a power cut. Then a third
host comes, whose clock is two hours ahead.
"""

import argparse
import os
import secrets
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

from benchmarks.processes import Processes, Took, family, run, until
from project import redis_server
from tests import with_postgres
from tests.faults.smtp_server import SmtpServer

OPS = "ops@operator.example"
LEASE = 15


@dataclass
class Host:
    """One worker machine: what it is called, and how far its clock is off."""

    name: str
    skew: float
    pid: int = 0
    processes: frozenset[int] = frozenset()


class Site:
    """The servers in the middle, and the worker hosts around them."""

    def __init__(self, folder: Path, *, database_url: str, smtp: SmtpServer) -> None:
        self.folder = folder
        self.smtp = smtp
        self.running = Processes(folder)
        self._workers: dict[str, object] = {}
        self.redis = folder / "redis.sock"
        words = redis_server.command(redis_server.find(), socket=self.redis)
        self.running.start(words, name="redis", environment={})
        until(self.redis.exists, seconds=60, what="Redis")
        kept = {name: f"k1:{secrets.token_hex(32)}" for name in ("LINK_KEYS", "CODE_KEYS", "EVIDENCE_KEYS")}
        self.database_url = database_url
        self._environment = {
            **kept,
            "SECRET_KEY": secrets.token_hex(32),
            "HASH_KEY": secrets.token_hex(32),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"unix://{self.redis}",
            "EMAIL_URL": smtp.url,
            "ALERT_EMAILS": OPS,
            "DJANGO_SETTINGS_MODULE": "tests.faults.sabotage.settings",
            # The promise after a death is a lease and the sweep; shorter here, so that nobody waits for minutes.
            "LEASE_SECONDS_BULK": str(LEASE),
            "LETTER_SECONDS_BULK": "10",
            "ANSWER_SECONDS_BULK": "8",
            "SWEEP_SECONDS_BULK": "1",
        }
        self.tell("manage.py", "migrate", "-v", "0")

    def environment(self, host: Host) -> Mapping[str, str]:
        data = self.folder / host.name
        data.mkdir(exist_ok=True)
        return {**self._environment, "DATA_DIR": str(data), "CLOCK_SKEW_SECONDS": str(host.skew)}

    def tell(self, *words: str) -> str:
        """Run a command of the product on the web's machine."""
        return run([sys.executable, *words], environment=self.environment(Host("web", 0)))

    def start(self, host: Host) -> None:
        options = ["-Q", "bulk", "-c", "2", "-l", "warning", "--without-gossip", "--without-mingle"]
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "project",
            "worker",
            "-n",
            f"bulk@{host.name}",
            *options,
        ]
        worker = self.running.start(command, name=host.name, environment=self.environment(host))
        self._workers[host.name] = worker
        host.pid = worker.pid
        until(lambda: len(family(host.pid)) > 2, seconds=300, what=f"the processes of {host.name}")
        host.processes = frozenset(family(host.pid))

    def start_beat(self) -> None:
        """The one beat, on the web's machine: its sweeps find what a dead host held."""
        schedule = self.folder / "web" / "schedule"
        command = [sys.executable, "-m", "celery", "-A", "project", "beat", "-s", str(schedule), "--pidfile="]
        self.running.start(command, name="beat", environment=self.environment(Host("web", 0)))

    def cut_power(self, host: Host) -> None:
        self.running.end(self._workers[host.name], by=9)  # type: ignore[arg-type]

    def redis_megabytes(self) -> float:
        with redis.Redis(unix_socket_path=str(self.redis)) as client:
            return float(client.info("memory")["used_memory_peak"]) / 1e6

    def sent_by(self, hosts: list[Host], prefix: str) -> Counter[str]:
        """Count, as the database recorded it, which host sent how many of these letters."""
        counts: Counter[str] = Counter()
        with psycopg.connect(self.database_url.replace("postgres://", "postgresql://")) as connection:
            rows = connection.execute(
                "SELECT a.worker FROM notifications_attempt AS a JOIN notifications_outgoingemail AS o"
                " ON o.id = a.email_id WHERE a.outcome = 'sent' AND o.\"to\" LIKE %s",
                [f"{prefix}%"],
            ).fetchall()
        for (worker,) in rows:
            number = int(worker.split(":")[1])
            counts[next((host.name for host in hosts if number in host.processes), "?")] += 1
        return counts


def arrived(smtp: SmtpServer, prefix: str) -> Counter[str]:
    return Counter(one.to for one in smtp.arrived if one.to.startswith(prefix))


def say(words: str) -> None:
    print(words, flush=True)


def wave(site: Site, hosts: list[Host], *, prefix: str, letters: int, cut: Host | None = None) -> None:
    """Let so many letters wait, wake the workers, and count what arrives."""

    def cut_in_the_middle(host: Host) -> None:
        until(lambda: len(arrived(site.smtp, prefix)) > letters // 4, seconds=300, what="a quarter")
        site.cut_power(host)
        say(f"  the power of {host.name} is cut after {len(arrived(site.smtp, prefix)):,} letters")

    # It watches from before the first letter is there: they may all be gone before a command ends.
    watch = threading.Thread(target=cut_in_the_middle, args=(cut,)) if cut is not None else None
    if watch is not None:
        watch.start()
    site.tell("-m", "benchmarks.ours", "fill", prefix, str(letters))
    site.tell("-m", "benchmarks.ours", "nudge", "bulk")
    if watch is not None:
        watch.join()
    try:
        until(lambda: len(arrived(site.smtp, prefix)) == letters, seconds=600, every=0.5, what="all letters")
    except Took:
        say(
            f"  {len(arrived(site.smtp, prefix)):,} of {letters:,}; {site.tell('-m', 'benchmarks.ours', 'states')}"
        )
        raise
    until(lambda: sum(site.sent_by(hosts, prefix).values()) >= letters, seconds=120, what="their records")
    counts = arrived(site.smtp, prefix)
    twice = sum(count - 1 for count in counts.values())
    recorded = ", ".join(f"{name} {number:,}" for name, number in sorted(site.sent_by(hosts, prefix).items()))
    say(
        f"  {letters:,} letters promised, {len(counts):,} readers got one, {twice} got it again; recorded: {recorded}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--letters", type=int, default=4000)
    chosen = arguments.parse_args()
    one, two, wrong = Host("host-a", -20), Host("host-b", 25), Host("host-c", 7200)
    with (
        tempfile.TemporaryDirectory(prefix="hosts-") as name,
        with_postgres.server() as url,
        SmtpServer() as smtp,
    ):
        site = Site(Path(name), database_url=url, smtp=smtp)
        try:
            site.start_beat()
            for host in (one, two):
                site.start(host)
                say(f"{host.name}: 2 processes, clock {host.skew:+.0f} s")
            say("Both send:")
            wave(site, [one, two], prefix="both", letters=chosen.letters)
            say("One dies; the mail server takes 20 ms for a letter:")
            smtp.order("answer", delay_seconds=0.02)
            wave(site, [one, two], prefix="cut", letters=chosen.letters, cut=one)
            smtp.obey_no_more()
            site.start(wrong)
            site.cut_power(two)
            say(f"{wrong.name}: 2 processes, clock {wrong.skew:+.0f} s, alone")
            run_the_clock(site)
            wave(site, [wrong], prefix="late", letters=200)
            say(f"Redis held at most {site.redis_megabytes():.1f} MB.")
        finally:
            site.running.end_all()


def run_the_clock(site: Site) -> None:
    """Ask for the periodic passes, as beat does each minute, on the host whose clock is wrong."""
    words = (
        "import django; django.setup();"
        "from project.celery import app;"
        "[app.send_task(f'requests_app.tasks.{name}', queue='bulk') for name in ('remind', 'expire')]"
    )
    site.tell("-c", words)
    until(lambda: any(seen.to == OPS for seen in site.smtp.arrived), seconds=60, what="the alert")
    alert = next(seen for seen in site.smtp.arrived if seen.to == OPS)
    say(f"  remind and expire refuse; {OPS} is told: {alert.message['Subject']}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    main()
