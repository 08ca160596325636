"""A small town lives through some weeks, and the oracle that judges it finds what is wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from benchmarks.simulation import outcome, verdict
from benchmarks.simulation.fate import Oracle
from benchmarks.simulation.inside import BACKEND, START
from benchmarks.simulation.journal import Act, Journal, Story, What
from benchmarks.simulation.living import Living
from benchmarks.simulation.server import Seen, Server
from benchmarks.simulation.weather import Outage, Part, Weather
from notifications import wire
from notifications.models import OutgoingEmail, State
from project.simulation import clock

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ENDS = START + 90 * DAY
PRIYA = "priya@acme.example"
FINE = Weather([], deaths=[], two_beats=[])


@pytest.fixture
def _post_office(settings: Settings) -> Iterator[None]:
    settings.EMAIL_BACKEND = BACKEND
    yield
    wire.hang_up_all()


@pytest.mark.usefixtures("_post_office")
@pytest.mark.django_db
def test_in_a_small_town_every_reminder_is_accounted_for() -> None:
    with clock.simulated(START) as simulated:
        lived = Living(seed="7", requests=16, days=45, clock=simulated).live()
    unknown = OutgoingEmail.objects.filter(state=State.UNKNOWN).values_list("kind", "to")
    judged = verdict.judge(
        lived.town.journal, lived.server, lived.weather, ends_at=lived.ends_at, unknown=unknown
    )
    found = outcome.of(judged)
    assert found.deviations == []
    assert len(lived.town.journal.stories) == 16
    assert found.expected > 20
    together = sum(map(Counter, found.counts.values()), Counter())
    assert together["in time"] > 10
    assert together["held up by an outage, caught up"] > 0


# The oracle itself, on stories that are written down


def story(*acts: Act) -> Story:
    return Story("SAR-TEST-0001", "dana@acme.example", "acme.example", False, [*acts])


def asked() -> Act:
    return Act(START, What.SUBMITTED, PRIYA)


def on(day: int, hour: float = 9) -> datetime:
    return (START + day * DAY).replace(hour=0, minute=0) + hour * HOUR


def expected(told: Story, weather: Weather = FINE) -> list[tuple[str, datetime]]:
    fate = Oracle(told, weather, ends_at=ENDS).tell()
    return [(one.kind, one.at) for one in fate.expected]


def test_the_oracle_knows_the_rules_by_heart() -> None:
    unanswered = [("reminder", on(3)), ("reminder", on(7)), ("reminder", on(12))]
    assert expected(story(asked())) == [*unanswered, ("your_turn", on(15 + 7)), ("your_turn", on(15 + 21))]
    authorized = Act(START + 5 * DAY, What.AUTHORIZED)
    approved = Act(START + 6 * DAY, What.APPROVED)
    assert expected(story(asked(), authorized, approved)) == [
        ("reminder", on(3)),
        *(("setup_reminder", on(6 + day)) for day in (3, 7, 14)),
    ]
    stopped = Act(START + 4 * DAY, What.STOPPED, PRIYA)
    assert [kind for kind, _ in expected(story(asked(), stopped))].count("reminder") == 1
    # The day of the second reminder begins with a letter by hand.
    by_hand = Act(START + 6 * DAY, What.REMINDED)
    assert ("reminder", on(7)) not in expected(story(asked(), by_hand))
    withdrawn = Act(START + 8 * DAY, What.WITHDRAWN)
    assert expected(story(asked(), withdrawn)) == unanswered[:2]


def test_the_oracle_knows_what_an_outage_spares_and_what_it_holds_up() -> None:
    beat_away = Weather([Outage(Part.BEAT, on(2), on(4, 12))], deaths=[], two_beats=[])
    assert expected(story(asked()), beat_away)[0] == ("reminder", on(4, 12))
    longer = Weather([Outage(Part.BEAT, on(2), on(8, 12))], deaths=[], two_beats=[])
    # The first is skipped, since the second is due; that one is caught up.
    assert expected(story(asked()), longer)[:2] == [("reminder", on(8, 12)), ("reminder", on(12))]
    mail_away = Weather([Outage(Part.MAIL, on(3, 8), on(3, 20))], deaths=[], two_beats=[])
    answered = Act(START.replace(hour=12) + 3 * DAY, What.AUTHORIZED)
    assert expected(story(asked()), mail_away)[0] == ("reminder", on(3, 20))
    assert expected(story(asked(), answered), mail_away) == []


def arrivals(told: Story) -> list[Seen]:
    fate = Oracle(told, FINE, ends_at=ENDS).tell()
    return [Seen(one.at, one.kind, one.to, f"<{number}>") for number, one in enumerate(fate.expected)]


def sorts(told: Story, seen: list[Seen]) -> list[str]:
    journal = Journal(stories={"1": told})
    judged = verdict.judge(journal, Server(FINE, arrived=seen), FINE, ends_at=ENDS, unknown=[])
    return sorted(line.split("  ")[3].partition(":")[0] for line in judged.deviations)


def test_what_is_wrong_with_a_reminder_is_found() -> None:
    told = story(asked())
    seen = arrivals(told)
    assert sorts(told, seen) == []
    assert sorts(told, seen[1:]) == ["missing"]
    assert sorts(told, [*seen, seen[2]]) == ["doubled"]
    assert sorts(told, [replace(seen[0], at=seen[0].at + HOUR), *seen[1:]]) == ["late"]
    assert sorts(told, [replace(seen[0], at=seen[0].at - HOUR), *seen[1:]]) == ["early"]
    assert sorts(told, [*seen, Seen(START + DAY, "reminder", PRIYA, "<x>")]) == ["not expected"]
    withdrawn = story(asked(), Act(START + 8 * DAY, What.WITHDRAWN))
    assert sorts(withdrawn, seen[:3]) == ["after closing", "not expected"]
