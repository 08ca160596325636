"""What goes wrong around the product: workers, beat and the mail server are away for hours or days."""

import random
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Part(StrEnum):
    """What can be away."""

    WORKERS = "workers"
    BEAT = "beat"
    MAIL = "mail server"


@dataclass(frozen=True)
class Outage:
    part: Part
    begins: datetime
    ends: datetime


class Weather:
    """The outages of one simulation, drawn once."""

    def __init__(
        self, outages: list[Outage], *, deaths: list[datetime], two_beats: list[tuple[datetime, datetime]]
    ):
        self.outages = sorted(outages, key=lambda outage: outage.begins)
        self.deaths = sorted(deaths)
        """When a worker is killed over the next letter."""
        self.died_at: list[datetime] = []
        self.two_beats = two_beats
        self._changes = sorted({at for outage in outages for at in (outage.begins, outage.ends)})

    def is_up(self, part: Part, at: datetime) -> bool:
        return not any(one.part is part and one.begins <= at < one.ends for one in self.outages)

    def up_from(self, at: datetime, *parts: Part) -> datetime:
        """Return the first moment from `at` on at which all these parts are there."""
        moved = True
        while moved:
            moved = False
            for one in self.outages:
                if one.part in parts and one.begins <= at < one.ends:
                    at, moved = one.ends, True
        return at

    def next_change(self, after: datetime) -> datetime | None:
        place = bisect_right(self._changes, after)
        return self._changes[place] if place < len(self._changes) else None

    def patience(self, at: datetime) -> timedelta:
        """How long after this moment a letter that is due then may take, by the promises of delivery.

        A minute; five after an outage; and as long as a lease of a worker that died just then."""
        minute = timedelta(minutes=1)
        is_after_outage = any(one.ends <= at < one.ends + 5 * minute for one in self.outages)
        is_after_death = any(died - minute <= at < died + 7 * minute for died in self.died_at)
        return 7 * minute if is_after_death else 5 * minute if is_after_outage else minute

    def has_two_beats(self, at: datetime) -> bool:
        return any(begins <= at < ends for begins, ends in self.two_beats)


def draw(chance: random.Random, *, start: datetime, days: int) -> Weather:
    """Draw outages in proportion to the days; every other one begins shortly before reminders or ends are due."""
    outages = []
    for part, often, shortest, longest in (
        (Part.WORKERS, 8, HOUR, 12 * HOUR),
        (Part.WORKERS, 1, 30 * HOUR, 40 * HOUR),
        (Part.MAIL, 10, HOUR / 2, 10 * HOUR),
        (Part.MAIL, 1, 26 * HOUR, 30 * HOUR),
        (Part.BEAT, 6, HOUR, 10 * HOUR),
        (Part.BEAT, 2, 2 * DAY, 4 * DAY),
    ):
        for number in range(max(1, round(often * days / 90))):
            begins = start + DAY + chance.random() * max(days - 6, 1) * DAY
            if number % 2:
                hour = chance.choice((6, 7, 8, 21, 22, 23))
                begins = begins.replace(hour=hour)
            begins = begins.replace(second=0, microsecond=0)
            ends = begins + shortest + chance.random() * (longest - shortest)
            outages.append(Outage(part, begins, ends.replace(second=0, microsecond=0)))
    deaths = []
    for number in range(max(1, round(days / 12))):
        died = start + chance.random() * days * DAY
        # Every other one over the morning's reminders.
        deaths.append(died.replace(hour=8, minute=59) if number % 2 else died)
    from_day = start + chance.random() * days * 0.6 * DAY
    return Weather(outages, deaths=deaths, two_beats=[(from_day, from_day + 10 * DAY)])
