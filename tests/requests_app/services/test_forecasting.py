"""What is foretold is what happens: the plan of a request, the forecast of all, and the clock agree."""

from datetime import datetime, timedelta

import pytest

from requests_app.domain.submission import Authority
from requests_app.models import AuthorizationLink, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    drafting,
    expiring,
    forecasting,
    freezing,
    linking,
    nomination,
    planning,
    reminding,
    review,
    stopping,
)
from tests import make
from tests.make import DANA, NOW
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db

LEE = "lee@globex.example"
SOON = timedelta(minutes=1)


def planned(made: SmartAccountRequest, *, now: datetime = NOW) -> list[tuple[datetime, str]]:
    """The plan of a request: when, and the kind of letter."""
    made = SmartAccountRequest.objects.get(pk=made.pk)
    named = nomination.latest(made)
    link = linking.active_link(named) if named else None
    return [
        (item.at, letter.kind)
        for item in planning.plan(made, named, link, now=now)
        for letter in item.letters
    ]


def foretold(days: int, *, now: datetime) -> list[tuple[datetime, str, str]]:
    return [
        (item.at, item.letter.kind, item.letter.reader) for item in forecasting.forecast(days=days, now=now)
    ]


def lived_through(days: int, *, since: datetime) -> list[tuple[datetime, str]]:
    """Run the clock at every hour in which something may happen, and note when which letter was promised."""
    known = {letter.pk for letter in make.posted()}
    happened = []
    for day in range(days + 1):
        for now in (end_of_day(day - 1, after=since), on_day(day, after=since)):
            if now <= since:
                continue
            reminding.remind(now=now)
            expiring.expire(now=now)
            new = [letter for letter in make.posted() if letter.pk not in known]
            happened += [(now, letter.kind) for letter in new]
            known |= {letter.pk for letter in new}
            leave(now + SOON)
    return happened


def sent() -> SmartAccountRequest:
    made = make.request()
    leave(NOW + SOON)
    return made


def change_asked() -> SmartAccountRequest:
    made = sent()
    rosa = make.reviewer()
    review.ask_change(made.pk, by=rosa, facts_version=1, proposal="", question="Which?", now=NOW)
    leave(NOW + SOON)
    return made


def long_asked() -> SmartAccountRequest:
    """The requester's turn ends before the authorizer's link does."""
    made = change_asked()
    AuthorizationLink.objects.filter(nomination__request=made).update(expires_at=end_of_day(40))
    return made


def held() -> SmartAccountRequest:
    made = make.request(authorizer_address=LEE)
    leave(NOW + SOON)
    return made


def declined() -> SmartAccountRequest:
    made = make.answered(make.request(), Answer.DECLINE)
    leave(NOW + SOON)
    return made


def in_setup() -> SmartAccountRequest:
    made = make.in_setup()
    leave(NOW + SOON)
    return made


def on_yes() -> SmartAccountRequest:
    made = make.request(authority=Authority.YES)
    leave(NOW + SOON)
    return made


def stopped() -> SmartAccountRequest:
    made = sent()
    stopping.stop_reminders(make.link_of(made).nomination_id, now=NOW + SOON)
    return made


@pytest.mark.parametrize(
    "begin",
    [sent, change_asked, long_asked, held, declined, in_setup, on_yes, stopped],
    ids=lambda act: act.__name__,
)
def test_what_is_planned_is_what_happens_when_nobody_does_anything(begin: object) -> None:
    made = begin()  # type: ignore[operator]
    now = NOW + timedelta(hours=1)
    plan = planned(made, now=now)
    forecast = [(at, kind) for at, kind, _ in foretold(120, now=now) if kind != "reviewer_digest"]
    happened = lived_through(120, since=now)
    assert sorted(happened) == sorted(plan)
    assert sorted(forecast) == sorted(plan)


def test_an_unanswered_request_is_foretold_to_its_end() -> None:
    made = sent()
    lapse = end_of_day(14)
    assert planned(made, now=NOW + SOON) == [
        (on_day(3), "reminder"),
        (on_day(7), "reminder"),
        (on_day(12), "reminder"),
        (lapse, "choose_authorizer"),
        (on_day(7, after=lapse), "your_turn"),
        (on_day(21, after=lapse), "your_turn"),
        (end_of_day(30, after=lapse), "expired"),
    ]


def test_a_frozen_or_closed_request_has_no_plan() -> None:
    made = sent()
    freezing.freeze(made.pk, by=make.reviewer(), reason="Odd.", now=NOW)
    assert planned(made) == []
    active = make.activated(
        requester=make.person("kim@globex.example"),
        account_domain="globex.example",
        authorizer_address="sam@globex.example",
    )
    assert planned(active) == []


def test_the_forecast_ends_with_its_days() -> None:
    sent()
    assert [kind for _, kind, _ in foretold(6, now=NOW + SOON)] == ["reminder"]
    assert foretold(2, now=NOW + SOON) == []


def test_the_forecast_names_kind_reader_moment_and_why() -> None:
    made = sent()
    first, *_ = forecasting.forecast(days=4, now=NOW + SOON)
    assert (first.at, first.letter.kind, first.letter.reader, first.about) == (
        on_day(3),
        "reminder",
        "authorizer",
        made.reference,
    )
    assert first.letter.why == "the authorizer has not answered"


def test_what_is_promised_and_has_not_left_is_foretold_first() -> None:
    make.request()
    now = make.posted()[0].created_at + SOON
    kinds = {(kind, reader) for at, kind, reader in foretold(0, now=now) if at == now}
    assert kinds == {("nomination", "authorizer"), ("request_sent", "requester")}


def test_a_draft_that_goes_away_is_foretold() -> None:
    drafting.begin(make.person(DANA), now=NOW)
    assert foretold(90, now=NOW) == [(on_day(83), "draft_ending", "requester")]


def test_each_working_days_digest_is_foretold_to_every_reviewer_while_something_waits() -> None:
    make.reviewer()
    make.reviewer("ray@operator.example")
    assert foretold(7, now=NOW) == []
    sent()
    digests = [at for at, kind, _ in foretold(7, now=NOW + SOON) if kind == "reviewer_digest"]
    assert digests[:2] == [NOW + SOON] * 2
    assert digests[2::2] == [on_day(day) for day in (1, 2, 5, 6, 7)]
    assert len(digests) == 12
