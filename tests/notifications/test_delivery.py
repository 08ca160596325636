"""Claim, send, record: against a scripted mail server, counted on its side."""

import smtplib
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from notifications import (
    claiming,
    composing,
    delivery,
    failures,
    outbox,
    policies,
    routes,
    suppression,
    waits,
    wire,
)
from notifications.emails import AuthorizerCode, Nomination, OperatorAlert, Reminder, RequestSent
from notifications.emails.letter import Letter, Route
from notifications.emails.operator_alert import Alert
from notifications.failures import Stage, Verdict
from notifications.models import Attempt, OutgoingEmail, RouteState, Scope, State, Suppression, Why
from notifications.outbox import PostedLetter, Wanted
from notifications.wire import Parcel
from tests.faults.smtp_server import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
PRIYA = "priya@acme.example"


def post(
    letter: Letter | None = None, *, to: str = PRIYA, key: str = "letter:1", about: str = "request-1"
) -> None:
    outbox.post(letter or RequestSent.sample(), to=to, key=key, about=about)


def row(key: str = "letter:1") -> OutgoingEmail:
    return OutgoingEmail.objects.get(key=key)


def make_due(**changes: object) -> None:
    """Let the waits of letters and routes be over."""
    waiting = OutgoingEmail.objects.filter(state=State.QUEUED, due_at__isnull=False)
    waiting.update(due_at=Now(), **changes)
    RouteState.objects.update(paused_until=Now())


def lose_leases() -> None:
    """Let the leases of letters being sent run out, as if their worker had died."""
    OutgoingEmail.objects.filter(state=State.SENDING).update(lease_until=Now() - timedelta(seconds=1))


def drain_all() -> None:
    for route in Route:
        while delivery.drain(route):
            pass


# Sending


def test_due_letters_leave_once_in_the_order_they_became_due(smtp: SmtpServer) -> None:
    for number in range(25):
        post(to=f"reader{number:02}@acme.example", key=f"letter:{number}")
    drain_all()
    drain_all()
    assert [one.to for one in smtp.arrived] == [f"reader{number:02}@acme.example" for number in range(25)]
    assert set(OutgoingEmail.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
    assert Attempt.objects.filter(outcome="sent").count() == 25


def test_one_connection_carries_all_letters(smtp: SmtpServer) -> None:
    for number in range(30):
        post(key=f"letter:{number}")
    drain_all()
    assert (smtp.connections, len(smtp.arrived)) == (1, 30)


def test_a_line_the_server_closed_while_idle_is_opened_anew(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(key="letter:1")
    drain_all()
    smtp.stop()
    smtp.start()
    post(key="letter:2")
    drain_all()
    assert len(smtp.arrived) == 2
    assert not RouteState.objects.filter(sick_since__isnull=False).exists()


def test_a_letter_says_who_it_is_and_keeps_its_message_id(smtp: SmtpServer) -> None:
    post(Nomination.sample(), key="nomination:1")
    smtp.order("answer", cut=True, times=1)
    drain_all()
    make_due()
    drain_all()
    first, second = smtp.arrived
    assert first.message["Message-ID"] == second.message["Message-ID"] == row("nomination:1").message_id
    assert (
        first.message.get_body(("plain",)).get_content() == second.message.get_body(("plain",)).get_content()
    )  # type: ignore[union-attr]


def test_a_line_that_begins_with_a_dot_arrives_as_it_was(smtp: SmtpServer) -> None:
    content = b".first\r\nsecond\r\n..third\r\n.\r\n"
    line = wire.line(Route.BULK)
    line.begin(1, Parcel(PRIYA, sender="a@operator.example", content=content))
    while line.busy:
        assert [result.error for result in line.results(seconds=1)] in ([], [None])
    assert smtp.arrived[0].content == b".first\r\nsecond\r\n..third\r\n.\r\n"


def test_with_a_return_path_the_envelope_names_the_letter(smtp: SmtpServer, settings: Settings) -> None:
    settings.RETURN_PATH = "bounces@operator.example"
    post()
    drain_all()
    sender = smtp.arrived[0].sender
    assert sender.startswith("bounces+")
    assert composing.letter_of(sender) == row().pk
    assert composing.letter_of(sender.replace(str(row().pk), str(row().pk + 1), 1)) is None
    assert smtp.arrived[0].message["From"].addresses[0].addr_spec == settings.DEFAULT_FROM_EMAIL


# Wanted or not


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Wanted.DROP, State.CANCELLED), (Wanted.WAIT, State.WAITING), (Wanted.SEND, State.SENT)],
)
def test_the_policy_of_its_kind_decides_after_the_claim(
    smtp: SmtpServer, answer: Wanted, state: State
) -> None:
    asked: list[PostedLetter] = []

    def still_wanted(letter: PostedLetter) -> Wanted:
        asked.append(letter)
        return answer

    policies.policy("request_sent", still_wanted=still_wanted)
    post()
    drain_all()
    assert [(letter.key, letter.about) for letter in asked] == [("letter:1", "request-1")]
    assert row().state == state
    assert len(smtp.arrived) == (1 if answer is Wanted.SEND else 0)
    assert row().attempts == len(smtp.arrived)


def test_a_policy_that_fails_keeps_its_letter_and_stops_no_other(smtp: SmtpServer) -> None:
    def still_wanted(letter: PostedLetter) -> Wanted:
        raise RuntimeError("unforeseen")

    policies.policy("reminder", still_wanted=still_wanted)
    post(Reminder.sample(), key="reminder:1")
    post(key="letter:2")
    drain_all()
    assert row("reminder:1").state == State.QUEUED
    assert row("letter:2").state == State.SENT


def test_a_letter_cancelled_on_its_way_is_not_tried_again(smtp: SmtpServer) -> None:
    smtp.order("rcpt", "450 4.2.1 try later")

    def still_wanted(letter: PostedLetter) -> Wanted:
        outbox.cancel("request-1")
        return Wanted.SEND

    policies.policy("request_sent", still_wanted=still_wanted)
    post()
    drain_all()
    assert row().state == State.CANCELLED


@pytest.mark.parametrize(
    ("scope", "requester", "letter", "leaves"),
    [
        (Scope.BOUNCE, "", Nomination, False),
        (Scope.BOUNCE, "", Reminder, False),
        (Scope.BOUNCE, "", RequestSent, True),
        (Scope.BOUNCE, "", AuthorizerCode, True),
        (Scope.COMPLAINT, "", RequestSent, False),
        (Scope.COMPLAINT, "", Nomination, False),
        (Scope.COMPLAINT, "", AuthorizerCode, True),
        (Scope.NOT_MEANT, "7", Nomination, False),
        (Scope.NOT_MEANT, "8", Nomination, True),
    ],
)
def test_a_suppressed_address_gets_only_what_its_scope_allows(
    smtp: SmtpServer, scope: Scope, requester: str, letter: type[Letter], leaves: bool
) -> None:
    suppression.add("Priya+tag@acme.example", scope=scope, source="test", requester=requester)
    outbox.post(letter.sample(), to=PRIYA, key="letter:1", on_behalf_of="7")
    drain_all()
    assert len(smtp.arrived) == int(leaves)
    assert row().state == (State.SENT if leaves else State.REFUSED)
    assert row().undeliverable_why == ("" if leaves else Why.SUPPRESSED)


# Failures: the table


@pytest.mark.parametrize(
    ("stage", "reply", "verdict"),
    [
        (Stage.RCPT, "421 4.3.2 going down", Verdict.ROUTE),
        (Stage.MAIL, "451 4.3.0 later", Verdict.ROUTE),
        (Stage.MAIL, "550 5.7.1 sender refused", Verdict.ROUTE),
        (Stage.DATA, "554 no", Verdict.ROUTE),
        (Stage.CONNECT, "554 go away", Verdict.ROUTE),
        (Stage.LOGIN, "535 5.7.8 bad login", Verdict.ROUTE),
        (Stage.RCPT, "530 5.7.0 log in first", Verdict.ROUTE),
        (Stage.RCPT, "550 5.7.1 blocked", Verdict.ROUTE),
        (Stage.RCPT, "550 5.1.8 bad sender", Verdict.ROUTE),
        (Stage.ANSWER, "554 5.7.1 spam", Verdict.ROUTE),
        (Stage.ANSWER, "452 4.3.1 disk full", Verdict.ROUTE),
        (Stage.RCPT, "450 4.2.0 greylisted", Verdict.LETTER),
        (Stage.RCPT, "451 4.7.1 greylisted", Verdict.LETTER),
        (Stage.RCPT, "450 5.1.1 contradicts itself", Verdict.LETTER),
        (Stage.RCPT, "552 5.2.2 mailbox full", Verdict.LETTER),
        (Stage.RCPT, "554 5.0.0 no", Verdict.LETTER),
        (Stage.ANSWER, "451 4.7.1 later", Verdict.LETTER),
        (Stage.ANSWER, "554 rejected", Verdict.LETTER),
        (Stage.RCPT, "550 5.1.1 no such user", Verdict.ADDRESS),
        (Stage.RCPT, "550 5.2.1 disabled", Verdict.ADDRESS),
        (Stage.RCPT, "550 5.4.1 access denied", Verdict.ADDRESS),
        (Stage.RCPT, "550 no such user", Verdict.ADDRESS),
        (Stage.RCPT, "551 moved", Verdict.ADDRESS),
        (Stage.RCPT, "553 bad name", Verdict.ADDRESS),
        (Stage.ANSWER, "550 5.1.1 no such user", Verdict.ADDRESS),
        (Stage.ANSWER, "552 5.3.4 too big", Verdict.DEAD),
    ],
)
def test_each_answer_means_one_thing(stage: Stage, reply: str, verdict: Verdict) -> None:
    code, text = int(reply[:3]), reply[4:].encode()
    error: Exception = (
        smtplib.SMTPRecipientsRefused({PRIYA: (code, text)})
        if stage is Stage.RCPT
        else smtplib.SMTPDataError(code, text)
    )
    assert failures.judge(error, stage=stage).verdict is verdict


@pytest.mark.parametrize(
    ("stage", "verdict"),
    [
        (Stage.CONNECT, Verdict.ROUTE),
        (Stage.MAIL, Verdict.ROUTE),
        (Stage.DATA, Verdict.ROUTE),
        (Stage.ANSWER, Verdict.LOST_ANSWER),
        (Stage.PROVIDER, Verdict.LOST_ANSWER),
    ],
)
def test_a_broken_line_loses_the_answer_only_after_the_whole_letter(stage: Stage, verdict: Verdict) -> None:
    for error in (smtplib.SMTPServerDisconnected("gone"), TimeoutError(), ConnectionResetError()):
        assert failures.judge(error, stage=stage).verdict is verdict


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("code", [421, 450, 451, 452, 500, 530, 550, 551, 552, 553, 554, 599])
def test_every_answer_at_every_stage_has_a_verdict(stage: Stage, code: int) -> None:
    assert failures.judge(smtplib.SMTPDataError(code, b""), stage=stage).verdict in Verdict


# Failures: what happens


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


# Leases


def test_a_claim_takes_no_more_than_asked_and_nothing_twice() -> None:
    for number in range(7):
        post(key=f"letter:{number}")
    first = claiming.due(Route.BULK, worker="one", limit=3)
    second = claiming.due(Route.BULK, worker="two", limit=10)
    assert first is not None
    assert second is not None
    assert [letter.key for letter in first.letters] == ["letter:0", "letter:1", "letter:2"]
    assert [letter.key for letter in second.letters] == ["letter:3", "letter:4", "letter:5", "letter:6"]
    assert claiming.due(Route.BULK, worker="three", limit=10) is None
    assert claiming.due(Route.URGENT, worker="three", limit=10) is None


def caused(*, by: str, count: int) -> None:
    for number in range(count):
        outbox.post(
            RequestSent.sample(), to=f"{by}{number}@acme.example", key=f"{by}:{number}", on_behalf_of=by
        )


def test_whoever_causes_many_letters_does_not_hold_up_the_others() -> None:
    caused(by="dana", count=30)
    caused(by="lee", count=2)
    caused(by="sam", count=1)
    fair = claiming.fairly(Route.BULK, worker="one", limit=10)
    assert fair is not None
    assert [letter.key for letter in fair.letters[:6]] == [
        "dana:0",
        "lee:0",
        "sam:0",
        "dana:1",
        "lee:1",
        "dana:2",
    ]
    assert len(fair.letters) == 10


def test_a_claim_in_turns_looks_no_further_than_the_front_of_the_queue() -> None:
    caused(by="dana", count=9)
    caused(by="lee", count=1)
    fair = claiming.fairly(Route.BULK, worker="one", limit=2)
    assert fair is not None
    assert [letter.key for letter in fair.letters] == ["dana:0", "dana:1"]


def test_a_long_drain_takes_turns(smtp: SmtpServer, settings: Settings) -> None:
    settings.NOTIFICATIONS_BATCH = {"urgent": 5, "bulk": 5}
    caused(by="dana", count=18)
    caused(by="lee", count=2)
    drain_all()
    order = [one.to[:3] for one in smtp.arrived]
    assert len(order) == 20
    # The first claim is the front of the queue; the second one knows that more is due.
    assert order.index("lee") < 10


@pytest.mark.parametrize(("count", "calls"), [(4, 0), (5, 1), (18, 1)])
def test_a_worker_that_finds_a_backlog_calls_one_other(
    smtp: SmtpServer, settings: Settings, count: int, calls: int
) -> None:
    settings.NOTIFICATIONS_BATCH = {"urgent": 5, "bulk": 5}
    caused(by="dana", count=count)
    called: list[bool] = []
    delivery.drain(Route.BULK, call_help=lambda: called.append(True))
    assert len(called) == calls
    assert len(smtp.arrived) == count


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_that_choose_the_same_letters_share_what_is_due() -> None:
    caused(by="dana", count=12)
    claimed: list[str] = []

    def claim(worker: str) -> None:
        try:
            batch = claiming.fairly(Route.BULK, worker=worker, limit=3)
            claimed.extend(letter.key for letter in (batch.letters if batch else []))
        finally:
            connection.close()

    with transaction.atomic():
        first = OutgoingEmail.objects.select_for_update().order_by("id")[:3]
        held = [letter.key for letter in first]
        thread = threading.Thread(target=claim, args=("two",))
        thread.start()
        thread.join()
    assert len(claimed) == 3
    assert not set(claimed) & set(held)


def test_a_letter_for_later_is_not_claimed() -> None:
    post()
    OutgoingEmail.objects.update(due_at=Now() + timedelta(minutes=1))
    assert claiming.due(Route.BULK, worker="one", limit=3) is None


@pytest.mark.fault(4)
def test_letters_of_a_dead_worker_are_claimed_one_by_one(smtp: SmtpServer) -> None:
    for number in range(3):
        post(key=f"letter:{number}")
    claiming.due(Route.BULK, worker="dead", limit=10)
    drain_all()
    assert smtp.arrived == []
    lose_leases()
    lost = claiming.lost(Route.BULK, worker="alive")
    assert lost is not None
    assert [(letter.key, letter.lost_leases, letter.attempts) for letter in lost.letters] == [
        ("letter:0", 1, 2)
    ]
    delivery.recover(Route.BULK)
    assert len(smtp.arrived) == 2


@pytest.mark.fault(4)
def test_a_letter_over_which_eight_workers_died_is_dead(smtp: SmtpServer) -> None:
    post()
    claiming.due(Route.BULK, worker="dead", limit=1)
    for number in range(7):
        lose_leases()
        assert claiming.lost(Route.BULK, worker=f"dead{number}") is not None
    lose_leases()
    delivery.recover(Route.BULK)
    assert (row().state, row().lost_leases, smtp.arrived) == (State.DEAD, 8, [])
    assert OutgoingEmail.objects.filter(kind="operator_alert").exists()


def test_a_reminder_whose_worker_died_is_unknown_only_when_it_had_been_begun(smtp: SmtpServer) -> None:
    for key in ("begun", "untouched"):
        post(Reminder.sample(), key=key)
    claiming.due(Route.BULK, worker="dead", limit=10)
    OutgoingEmail.objects.filter(key="begun").update(begun_at=Now())
    lose_leases()
    while delivery.recover(Route.BULK):
        pass
    assert (row("begun").state, row("untouched").state) == (State.UNKNOWN, State.SENT)
    assert len(smtp.arrived) == 1


def test_a_result_that_comes_after_the_lease_was_taken_over_is_not_recorded(smtp: SmtpServer) -> None:
    def still_wanted(letter: PostedLetter) -> Wanted:
        OutgoingEmail.objects.update(leased_by="another worker")
        return Wanted.SEND

    policies.policy("request_sent", still_wanted=still_wanted)
    post()
    drain_all()
    assert (row().state, row().leased_by) == (State.SENDING, "another worker")


def test_told_to_stop_the_worker_gives_back_what_it_has_not_begun(smtp: SmtpServer) -> None:
    for number in range(5):
        post(Nomination.sample(), key=f"nomination:{number}")
    delivery.drain(Route.URGENT, stop=lambda: len(smtp.arrived) >= 2)
    assert len(smtp.arrived) == 2
    left = OutgoingEmail.objects.filter(state=State.QUEUED)
    assert set(left.values_list("attempts", "leased_by")) == {(0, "")}
    assert left.count() == 3


def test_no_letter_is_begun_that_could_outlive_its_lease(smtp: SmtpServer, settings: Settings) -> None:
    settings.NOTIFICATIONS_LETTER_SECONDS = settings.NOTIFICATIONS_LEASE_SECONDS = {"urgent": 5, "bulk": 5}
    post()
    assert delivery.drain(Route.BULK, seconds=0.2)
    assert smtp.arrived == []
    assert (row().state, row().attempts) == (State.QUEUED, 0)


def test_nothing_leaves_while_an_operator_holds_the_outbox(
    smtp: SmtpServer, deliver: Callable[[], object]
) -> None:
    post()
    routes.hold(now=row().created_at)
    deliver()
    assert smtp.arrived == []
    routes.release()
    deliver()
    assert len(smtp.arrived) == 1


def test_an_idle_drain_costs_two_queries(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        delivery.drain(Route.URGENT)


def test_a_suppression_is_kept_as_a_keyed_hash() -> None:
    suppression.add(PRIYA, scope=Scope.COMPLAINT, source="test")
    assert not suppression.add("PRIYA+x@acme.example", scope=Scope.COMPLAINT, source="test")
    assert PRIYA.partition("@")[0] not in str(Suppression.objects.values().get())
    assert suppression.lift(PRIYA, scope=Scope.COMPLAINT)
    assert not suppression.scopes(PRIYA)
