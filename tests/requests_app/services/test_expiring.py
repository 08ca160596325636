"""What waited long enough ends: at its stored moment, once, told once."""

import uuid
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.submission import Authority
from requests_app.models import AuthorizationLink, Draft, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    drafting,
    expiring,
    freezing,
    nomination,
    reminding,
    review,
    transitions,
    withdrawal,
)
from smart_accounts.models import IdentifierReservation
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db

LEE = "lee@globex.example"
SECOND = timedelta(seconds=1)


def ask_change(made: SmartAccountRequest, *, now: datetime = NOW) -> None:
    rosa = Person.objects.filter(is_reviewer=True).first() or make.reviewer()
    review.ask_change(
        made.pk, by=rosa, facts_version=made.facts_version, proposal="", question="Which one?", now=now
    )


def fresh(made: SmartAccountRequest) -> SmartAccountRequest:
    return SmartAccountRequest.objects.get(pk=made.pk)


# The authorizer's link


def test_a_link_lapses_14_days_after_at_the_stated_moment_and_not_a_second_before() -> None:
    made = make.request()
    link = make.link_of(made)
    assert link.expires_at == end_of_day(14)
    assert expiring.expire(now=end_of_day(14) - SECOND) == 0
    assert expiring.expire(now=end_of_day(14)) == 1
    link.refresh_from_db()
    assert (fresh(made).authorization, Nomination.objects.get().state) == ("lapsed", NominationState.LAPSED)
    assert link.state == LinkState.EXPIRED


def test_a_lapse_is_told_to_the_requester_once_however_often_the_clock_runs() -> None:
    make.request()
    assert [expiring.expire(now=end_of_day(14) + SECOND * s) for s in range(3)] == [1, 0, 0]
    (letter,) = make.posted("choose_authorizer")
    assert (letter.to, letter.primitives["cause"]) == (DANA, "lapsed")
    assert letter.primitives["ends_at"] == end_of_day(30, after=end_of_day(14)).isoformat()


def test_a_lapsed_request_gives_its_requester_30_days_and_then_expires() -> None:
    made = make.request()
    lapsed = end_of_day(14)
    expiring.expire(now=lapsed)
    assert expiring.expire(now=end_of_day(30, after=lapsed) - SECOND) == 0
    assert expiring.expire(now=end_of_day(30, after=lapsed)) == 1
    assert fresh(made).state == "expired"


# The requester's turn


def test_a_request_expires_30_days_after_it_became_the_requesters_turn() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    assert made.expires_at == end_of_day(30)
    assert expiring.expire(now=end_of_day(30) - SECOND) == 0
    assert expiring.expire(now=end_of_day(30)) == 1
    assert [letter.primitives["cause"] for letter in make.posted("expired")] == ["requester"]
    assert [line.event for line in made.history.all()][-1] == "expire"


def test_the_latest_open_event_counts_and_answering_it_falls_back_to_the_others_own_moment() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    asked_at = NOW + timedelta(days=10)
    ask_change(made, now=asked_at)
    assert fresh(made).expires_at == end_of_day(30, after=asked_at)
    review.answer_domain(
        made.pk,
        by=made.requester,
        account_domain=made.account_domain,
        note="This is ours.",
        facts_version=1,
        ticked=False,
        now=NOW + timedelta(days=12),
    )
    assert fresh(made).expires_at == end_of_day(30)
    assert expiring.expire(now=end_of_day(30)) == 1


def test_an_ask_repeated_counts_anew() -> None:
    made = make.request(authority=Authority.YES)
    ask_change(made)
    again = NOW + timedelta(days=5)
    review.ask_change(
        made.pk,
        by=Person.objects.get(is_reviewer=True),
        facts_version=1,
        proposal="",
        question="Once more: which one?",
        now=again,
    )
    assert fresh(made).expires_at == end_of_day(30, after=again)


def test_while_the_requester_is_not_waited_for_nothing_expires() -> None:
    made = make.answered(make.request(), Answer.AUTHORIZE)
    assert made.expires_at is None
    assert expiring.expire(now=NOW + timedelta(days=400)) == 0


def test_set_up_expires_60_days_after_it_began_and_releases_the_identifier() -> None:
    made = make.in_setup()
    leave(NOW)
    assert expiring.expire(now=end_of_day(60) - SECOND) == 0
    assert expiring.expire(now=end_of_day(60)) == 1
    assert [letter.primitives["cause"] for letter in make.posted("expired")] == ["setup"]
    assert [letter.to for letter in make.posted("nothing_to_do")] == [PRIYA]
    assert fresh(made).state == "expired"
    assert not IdentifierReservation.objects.exists()


def test_an_expiry_tells_the_authorizer_who_was_written_to_and_nobody_who_was_not() -> None:
    written, unwritten = (
        make.request(),
        make.request(
            make.person("kim@acme-robotics.example"), authorizer_address="sam@acme-robotics.example"
        ),
    )
    OutgoingEmail.objects.filter(about=str(unwritten.pk)).update(due_at=NOW + timedelta(days=900))
    leave(NOW)
    for made in (written, unwritten):
        ask_change(made, now=NOW)
        # The link is young again, so that the request ends before it.
        AuthorizationLink.objects.filter(nomination__request=made).update(expires_at=end_of_day(40))
    assert expiring.expire(now=end_of_day(30)) == 2
    assert [letter.to for letter in make.posted("nothing_to_do")] == [PRIYA]


# Held letters


def test_a_held_letter_nobody_released_in_30_days_is_refused_and_counts_as_one_of_the_three() -> None:
    made = make.request(authorizer_address=LEE)
    assert expiring.expire(now=end_of_day(30) - SECOND) == 0
    assert expiring.expire(now=end_of_day(30)) == 1
    assert fresh(made).authorization == "refused"
    (letter,) = make.posted("choose_authorizer")
    assert (letter.primitives["cause"], letter.primitives["nominations_left"]) == ("refused", 2)
    assert nomination.left(fresh(made)).counted == 2
    assert expiring.expire(now=end_of_day(30)) == 0


def test_a_released_letter_is_not_refused_any_more() -> None:
    make.request(authorizer_address=LEE)
    released = NOW + timedelta(days=29)
    nomination.release(Nomination.objects.get().pk, by=make.reviewer(), facts_version=1, now=released)
    assert expiring.expire(now=end_of_day(30)) == 0


# Drafts


def test_a_draft_goes_90_days_after_it_was_last_saved() -> None:
    dana = make.person(DANA)
    first, second = (drafting.start(dana, draft_id=uuid.uuid4(), now=NOW) for _ in range(2))
    drafting.save_page(second.pk, person=dana, page="account", answers={}, now=NOW + timedelta(days=1))
    assert expiring.expire(now=end_of_day(90) - SECOND) == 0
    assert expiring.expire(now=end_of_day(90)) == 1
    assert list(Draft.objects.all()) == [second]
    assert first.pk != second.pk


# Frozen and closed


def test_nothing_of_a_frozen_request_ends_and_its_ends_move_by_the_frozen_span() -> None:
    made = make.request()
    rosa = make.reviewer()
    freezing.freeze(made.pk, by=rosa, reason="Odd.", now=NOW + timedelta(days=2))
    assert expiring.expire(now=NOW + timedelta(days=100)) == 0
    freezing.unfreeze(made.pk, by=rosa, now=NOW + timedelta(days=12))
    ends_at = make.link_of(made).expires_at
    assert ends_at == end_of_day(24)
    assert expiring.expire(now=ends_at - SECOND) == 0
    assert expiring.expire(now=ends_at) == 1


def test_an_answer_that_came_before_the_clocks_run_is_no_expiry() -> None:
    """The row is looked at again under its lock: what was due when it was listed may have been answered."""
    made = make.answered(make.request(), Answer.DECLINE)
    nomination.replace(
        made.pk,
        by=made.requester,
        address="sam@acme-robotics.example",
        message="",
        now=end_of_day(30) - SECOND,
    )
    assert expiring.expire_request(made.pk, now=end_of_day(30)) is False


def test_a_closed_request_ends_once() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    assert expiring.expire(now=NOW + timedelta(days=100)) == 0
    assert expiring.expire_request(made.pk, now=NOW + timedelta(days=100)) is False


# Outages


@pytest.mark.fault(7)
def test_three_days_without_a_clock_over_a_reminder_and_an_expiry_end_it_once_and_remind_nobody() -> None:
    """The last reminder and the link's end both fell into the days without a run."""
    made = make.request()
    leave(NOW)
    for day in (3, 7):
        reminding.remind(now=on_day(day))
        leave(on_day(day))
    back = on_day(15)
    before = len(make.posted())
    assert (reminding.remind(now=back), expiring.expire(now=back)) == (0, 1)
    assert (reminding.remind(now=back), expiring.expire(now=back)) == (0, 0)
    assert [letter.kind for letter in make.posted()][before:] == ["choose_authorizer"]
    assert fresh(made).authorization == "lapsed"


def test_a_requests_own_reminder_and_end_missed_together_are_one_closing() -> None:
    make.answered(make.request(), Answer.DECLINE)
    leave(NOW)
    back = end_of_day(31)
    assert (reminding.remind(now=back), expiring.expire(now=back)) == (0, 1)
    assert len(make.posted("expired")) == 1
    assert make.posted("your_turn") == []


# The pass


def test_a_request_that_cannot_be_closed_keeps_no_other_open(caplog: pytest.LogCaptureFixture) -> None:
    broken = make.answered(make.request(), Answer.DECLINE)
    other = make.answered(
        make.request(
            make.person("kim@acme-robotics.example"), authorizer_address="sam@acme-robotics.example"
        ),
        Answer.DECLINE,
    )
    # The outbox takes no letter to nobody.
    SmartAccountRequest.objects.filter(pk=broken.pk).update(requester_address="")
    assert expiring.expire(now=end_of_day(30)) == 1
    assert (fresh(broken).state, fresh(other).state) == ("pending", "expired")
    assert str(broken.pk) in [line.__dict__.get("row") for line in caplog.records]
    SmartAccountRequest.objects.filter(pk=broken.pk).update(requester_address=DANA)
    assert expiring.expire(now=end_of_day(30)) == 1
    assert fresh(broken).state == "expired"


def test_an_idle_run_asks_four_times_whatever_there_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make.request()
    make.request(make.person("kim@acme-robotics.example"), authorizer_address=LEE)
    drafting.begin(make.person("d@acme-robotics.example"), now=NOW)
    with django_assert_num_queries(4):
        assert expiring.expire(now=NOW + timedelta(hours=1)) == 0


def test_what_expired_is_final() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    expiring.expire(now=end_of_day(30))
    assert transitions.allowed_now(fresh(made)) == frozenset()
