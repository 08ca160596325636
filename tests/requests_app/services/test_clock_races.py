"""Two runs of the clock at once, and the clock against a person. On PostgreSQL alone."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from notifications import links
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, evidence, expiring, nomination, passes, reminding, withdrawal
from tests import make
from tests.make import NOW
from tests.requests_app.services.moments import end_of_day, leave, on_day
from tests.requests_app.services.test_authorization_races import WON, at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def asked(number: int = 0) -> SmartAccountRequest:
    made = make.request(
        make.person(f"p{number}@acme-robotics.example"), authorizer_address=f"a{number}@acme-robotics.example"
    )
    leave(NOW + timedelta(minutes=1))
    return made


def runs(act: Callable[..., Any], *, now: Any, times: int = 4) -> list[Callable[[], object]]:
    return [lambda: act(now=now)] * times


def test_runs_beside_each_other_promise_one_reminder() -> None:
    for number in range(5):
        asked(number)
    assert at_once(*runs(reminding.remind, now=on_day(3))) == [WON] * 4
    assert len(make.posted("reminder")) == 5
    assert make.posted("operator_alert") == []


def test_runs_beside_each_other_end_each_link_once_and_tell_once() -> None:
    for number in range(5):
        asked(number)
    assert at_once(*runs(expiring.expire, now=end_of_day(14))) == [WON] * 4
    assert len(make.posted("choose_authorizer")) == 5
    assert make.posted("operator_alert") == []


def test_runs_beside_each_other_close_a_request_once() -> None:
    made = make.answered(asked(), Answer.DECLINE)
    assert at_once(*runs(expiring.expire, now=end_of_day(30))) == [WON] * 4
    assert len(make.posted("expired")) == 1
    assert [line.event for line in made.history.all()].count("expire") == 1


def test_a_reminder_and_a_withdrawal_at_once_leave_no_reminder_behind() -> None:
    made = asked()
    outcomes = at_once(
        lambda: reminding.remind(now=on_day(3)),
        lambda: withdrawal.withdraw(made.pk, by=made.requester, now=on_day(3)),
    )
    assert outcomes == [WON] * 2
    assert {row.state for row in make.posted("reminder")} <= {"cancelled"}
    assert SmartAccountRequest.objects.get(pk=made.pk).state == "withdrawn"


def test_an_expiry_and_the_requesters_answer_at_once_are_one_of_both() -> None:
    made = make.answered(asked(), Answer.DECLINE)
    outcomes = at_once(
        lambda: expiring.expire(now=end_of_day(30)),
        lambda: nomination.replace(
            made.pk,
            by=made.requester,
            address="sam@acme-robotics.example",
            message="",
            now=end_of_day(30) - timedelta(seconds=1),
        ),
    )
    state = SmartAccountRequest.objects.get(pk=made.pk).state
    assert (state, outcomes) in [("expired", ["NotAllowed", WON]), ("pending", [WON, WON])]
    assert make.posted("operator_alert") == []


def test_a_lapse_at_the_door_and_by_the_clock_is_one_lapse() -> None:
    link = make.link_of(asked())
    acts = [
        lambda: expiring.expire(now=end_of_day(14)),
        lambda: authorization.lapse_if_over(link.pk, now=end_of_day(14)),
    ]
    assert at_once(*acts, *acts) == [WON] * 4
    assert len(make.posted("choose_authorizer")) == 1


@pytest.mark.fault(11)
def test_a_lapse_and_the_decision_of_the_last_second_at_once_are_one_of_both() -> None:
    made = asked()
    link = make.link_of(made)
    last_second = end_of_day(14) - timedelta(seconds=1)
    challenge = authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=last_second)
    code = links.code_for(str(challenge.pk))
    outcomes = at_once(
        lambda: expiring.expire(now=end_of_day(14)),
        lambda: authorization.confirm(
            link.pk, code=code, ticked=True, reason="", facts_version=1, now=last_second
        ),
    )
    state = SmartAccountRequest.objects.get(pk=made.pk).authorization
    told = len(make.posted("authorized")), len(make.posted("choose_authorizer"))
    assert (state, outcomes, told) in [
        ("authorized", [WON, WON], (1, 0)),
        ("lapsed", ["LinkDead", WON], (0, 1)),
    ]
    assert make.posted("operator_alert") == []
    assert list(evidence.verify()) == []


def test_decisions_of_many_requests_at_once_make_one_chain() -> None:
    requests = [asked(number) for number in range(4)]
    assert at_once(*[lambda made=made: make.answered(made, Answer.DECLINE) for made in requests]) == [WON] * 4
    assert list(evidence.verify()) == []


def test_reminders_by_hand_at_once_are_one() -> None:
    made = asked()
    acts = [lambda: reminding.remind_by_hand(made.pk, by=made.requester, now=on_day(2))] * 3
    assert at_once(*acts) == ["LimitReached", "LimitReached", WON]
    assert len(make.posted("reminder")) == 1


def test_without_its_database_a_pass_stops_instead_of_failing_row_by_row() -> None:
    tried = []

    def lose_the_database(row_id: uuid.UUID, *, now: datetime) -> bool:
        tried.append(row_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return True

    with pytest.raises(OperationalError):
        passes.each([uuid.uuid4(), uuid.uuid4()], lose_the_database, now=NOW)
    connection.close()
    assert len(tried) == 1
