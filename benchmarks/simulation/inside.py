"""One process of a run: a database of its own in memory, its share of the requests, and their verdict as JSON."""

import argparse
import json
import logging
import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

START = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
BACKEND = "benchmarks.simulation.server.Backend"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--requests", type=int, required=True)
    arguments.add_argument("--days", type=int, required=True)
    arguments.add_argument("--seed", required=True)
    arguments.add_argument("--result", type=Path, required=True)
    chosen = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    # A simulated alarm is nobody's.
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    settings.EMAIL_BACKEND = BACKEND
    outcome = live(seed=chosen.seed, requests=chosen.requests, days=chosen.days)
    chosen.result.write_text(json.dumps(outcome), encoding="utf-8")


def live(*, seed: str, requests: int, days: int) -> dict[str, object]:
    """Live through the days, judge them, and return the outcome as JSON knows it."""
    from benchmarks.simulation import outcome, verdict
    from benchmarks.simulation.living import Living
    from notifications.models import OutgoingEmail, State
    from project.simulation import clock

    told = START

    def tell(now: datetime) -> None:
        nonlocal told
        if now - told > timedelta(days=10):
            told = now
            print(f"{(now - START).days} of {days} days, {time.process_time():.0f} s", flush=True)

    with clock.simulated(START) as simulated:
        lived = Living(seed=seed, requests=requests, days=days, clock=simulated).live(tell=tell)
    unknown = OutgoingEmail.objects.filter(state=State.UNKNOWN).values_list("kind", "to")
    judged = verdict.judge(
        lived.town.journal, lived.server, lived.weather, ends_at=lived.ends_at, unknown=unknown
    )
    found = outcome.of(judged)
    journal = lived.town.journal
    found.requests = len(journal.stories)
    found.acts = dict(Counter(act.what.value for story in journal.stories.values() for act in story.acts))
    found.refused = dict(journal.refused)
    found.letters = dict(Counter(seen.kind for seen in lived.server.arrived))
    found.deaths = len(lived.weather.died_at)
    found.outages = [
        [one.part.value, one.begins.isoformat(), one.ends.isoformat()] for one in lived.weather.outages
    ]
    found.processor_seconds = round(time.process_time(), 1)
    return found.as_json()


if __name__ == "__main__":
    main()
