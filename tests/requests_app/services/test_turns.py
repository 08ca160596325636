"""Two things may wait for the requester; answering one falls back to the other's own clock."""

import pytest

from requests_app.services import expiring, nomination, reminding, review
from tests import make
from tests.make import NOW
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db


def test_a_reminder_that_was_sent_is_neither_sent_nor_noted_again_when_its_clock_is_fallen_back_to() -> None:
    made = make.request()
    leave(NOW)
    review.ask_change(
        made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which one is yours?", now=NOW
    )
    assert reminding.remind_requester(made.pk, now=on_day(7))
    # The authorizer's link ends: now that is the latest event, until another authorizer is named.
    expiring.expire(now=end_of_day(14))
    nomination.replace(
        made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=on_day(16)
    )
    assert not reminding.remind_requester(made.pk, now=on_day(16))
    made.refresh_from_db()
    assert made.next_reminder_at == on_day(21)
    assert reminding.remind_requester(made.pk, now=on_day(21))
    assert [letter.primitives["number"] for letter in make.posted("your_turn")] == [1, 2]
    noted = made.history.filter(event="requester_reminded").order_by("id")
    assert list(noted.values_list("note", "at")) == [("1", on_day(7)), ("2", on_day(21))]
