"""Headers are ours alone, and say who writes, what it follows and how to stop it."""

import re

import pytest

from notifications import envelope, rendering
from notifications.emails import KINDS, Nomination, Reminder

pytestmark = pytest.mark.usefixtures("operator")
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_headers_are_fixed_and_hold_nothing_of_people():
    lines = envelope.headers(Nomination.hostile_sample(), message_id="<x@y>")
    assert lines == {
        "From": "Smart Account Requests <requests@accounts.example.com>",
        "Reply-To": "Smart Account Requests support <support@accounts.example.com>",
        "Message-ID": "<x@y>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Feedback-ID": "nomination:urgent:letters:smart-accounts",
        "Content-Language": "en",
    }
    lines |= {"Content-Language": "de"}
    assert envelope.headers(Nomination.hostile_sample(), message_id="<x@y>", language="de") == lines


@every_kind
def test_only_reminders_and_digests_can_be_unsubscribed_from(kind):
    letter = KINDS[kind].sample()
    lines = envelope.headers(letter, message_id="<x@y>")
    assert ("List-Unsubscribe" in lines) is letter.unsubscribable
    assert ("List-Unsubscribe-Post" in lines) is (kind == "reminder")
    assert all("\n" not in line and "\r" not in line for line in lines.values())


def test_a_reminder_threads_under_its_first_letter_and_stops_with_one_click():
    reminder = Reminder.sample()
    lines = envelope.headers(reminder, message_id=envelope.message_id("reminder:x:2"))
    assert lines["References"] == lines["In-Reply-To"] == envelope.message_id(reminder.thread_key)
    assert lines["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = lines["List-Unsubscribe"].strip("<>")
    assert stop.startswith("https://accounts.example.com/n/")
    assert stop in rendering.render(reminder).text


def test_a_message_id_follows_from_the_key_alone():
    first = envelope.message_id("nomination:5d41402a:0")
    assert first == envelope.message_id("nomination:5d41402a:0")
    assert re.fullmatch(r"<[0-9a-f]{20}\.nomination@accounts\.example\.com>", first)
    assert first != envelope.message_id("nomination:5d41402a:1")
    assert re.fullmatch(
        r"<[0-9a-f]{20}\.[a-z0-9_-]+@accounts\.example\.com>", envelope.message_id("W\u00e9ird key\r\n:x")
    )
