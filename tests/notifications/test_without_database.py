"""The database goes away, or takes nothing, while letters are on the wire: none is lost, and none goes twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connection
from pytest_django.fixtures import Settings

from notifications import delivery, leaving, outbox, preparing
from notifications.emails import RequestSent
from notifications.emails.letter import Route
from notifications.models import Attempt, OutgoingEmail, State
from tests.faults.smtp_server import SmtpServer
from tests.notifications.sending import drain_all, lose_leases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies"), pytest.mark.fault(9)]


def post(count: int) -> None:
    for number in range(count):
        outbox.post(RequestSent.sample(), to=f"a{number}@acme.example", key=f"letter:{number}")


def failing_at(call: int, act: Callable[..., Any], error: Exception) -> Callable[..., Any]:
    """The same act, failing once."""
    calls = 0

    def fail_or_act(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return act(*args, **options)

    return fail_or_act


def always_failing(error: Exception) -> Callable[..., Any]:
    def fail(*_args: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("asks", ["choose", "is_still_wanted"])
def test_what_is_on_the_wire_is_recorded_though_the_next_cannot_be_asked_for(
    smtp: SmtpServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, asks: str, connections: int
) -> None:
    settings.NOTIFICATIONS_CONNECTIONS = {"urgent": connections, "bulk": connections}
    smtp.order("answer", delay_seconds=0.02)
    post(60)
    lost = OperationalError("server closed the connection unexpectedly")
    call = 2 if asks == "choose" else 30
    monkeypatch.setattr(preparing, asks, failing_at(call, getattr(preparing, asks), lost))
    with pytest.raises(OperationalError):
        delivery.drain(Route.BULK)
    sent = set(OutgoingEmail.objects.filter(state=State.SENT).values_list("to", flat=True))
    assert sent == {one.to for one in smtp.arrived}
    assert 25 <= len(sent) < 60
    # Nothing is wrong with the others: they need not wait for the lease to end, nor count it as lost.
    waiting = OutgoingEmail.objects.exclude(state=State.SENT)
    assert {(one.state, one.attempts, one.lost_leases) for one in waiting} == {(State.QUEUED, 0, 0)}
    drain_all()
    assert len({one.to for one in smtp.arrived}) == len(smtp.arrived) == 60
    assert Attempt.objects.count() == 60


def test_a_fault_of_ours_is_recorded_so_far_and_the_rest_waits_for_the_lease(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given back at once, a letter at which we stumble would be stumbled at for ever."""
    post(60)
    monkeypatch.setattr(preparing, "choose", failing_at(2, preparing.choose, KeyError("a fault of ours")))
    with pytest.raises(KeyError):
        delivery.drain(Route.BULK)
    assert OutgoingEmail.objects.filter(state=State.SENT).count() == len(smtp.arrived) == 50
    assert OutgoingEmail.objects.filter(state=State.SENDING).count() == 10
    lose_leases()
    while delivery.recover(Route.BULK):
        pass
    drain_all()
    assert len({one.to for one in smtp.arrived}) == len(smtp.arrived) == 60
    assert Attempt.objects.count() == 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "away",
    [
        OperationalError("the connection is lost"),
        InternalError("cannot execute UPDATE in a read-only transaction"),
    ],
    ids=["lost", "read-only"],
)
def test_a_result_waits_for_a_database_that_is_away_or_takes_nothing(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch, away: Exception
) -> None:
    monkeypatch.setattr(leaving, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(leaving, "_record", failing_at(1, leaving._record, away))
    post(1)
    drain_all()
    assert OutgoingEmail.objects.get().state == State.SENT
    assert len(smtp.arrived) == 1
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_ends_the_run_and_the_letter_waits_for_its_lease(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(leaving, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(leaving, "_record", always_failing(OperationalError("the connection is lost")))
    post(1)
    with pytest.raises(OperationalError, match="the connection is lost"):
        drain_all()
    assert OutgoingEmail.objects.get().state == State.SENDING
    assert len(smtp.arrived) == 1
    connection.close()
