"""Several connections, and everything in one piece to a server that takes it: the same letters, the same rules."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from notifications import delivery, outbox, routes, wire
from notifications.emails import Nomination, Reminder, RequestSent
from notifications.emails.letter import Letter, Route
from notifications.failures import Stage
from notifications.models import OutgoingEmail, RouteState, State
from notifications.wire import Parcel, Result
from tests.faults.smtp_server import SmtpServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]


@pytest.fixture(params=["one by one", "in one piece"], autouse=True)
def way(request: pytest.FixtureRequest, smtp: SmtpServer) -> str:
    if request.param == "in one piece":
        smtp.extensions = ["PIPELINING", "SIZE 10000000", "8BITMIME"]
    return str(request.param)


def post(number: int, *, letter: Letter | None = None, to: str = "") -> None:
    outbox.post(
        letter or RequestSent.sample(), to=to or f"reader{number}@acme.example", key=f"letter:{number}"
    )


def drain(route: Route = Route.BULK) -> None:
    while delivery.drain(route):
        pass


def states() -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in OutgoingEmail.objects.exclude(kind="operator_alert").values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def carry(content: bytes, *, to: str = "priya@acme.example") -> Result:
    """Send one letter over this process's line; returns its result."""
    line = wire.line(Route.BULK)
    line.begin(1, Parcel(to, sender="a@operator.example", content=content))
    while line.busy:
        for result in line.results(seconds=1):
            return result
    raise AssertionError("The line lost its letter.")


def test_a_slow_server_gets_as_many_connections_as_are_allowed(smtp: SmtpServer, settings: Settings) -> None:
    settings.NOTIFICATIONS_CONNECTIONS = {"urgent": 1, "bulk": 4}
    smtp.order("answer", delay_seconds=0.1)
    for number in range(16):
        post(number)
    drain()
    assert smtp.connections == 4
    assert len({one.to for one in smtp.arrived}) == len(smtp.arrived) == 16
    assert states() == {State.SENT: 16}


def test_a_server_that_takes_no_further_connection_gets_the_letters_over_the_first(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.NOTIFICATIONS_CONNECTIONS = {"urgent": 1, "bulk": 4}
    smtp.order("answer", delay_seconds=0.05)
    assert carry(b"first\r\n").error is None
    smtp.order("connect", "421 too many connections")
    for number in range(5):
        post(number)
    drain()
    assert smtp.connections == 2
    assert states() == {State.SENT: 5}
    assert not RouteState.objects.filter(sick_since__isnull=False).exists()


def test_a_sick_route_rests_once_however_many_connections_notice(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.NOTIFICATIONS_CONNECTIONS = {"urgent": 1, "bulk": 4}
    smtp.order("answer", "554 5.7.1 your network is blocked", delay_seconds=0.2)
    for number in range(8):
        post(number)
    drain()
    assert smtp.arrived == []
    assert RouteState.objects.get().pauses == 1
    assert routes.ask(Route.BULK) is routes.Gate.CLOSED
    assert set(OutgoingEmail.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    smtp.obey_no_more()
    RouteState.objects.update(paused_until=Now())
    OutgoingEmail.objects.filter(due_at__isnull=False).update(due_at=Now())
    drain()
    assert states() == {State.SENT: 8}


@pytest.mark.parametrize("is_odd", [False, True])
def test_a_refused_address_spoils_neither_its_connection_nor_its_neighbours(
    smtp: SmtpServer, way: str, is_odd: bool
) -> None:
    smtp.takes_letters_to_nobody = is_odd
    smtp.order("rcpt", "550 5.1.1 no such user", to="reader[14]@")
    for number in range(6):
        post(number)
    drain()
    assert states() == {State.SENT: 4, State.REFUSED: 2}
    assert [one.to[6] for one in smtp.arrived] == ["0", "2", "3", "5"]
    assert (smtp.commands["RSET"], smtp.connections) == (2, 1)
    # A server that asks for the letter although nobody is left to get it is given an empty one.
    assert smtp.letters_to_nobody == ([b"", b""] if is_odd and way == "in one piece" else [])


def test_every_stage_of_a_refusal_is_told(smtp: SmtpServer) -> None:
    for stage in (Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.ANSWER):
        smtp.order(stage.value, "451 4.0.0 later", times=1)
        assert carry(b"x\r\n").stage is stage
        assert carry(b"x\r\n").error is None
    assert len(smtp.arrived) == 4


def test_a_line_cut_while_commands_wait_has_handed_nothing_over(smtp: SmtpServer) -> None:
    smtp.order("rcpt", cut=True, times=1)
    post(1, letter=Reminder.sample())
    drain()
    assert states() == {State.QUEUED: 1}
    assert smtp.arrived == []


def test_of_several_letters_cut_after_data_only_those_that_may_go_again(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.NOTIFICATIONS_CONNECTIONS = {"urgent": 1, "bulk": 3}
    smtp.order("answer", cut=True, delay_seconds=0.2, times=3)
    post(1, letter=Reminder.sample())
    post(2)
    post(3)
    drain()
    assert states() == {State.UNKNOWN: 1, State.QUEUED: 2}
    OutgoingEmail.objects.filter(state=State.QUEUED).update(due_at=Now())
    drain()
    assert states() == {State.UNKNOWN: 1, State.SENT: 2}


def test_a_letter_with_other_scripts_arrives_as_it_was(smtp: SmtpServer) -> None:
    content = "Subject: x\r\n\r\nNguy\u1ec5n \u674e\r\n.\r\n".encode()
    assert carry(content).error is None
    assert smtp.arrived[0].content == content


def test_told_to_stop_every_letter_in_hand_finishes_and_the_rest_is_given_back(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.NOTIFICATIONS_CONNECTIONS = {"urgent": 3, "bulk": 1}
    smtp.order("answer", delay_seconds=0.1)
    for number in range(9):
        post(number, letter=Nomination.sample())
    delivery.drain(Route.URGENT, stop=lambda: bool(smtp.arrived))
    assert 1 <= len(smtp.arrived) <= 3
    assert states() == {State.SENT: len(smtp.arrived), State.QUEUED: 9 - len(smtp.arrived)}


def test_the_time_of_one_letter_ends_its_wait_and_not_its_neighbours(
    smtp: SmtpServer, settings: Settings
) -> None:
    settings.NOTIFICATIONS_ANSWER_SECONDS = {"urgent": 1, "bulk": 0.2}
    smtp.order("answer", delay_seconds=1.0, to="reader1@", times=1)
    for number in range(4):
        post(number)
    drain()
    waiting = OutgoingEmail.objects.get(key="letter:1")
    assert (waiting.state, waiting.error_class) == (State.QUEUED, "TimeoutError")
    assert waiting.due_at is not None
    assert waiting.due_at - waiting.created_at > timedelta(seconds=40)
    assert states() == {State.SENT: 3, State.QUEUED: 1}
