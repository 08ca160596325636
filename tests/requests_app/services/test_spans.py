"""What an operator sets is kept by the clock, and said by pages and letters: no text knows a number by heart."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from requests_app.domain.spans import DAY, Spans
from requests_app.models import Nomination
from requests_app.models.nomination import Answer
from requests_app.services import drafting, expiring, reminding, reopening, review
from requests_app.services.transitions import Conflict
from tests import make
from tests.make import DANA, NOW
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db

OWN = Spans(
    link=20 * DAY,
    authorizer_reminders=(5 * DAY, 11 * DAY),
    requester=40 * DAY,
    requester_reminders=(9 * DAY,),
    setup=50 * DAY,
    setup_reminders=(),
    draft=70 * DAY,
    draft_warning=4 * DAY,
    held=18 * DAY,
    reopening=25 * DAY,
    review_target=4,
)


@pytest.fixture(autouse=True)
def _own_spans(settings: Any) -> None:
    settings.SPANS = OWN


def test_the_authorizer_has_the_operators_days_and_reminders() -> None:
    made = make.request()
    leave(NOW + timedelta(minutes=1))
    assert make.link_of(made).expires_at == datetime(2026, 12, 16, tzinfo=UTC)
    days = []
    for day in range(1, 21):
        if reminding.remind(now=on_day(day)):
            days.append(day)
        leave(on_day(day) + timedelta(minutes=1))
    assert days == [5, 11]
    assert [letter.primitives["is_last"] for letter in make.posted("reminder")] == [False, True]


def test_the_requesters_turn_and_the_set_up_end_when_the_operator_says() -> None:
    declined = make.answered(make.request(), Answer.DECLINE)
    waiting = make.in_setup(
        requester=make.person("lee@globex.example"),
        authorizer_address="kim@globex.example",
        account_domain="globex.example",
    )
    assert declined.expires_at == end_of_day(40)
    assert waiting.expires_at == end_of_day(50)
    assert reminding.remind(now=on_day(9)) == 1
    assert make.posted("your_turn")[0].primitives["is_last"] is True
    expiring.expire(now=end_of_day(40))
    assert make.posted("expired")[0].primitives["days"] == 40


def test_held_letters_drafts_and_rejections_end_when_the_operator_says() -> None:
    held = make.request(authorizer_address="lee@globex.example")
    assert Nomination.objects.get(request=held).held_until == end_of_day(18)
    (letter,) = make.posted("held")
    assert (letter.primitives["link_days"], letter.primitives["review_days"]) == (20, 4)
    expiring.expire(now=end_of_day(18))
    assert Nomination.objects.get(request=held).reason == "Nobody could confirm this within 18 days."

    draft = drafting.begin(Person.objects.get(email=DANA), now=NOW)
    assert (draft.expires_at, draft.warn_at) == (end_of_day(70), on_day(66))
    reminding.remind(now=on_day(66))
    assert make.posted("draft_ending")[0].primitives["days"] == 70


def test_a_rejection_may_be_reopened_as_long_as_the_operator_says() -> None:
    made = make.request()
    review.reject(made.pk, by=make.reviewer(), facts_version=1, reason="Not yours.", now=NOW)
    assert make.posted("domain_rejected")[0].primitives["days"] == 25
    with pytest.raises(Conflict, match="more than 25 days ago"):
        reopening.reopen(
            made.pk, by=make.reviewer("second@operator.example"), reason="Mistaken.", now=end_of_day(25)
        )


def test_the_pages_say_the_operators_numbers() -> None:
    client = Client()
    landing, help_page = (client.get(path).content.decode() for path in ("/", "/help/"))
    assert "has 20 days to answer" in landing
    assert "usually within 4 working days" in landing
    for words in (
        "The authorizer has 20 days to answer. We remind them on days 5 and 11.",
        "You can send 2 reminders yourself, a day apart.",
        "When it is your turn, you have 40 days. For the set-up you have 50 days.",
    ):
        assert words in help_page


def test_one_day_and_one_reminder_are_said_as_one(settings: Any) -> None:
    settings.SPANS = Spans(link=DAY, authorizer_reminders=(), review_target=1)
    settings.LIMIT_REMINDERS_BY_HAND = 1
    page = Client().get("/help/").content.decode()
    assert "The authorizer has 1 day to answer. You can send 1 reminder yourself." in page
    assert "usually within 1 working day." in page
