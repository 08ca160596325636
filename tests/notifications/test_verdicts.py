"""What happens after a failure: against a scripted mail server, counted on its side."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from notifications import delivery, policies, routes, suppression, waits
from notifications.emails import AuthorizerCode, Nomination, OperatorAlert, Reminder, RequestSent
from notifications.emails.letter import Route
from notifications.emails.operator_alert import Alert
from notifications.models import Attempt, OutgoingEmail, RouteState, Scope, State, Why
from notifications.outbox import PostedLetter
from tests.faults.smtp_server import SmtpServer
from tests.notifications.sending import PRIYA, drain_all, make_due, post, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]


@pytest.mark.fault(12)
def test_one_refused_address_burns_only_its_own_letter(smtp: SmtpServer) -> None:
    told: list[tuple[str, Why]] = []
    policies.policy("nomination", undeliverable=lambda letter, why: told.append((letter.to, why)))
    smtp.order("rcpt", "550 5.1.1 no such user", to="gone@")
    for name in ("one", "gone", "two"):
        post(Nomination.sample(), to=f"{name}@acme.example", key=f"nomination:{name}")
    drain_all()
    assert [one.to for one in smtp.arrived] == ["one@acme.example", "two@acme.example"]
    refused = row("nomination:gone")
    assert (refused.state, refused.error_code, refused.undeliverable_told) == (
        State.REFUSED,
        "550 5.1.1",
        True,
    )
    assert told == [("gone@acme.example", Why.REFUSED)]
    assert suppression.scopes("gone@acme.example") == {Scope.BOUNCE}


def test_a_reply_that_no_row_can_hold_is_kept_without_what_is_odd(smtp: SmtpServer) -> None:
    smtp.order("rcpt", reply="550 5.1.1 no\0 such user")
    post()
    drain_all()
    assert (row().state, row().error_text) == (State.REFUSED, "5.1.1 no such user")


def test_a_policy_that_fails_while_told_is_told_again(smtp: SmtpServer) -> None:
    told: list[Why] = []

    def undeliverable(letter: PostedLetter, why: Why) -> None:
        told.append(why)
        if len(told) == 1:
            raise RuntimeError("unforeseen")

    policies.policy("nomination", undeliverable=undeliverable)
    smtp.order("rcpt", "550 5.1.1 no such user", to="priya")
    post(Nomination.sample(), key="nomination:1")
    drain_all()
    assert row("nomination:1").state == State.REFUSED
    drain_all()
    post(key="letter:2", to="other@acme.example")
    drain_all()
    assert told == [Why.REFUSED, Why.REFUSED]
    assert row("nomination:1").undeliverable_told


def test_a_greylisted_letter_waits_on_its_ladder_and_leaves(smtp: SmtpServer) -> None:
    smtp.order("rcpt", "450 4.2.0 greylisted", times=2)
    post()
    for expected in waits.LADDER[:2]:
        drain_all()
        waiting = row()
        assert waiting.state == State.QUEUED
        assert waiting.due_at is not None
        wait = waiting.due_at - Attempt.objects.latest("id").ended_at
        assert expected * 0.79 <= wait <= expected * 1.21
        make_due()
    drain_all()
    assert len(smtp.arrived) == 1
    assert list(Attempt.objects.order_by("id").values_list("number", "outcome")) == [
        (1, "retry"),
        (2, "retry"),
        (3, "sent"),
    ]


def test_after_72_hours_of_temporary_failure_the_address_counts_as_not_reached(smtp: SmtpServer) -> None:
    told: list[Why] = []
    policies.policy("nomination", undeliverable=lambda letter, why: told.append(why))
    smtp.order("rcpt", "450 4.2.0 later", to="priya")
    post(Nomination.sample())
    drain_all()
    make_due(failing_since=Now() - waits.GIVE_UP_AFTER)
    drain_all()
    assert (row().state, told) == (State.DEAD, [Why.GAVE_UP])
    assert OutgoingEmail.objects.filter(kind="operator_alert").exists()


def test_a_code_that_would_come_too_late_is_dropped(smtp: SmtpServer) -> None:
    smtp.order("rcpt", "450 4.2.0 later")
    post(AuthorizerCode.sample())
    drain_all()
    due_at, ended_at = row().due_at, Attempt.objects.latest("id").ended_at
    assert due_at is not None
    assert due_at - ended_at < timedelta(seconds=7)
    OutgoingEmail.objects.update(created_at=F("created_at") - waits.CODE_STALE_AFTER)
    smtp.obey_no_more()
    make_due()
    drain_all()
    assert row().state == State.DEAD
    assert smtp.arrived == []


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("connect", "554 go away"),
        ("connect", "421 busy"),
        ("mail", "451 4.3.0 later"),
        ("mail", "550 5.7.1 your network is blocked"),
        ("data", "451 4.3.0 later"),
        ("rcpt", "550 5.7.1 your network is blocked"),
        ("rcpt", "421 4.3.2 going down"),
        ("answer", "554 5.7.1 your network is blocked"),
    ],
)
@pytest.mark.fault(12)
def test_a_sick_route_burns_no_letter_and_no_attempt(smtp: SmtpServer, stage: str, reply: str) -> None:
    smtp.order(stage, reply)
    for number in range(5):
        post(key=f"letter:{number}", to=f"reader{number}@acme.example")
    for _ in range(4):
        drain_all()
        make_due()
    assert smtp.arrived == []
    assert set(OutgoingEmail.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    assert smtp.commands["MAIL"] <= 5
    smtp.obey_no_more()
    drain_all()
    assert len(smtp.arrived) == 5
    assert RouteState.objects.get().sick_since is None


def test_a_sick_route_rests_for_every_worker_and_is_probed_with_one_letter(smtp: SmtpServer) -> None:
    smtp.order("mail", "451 4.3.0 later")
    for number in range(5):
        post(key=f"letter:{number}")
    delivery.drain(Route.BULK)
    assert (routes.ask(Route.BULK), smtp.commands["MAIL"]) == (routes.Gate.CLOSED, 1)
    make_due()
    delivery.drain(Route.BULK)
    assert smtp.commands["MAIL"] == 2
    assert RouteState.objects.get().pauses == 2
    assert routes.ask(Route.URGENT) is routes.Gate.OPEN


def test_one_readers_own_policy_refusal_does_not_stop_the_post(smtp: SmtpServer) -> None:
    smtp.order("rcpt", "550 5.7.1 I take no outside mail", to="closed@")
    post(to="closed@acme.example", key="closed")
    for number in range(3):
        post(key=f"letter:{number}")
    for _ in range(3):
        drain_all()
        make_due()
    assert len(smtp.arrived) == 3
    assert (row("closed").state, row("closed").attempts) == (State.QUEUED, 2)
    assert RouteState.objects.get().sick_since is None


def test_the_operator_is_told_once_when_a_route_is_sick_for_15_minutes(smtp: SmtpServer) -> None:
    smtp.order("mail", "451 4.3.0 later")
    post()
    drain_all()
    assert not OutgoingEmail.objects.filter(kind="operator_alert").exists()
    RouteState.objects.update(sick_since=Now() - waits.ALERT_AFTER)
    for _ in range(3):
        make_due()
        drain_all()
    alert = OutgoingEmail.objects.get(kind="operator_alert")
    assert alert.primitives["alert"] == Alert.ROUTE_SICK


@pytest.mark.fault(12)
def test_a_server_that_freezes_costs_one_letter_its_time_and_no_attempt(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.NOTIFICATIONS_LETTER_SECONDS = {"urgent": 1, "bulk": 1}
    settings.EMAIL_TIMEOUT = 1
    post()
    drain_all()
    smtp.freeze()
    post(key="letter:2")
    drain_all()
    assert (row("letter:2").state, row("letter:2").attempts) == (State.QUEUED, 0)
    smtp.thaw()
    make_due()
    drain_all()
    assert [one.to for one in smtp.arrived] == [PRIYA, PRIYA]


@pytest.mark.fault(12)
def test_a_cut_after_data_is_sent_again_unless_the_letter_must_not_come_twice(smtp: SmtpServer) -> None:
    smtp.order("answer", cut=True, times=2)
    post(Nomination.sample(), key="nomination:1")
    drain_all()
    post(Reminder.sample(), key="reminder:1")
    drain_all()
    make_due()
    drain_all()
    assert (row("nomination:1").state, row("reminder:1").state) == (State.SENT, State.UNKNOWN)
    assert len(smtp.arrived) == 3


@pytest.mark.fault(4)
def test_a_letter_that_cannot_be_written_dies_alone_and_the_operator_is_told(smtp: SmtpServer) -> None:
    post(key="broken")
    OutgoingEmail.objects.update(primitives={})
    post(key="whole")
    drain_all()
    assert (row("broken").state, row("whole").state) == (State.DEAD, State.SENT)
    assert OutgoingEmail.objects.filter(kind="operator_alert").count() == 1


def test_a_letter_of_a_newer_release_waits_for_a_worker_that_knows_it(smtp: SmtpServer) -> None:
    post(key="unknown")
    OutgoingEmail.objects.update(kind="kind_of_tomorrow")
    post(key="whole")
    drain_all()
    waiting = row("unknown")
    assert (waiting.state, waiting.error_class, row("whole").state) == (
        State.QUEUED,
        "UnknownKind",
        State.SENT,
    )
    OutgoingEmail.objects.filter(key="unknown").update(kind=RequestSent.kind)
    make_due()
    drain_all()
    assert row("unknown").state == State.SENT


def test_a_letter_of_a_kind_that_nobody_ever_knows_is_given_up_after_72_hours(smtp: SmtpServer) -> None:
    post(key="unknown")
    OutgoingEmail.objects.update(kind="kind_of_tomorrow")
    drain_all()
    make_due(failing_since=Now() - waits.GIVE_UP_AFTER)
    drain_all()
    assert row("unknown").state == State.DEAD
    assert OutgoingEmail.objects.filter(kind="operator_alert").count() == 1


def test_trouble_with_an_alert_is_not_written_about(smtp: SmtpServer) -> None:
    post(OperatorAlert.sample(), key="alert")
    OutgoingEmail.objects.update(primitives={})
    drain_all()
    assert list(OutgoingEmail.objects.values_list("key", "state")) == [("alert", State.DEAD)]
