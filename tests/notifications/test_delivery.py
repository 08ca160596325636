"""Claimed letters leave while they are wanted: against a scripted mail server, counted on its side."""

import pytest
from pytest_django.fixtures import Settings

from notifications import composing, outbox, policies, wire
from notifications.emails import Nomination, Reminder
from notifications.emails.letter import Route
from notifications.models import Attempt, OutgoingEmail, RouteState, State
from notifications.outbox import PostedLetter, Wanted
from notifications.wire import Parcel
from tests.faults.smtp_server import SmtpServer
from tests.notifications.sending import PRIYA, drain_all, make_due, post, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]


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
