"""An act is rehearsed: its letters are shown as they would leave, and nothing has happened."""

from typing import Any

import pytest

from notifications import outbox, rehearsal, rendering
from notifications.emails import DomainRejected, Nomination
from notifications.models import OutgoingEmail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
DANA = "dana@acme.example"


def test_the_letters_of_an_act_are_shown_word_by_word_and_taken_back() -> None:
    outbox.post(DomainRejected.sample(), to=DANA, key="before:1")
    letter = DomainRejected.sample()
    (shown,) = rehearsal.letters_of(lambda: outbox.post(letter, to=DANA, key="now:1"))
    written = rendering.render(letter)
    assert (shown.kind, shown.to) == ("domain_rejected", DANA)
    assert (shown.subject, shown.text) == (written.subject, written.text)
    assert [row.key for row in OutgoingEmail.objects.all()] == ["before:1"]


def test_a_letter_promised_before_is_none_of_the_acts() -> None:
    outbox.post(DomainRejected.sample(), to=DANA, key="before:1")
    assert rehearsal.letters_of(lambda: outbox.post(DomainRejected.sample(), to=DANA, key="before:1")) == []


def test_what_only_the_reader_may_see_is_not_written() -> None:
    (shown,) = rehearsal.letters_of(lambda: outbox.post(Nomination.sample(), to=DANA, key="now:1"))
    assert (shown.kind, shown.subject, shown.text) == ("nomination", "", "")


def test_an_act_that_is_refused_refuses_and_leaves_nothing() -> None:
    def act() -> Any:
        outbox.post(DomainRejected.sample(), to=DANA, key="now:1")
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        rehearsal.letters_of(act)
    assert not OutgoingEmail.objects.exists()


def test_outside_of_a_rehearsal_nothing_is_collected() -> None:
    with outbox.noticed() as keys:
        outbox.post(DomainRejected.sample(), to=DANA, key="in:1")
    outbox.post(DomainRejected.sample(), to=DANA, key="out:1")
    assert keys == ["in:1"]
