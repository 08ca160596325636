"""Moments and names as letters write them."""

import re

import pytest

from notifications import german, wording
from notifications.inert import JOINER, inert


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (wording.moment, "Thursday 10 December 2026, 00:30 UTC"),
        (wording.long_day, "Thursday 10 December 2026"),
        (wording.day, "10 December 2026"),
        (wording.short_day, "10 December"),
        (wording.clock, "00:30 UTC"),
        (german.moment, "Donnerstag, 10. Dezember 2026, 00:30 UTC"),
        (german.long_day, "Donnerstag, 10. Dezember 2026"),
        (german.day, "10. Dezember 2026"),
        (german.short_day, "10. Dezember"),
    ],
)
def test_moments_are_written_in_utc_whatever_their_offset(function, expected):
    assert function("2026-12-10T02:30:00+02:00") == expected


@pytest.mark.parametrize(
    "text",
    [
        "evil.example/login",
        "https://evil.example",
        "a@evil.example",
        "call +49 30 123456",
        "order 123456789012",
        "1.2.3.4",
        "Booking.com B.V.",
    ],
)
def test_inert_text_reads_the_same_and_links_nowhere(text):
    made = inert(text)
    assert made.replace(JOINER, "") == text
    assert inert(made) == made
    assert not re.search(r"[\w]\.[a-z]{2,}|\w@\w|://|\d{4}|\d \d", made)


@pytest.mark.parametrize(
    "text", ["Acme Robotics, Inc.", "O'Neill-\u0141ukasiewicz", "\u674e\u5c0f\u9f8d", "Studio 54", ""]
)
def test_ordinary_names_are_left_alone(text):
    assert inert(text) == text
