"""Letters are claimed under leases, in turns, and by nobody while the outbox is held."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from notifications import claiming, delivery, outbox, policies, routes
from notifications.emails import Nomination, Reminder, RequestSent
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, State
from notifications.outbox import PostedLetter, Wanted
from tests.faults.smtp_server import SmtpServer
from tests.notifications.sending import drain_all, lose_leases, post, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]


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
