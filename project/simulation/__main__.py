"""The process that lives through the days, on the copy: `python -m project.simulation --days N --from … --folder …`.

`manage.py simulate` starts it with settings that know no mail system, no broker and no other database.
"""

import argparse
import logging
import os
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--days", type=int, required=True)
    arguments.add_argument("--from", dest="start", type=datetime.fromisoformat, required=True)
    arguments.add_argument("--folder", type=Path, required=True)
    chosen = arguments.parse_args()
    django.setup()
    from project.simulation import isolation

    isolation.enforce(folder=chosen.folder)
    live(start=chosen.start, days=chosen.days, folder=chosen.folder)


def live(*, start: datetime, days: int, folder: Path) -> None:
    """Let the days pass and print each letter as it leaves."""
    from django.db import connection

    from project.simulation import clock
    from project.simulation.days import Days
    from project.simulation.timeline import Timeline

    kinds: Counter[str] = Counter()
    # What the code logs is about a time that is not now: it belongs to the letters, not to anybody's alarms.
    logging.basicConfig(filename=folder / "log.txt", level=logging.INFO, force=True)
    if connection.vendor == "sqlite":
        # Nothing of the copy has to survive a power cut.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
    with clock.simulated(start) as simulated:
        timeline = Timeline(began=start)

        def look() -> None:
            for letter in timeline.read():
                kinds[letter.kind] += 1
                print(letter.line(), flush=True)

        passing = Days(simulated, look=look)
        passing.turn(since=start)
        passing.go_on(start + timedelta(days=days))
    for kind, number in sorted(kinds.items()):
        print(f"{number:>8}  {kind}")
    print(f"Letters in {days} days: {sum(kinds.values())}.")


if __name__ == "__main__":
    main()
