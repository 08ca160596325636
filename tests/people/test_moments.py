"""Moments in words: always UTC, always with the zone named."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from people.templatetags import moments

NOON = datetime(2026, 11, 25, 14, 1, 59, tzinfo=UTC)
END = datetime(2026, 12, 10, tzinfo=UTC)


def test_a_moment_is_written_with_weekday_year_and_zone() -> None:
    assert moments.moment(NOON) == "Wednesday 25 November 2026, 14:01 UTC"


def test_a_short_moment_leaves_out_the_year_but_not_the_zone() -> None:
    assert moments.short_moment(NOON) == "25 Nov, 14:01 UTC"


def test_a_moment_of_another_zone_is_shown_in_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert (
        moments.moment(datetime(2026, 1, 1, 8, 30, tzinfo=tokyo)) == "Wednesday 31 December 2025, 23:30 UTC"
    )
    assert moments.day(datetime(2026, 1, 1, 8, 30, tzinfo=tokyo)) == "31 December 2025"


def test_a_day_is_written_without_its_weekday() -> None:
    assert moments.day(date(2026, 12, 9)) == "9 December 2026"


def test_an_exclusive_end_is_shown_as_its_last_minute() -> None:
    assert moments.until(END) == "Wednesday 9 December 2026, 23:59 UTC"
    assert moments.until_day(END) == "9 December 2026"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 25, 14, 1, tzinfo=UTC), "14 days left"),
        (datetime(2026, 11, 30, 0, 0, tzinfo=UTC), "9 days left"),
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), "9 days left"),
        (datetime(2026, 12, 8, 9, 0, tzinfo=UTC), "1 day left"),
        (datetime(2026, 12, 9, 23, 59, tzinfo=UTC), "less than a day left"),
        (datetime(2026, 12, 10, 0, 0, tzinfo=UTC), "time is over"),
    ],
)
def test_the_days_left_agree_with_the_date_shown(now: datetime, words: str) -> None:
    assert moments.days_left(END, now) == words


def test_the_attribute_of_a_time_element_is_iso_8601() -> None:
    assert moments.machine(NOON) == "2026-11-25T14:01Z"


@pytest.mark.parametrize("name", ["moment", "short_moment", "day", "until", "until_day", "machine"])
def test_a_moment_that_never_came_is_empty(name: str) -> None:
    assert getattr(moments, name)(None) == ""
    assert getattr(moments, name)("") == ""


def test_an_end_that_was_never_set_leaves_no_days() -> None:
    assert moments.days_left(None, NOON) == ""


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        moments.moment(datetime(2026, 1, 1))  # noqa: DTZ001
