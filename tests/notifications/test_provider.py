"""A provider's HTTP API that refuses, babbles, hangs up or is not there: Anymail's failures, one by one."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import anymail.exceptions
import pytest
import requests
from django.db.models.functions import Now
from pytest_django.fixtures import Settings
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NameResolutionError

from notifications import failures, outbox, suppression, waits, wire
from notifications.clock import database_now
from notifications.emails import Nomination, Reminder, RequestSent
from notifications.emails.operator_alert import Alert
from notifications.failures import Stage, Verdict
from notifications.models import OutgoingEmail, RouteState, Scope, State, Why
from tests.certificates import self_signed
from tests.faults.provider import Answer, Provider
from tests.notifications.sending import drain_all, make_due, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies"), pytest.mark.fault(13)]
PRIYA = "priya@acme.example"
GARBAGE = "<html>Welcome to our network! Please accept the terms of use.</html>"


def send_by(settings: Settings, provider: Provider, **more: object) -> None:
    """Have letters leave by this provider."""
    wire.hang_up_all()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token", "POSTMARK_API_URL": provider.url, **more}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider in this process, by whom letters leave."""
    with Provider() as provider:
        send_by(settings, provider)
        yield provider
        wire.hang_up_all()


def post(key: str = "letter:1", *, to: str = PRIYA) -> None:
    outbox.post(RequestSent.sample(), to=to, key=key)


def rests() -> timedelta:
    """How long the route rests from now on; nothing for one that is well."""
    state = RouteState.objects.filter(sick_since__isnull=False).first()
    return state.paused_until - database_now() if state and state.paused_until else timedelta()


def said(code: int, message: str) -> str:
    return f'{{"ErrorCode": {code}, "Message": "{message}"}}'


def test_a_letter_leaves_once_under_the_providers_id(provider: Provider) -> None:
    post()
    drain_all()
    assert [one.to for one in provider.taken] == [PRIYA]
    assert (row().state, row().provider_id) == (State.SENT, "id-1")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, said(10, "No such token")),
        Answer(402, "pay first"),
        Answer(403, "not you"),
        Answer(429, "slow down"),
        Answer(500, "oops"),
        Answer(502, GARBAGE),
        Answer(503, ""),
    ],
    ids=lambda answer: str(answer.status),
)
def test_an_answer_about_all_letters_makes_the_route_rest_and_burns_none(
    provider: Provider, answer: Answer
) -> None:
    provider.always = answer
    for number in range(3):
        post(f"letter:{number}")
    drain_all()
    assert len(provider.asked) == 1
    assert rests() > timedelta()
    provider.always = None
    make_due()
    drain_all()
    assert len(provider.taken) == 3
    assert {(letter.state, letter.attempts) for letter in OutgoingEmail.objects.all()} == {(State.SENT, 1)}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("1", 2), ("99999", 15 * 60), ("Fri, 27 Nov 2026 10:00:00 GMT", 2), ("-5", 2)],
)
def test_a_wait_that_the_provider_asks_for_is_honoured_within_reason(
    provider: Provider, header: str, seconds: int
) -> None:
    provider.answers.append(Answer(429, headers={"Retry-After": header}))
    post()
    drain_all()
    assert timedelta(seconds=seconds - 2) < rests() <= timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "body", [GARBAGE, "", "null", "[7]", "{}", said(0, "OK")], ids=lambda body: body[:7] or "nothing"
)
def test_an_answer_that_cannot_be_read_stops_the_post_and_sends_no_reminder_twice(
    provider: Provider, body: str
) -> None:
    """Nobody knows whether such a letter was taken: it waits on its ladder, or is never sent again."""
    provider.always = Answer(200, body, takes=True)
    outbox.post(Reminder.sample(), to=PRIYA, key="reminder:1")
    post("letter:1")
    post("letter:2")
    drain_all()
    assert len(provider.asked) == 1
    assert rests() > timedelta()
    make_due()
    drain_all()
    assert (row("reminder:1").state, row("letter:1").state) == (State.UNKNOWN, State.QUEUED)
    assert row("letter:1").attempts == 1
    provider.always = None
    make_due()
    drain_all()
    assert [row("letter:1").state, row("letter:2").state] == [State.SENT, State.SENT]
    assert len(provider.taken) == 4


@pytest.mark.parametrize(
    "body",
    [
        said(300, f"Invalid 'To' address: '{PRIYA}'."),
        said(406, f"Found inactive addresses: {PRIYA}. Inactive recipients are ones that bounced."),
    ],
    ids=["invalid", "inactive"],
)
def test_an_address_that_the_provider_refuses_burns_only_its_own_letter(
    provider: Provider, body: str
) -> None:
    provider.answers.append(Answer(422, body))
    post("letter:1")
    post("letter:2", to="sam@acme.example")
    drain_all()
    refused = row("letter:1")
    assert (refused.state, refused.undeliverable_why) == (State.REFUSED, Why.REFUSED)
    assert suppression.scopes(PRIYA) == {Scope.BOUNCE}
    assert (row("letter:2").state, rests()) == (State.SENT, timedelta())


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_what_the_provider_dislikes_about_one_letter_makes_that_letter_wait(
    provider: Provider, status: int
) -> None:
    provider.answers.append(Answer(status, said(400, "No.")))
    post("letter:1")
    post("letter:2")
    drain_all()
    assert (row("letter:1").state, row("letter:1").attempts) == (State.QUEUED, 1)
    assert row("letter:1").due_at is not None
    assert (row("letter:2").state, rests()) == (State.SENT, timedelta())


def test_a_letter_whose_answer_is_lost_is_sent_again_unless_it_must_not_come_twice(
    provider: Provider, settings: Settings
) -> None:
    provider.answers += [Answer(takes=True, cut=True), Answer(takes=True, cut=True)]
    outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
    outbox.post(Reminder.sample(), to=PRIYA, key="reminder:1")
    drain_all()
    make_due()
    drain_all()
    assert (row("nomination:1").state, row("reminder:1").state) == (State.SENT, State.UNKNOWN)
    assert len(provider.taken) == 3


def test_a_provider_that_takes_a_letter_and_falls_silent_has_lost_the_answer(
    provider: Provider, settings: Settings
) -> None:
    settings.NOTIFICATIONS_ANSWER_SECONDS = {"urgent": 0.2, "bulk": 0.2}
    goes_on = threading.Event()

    def fall_silent(message_id: str, to: str) -> None:
        goes_on.wait(20)

    provider.before_answering = fall_silent
    outbox.post(Reminder.sample(), to=PRIYA, key="reminder:1")
    drain_all()
    assert (row("reminder:1").state, len(provider.taken)) == (State.UNKNOWN, 1)
    goes_on.set()


def test_a_provider_that_is_not_there_has_taken_nothing(provider: Provider) -> None:
    provider.__exit__()
    outbox.post(Reminder.sample(), to=PRIYA, key="reminder:1")
    drain_all()
    assert (row("reminder:1").state, row("reminder:1").attempts) == (State.QUEUED, 0)
    assert rests() > timedelta()
    provider.__enter__()
    make_due()
    drain_all()
    assert (row("reminder:1").state, len(provider.taken)) == (State.SENT, 1)


def test_a_provider_whose_name_is_unknown_has_taken_nothing() -> None:
    error = anymail.exceptions.AnymailRequestsAPIError("Error posting")
    unknown = NameResolutionError("api.provider.example", HTTPConnection("api.provider.example"), OSError())
    error.__cause__ = requests.exceptions.ConnectionError(MaxRetryError(None, "/email", unknown))  # type: ignore[arg-type]
    assert failures.judge(error, stage=Stage.PROVIDER).verdict is Verdict.ROUTE


def test_a_provider_without_a_good_certificate_gets_no_letter(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = self_signed(tmp_path)
    with Provider(tls=context) as provider:
        send_by(settings, provider)
        outbox.post(Reminder.sample(), to=PRIYA, key="reminder:1")
        drain_all()
        assert (row("reminder:1").state, row("reminder:1").attempts) == (State.QUEUED, 0)
        assert (provider.asked, rests() > timedelta()) == ([], True)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        wire.hang_up_all()
        make_due()
        drain_all()
        assert (row("reminder:1").state, len(provider.taken)) == (State.SENT, 1)
        wire.hang_up_all()


def test_a_provider_that_is_set_up_wrongly_stops_the_post_and_burns_no_letter(
    provider: Provider, settings: Settings
) -> None:
    settings.ANYMAIL = {"POSTMARK_API_URL": provider.url}
    post()
    drain_all()
    assert (row().state, row().attempts, row().lost_leases) == (State.QUEUED, 0, 0)
    assert "POSTMARK_SERVER_TOKEN" in RouteState.objects.get().error_text
    send_by(settings, provider)
    make_due()
    drain_all()
    assert row().state == State.SENT


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (anymail.exceptions.AnymailRecipientsRefused(), Verdict.ADDRESS),
        (anymail.exceptions.AnymailInvalidAddress("no address"), Verdict.ADDRESS),
        (anymail.exceptions.AnymailUnsupportedFeature("no such header here"), Verdict.ROUTE),
        (anymail.exceptions.AnymailSerializationError("what is that"), Verdict.ROUTE),
        (anymail.exceptions.AnymailConfigurationError("no key"), Verdict.ROUTE),
        (anymail.exceptions.AnymailAPIError("a provider that is asked without HTTP"), Verdict.LOST_ANSWER),
        (RuntimeError("anything else"), Verdict.LOST_ANSWER),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else "",
)
def test_what_anymail_raises_by_itself_means_one_thing(error: Exception, verdict: Verdict) -> None:
    assert failures.judge(error, stage=Stage.PROVIDER).verdict is verdict


def test_the_operator_is_told_once_when_the_provider_failed_for_15_minutes(provider: Provider) -> None:
    provider.always = Answer(500)
    post()
    drain_all()
    assert not OutgoingEmail.objects.filter(kind="operator_alert").exists()
    RouteState.objects.update(sick_since=Now() - waits.ALERT_AFTER)
    for _ in range(3):
        make_due()
        drain_all()
    alert = OutgoingEmail.objects.get(kind="operator_alert")
    assert alert.primitives["alert"] == Alert.ROUTE_SICK
    assert "500" in " ".join(alert.primitives["facts"])
    provider.always = None
    make_due()
    drain_all()
    assert sorted(one.to for one in provider.taken) == sorted([PRIYA, alert.to])
