"""Handing a letter in: once, in the caller's transaction, with a hint after commit."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from notifications import envelope, nudging, outbox
from notifications.emails import Nomination, OperatorAlert, RequestSent
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
PRIYA = "priya@acme.example"


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[Route]:
    """The routes whose workers were nudged; the broker itself is a matter of tests/faults."""
    told: list[Route] = []

    def note(route: Route) -> bool:
        told.append(route)
        return True

    monkeypatch.setattr(nudging, "nudge", note)
    return told


def test_a_letter_is_kept_as_primitives_and_due_at_once() -> None:
    letter = Nomination.sample()
    assert outbox.post(letter, to=PRIYA, key="nomination:1", about="request-1", on_behalf_of="7")
    row = OutgoingEmail.objects.get()
    assert (row.kind, row.route, row.to, row.about) == ("nomination", "urgent", PRIYA, "request-1")
    assert Nomination.from_primitives(row.primitives) == letter
    assert (row.state, row.due_at, row.attempts, row.sent_at) == (State.QUEUED, None, 0, None)
    assert row.message_id == envelope.message_id("nomination:1")
    assert abs(timezone.now() - row.created_at) < timedelta(minutes=1)


def test_a_key_is_promised_once_and_the_second_post_breaks_nothing() -> None:
    with transaction.atomic():
        assert outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
        assert not outbox.post(RequestSent.sample(), to="other@acme.example", key="nomination:1")
        assert outbox.post(RequestSent.sample(), to=PRIYA, key="request-sent:1")
    assert list(OutgoingEmail.objects.order_by("id").values_list("kind", flat=True)) == [
        "nomination",
        "request_sent",
    ]


def test_a_letter_goes_with_the_transaction_that_posted_it() -> None:
    class Undone(Exception):
        pass

    def decide() -> None:
        with transaction.atomic():
            outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
            raise Undone

    with pytest.raises(Undone):
        decide()
    assert not OutgoingEmail.objects.exists()


@pytest.mark.parametrize("wrong", [{"to": ""}, {"key": ""}])
def test_the_database_refuses_a_letter_without_reader_or_key(wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        outbox.post(Nomination.sample(), **{"to": PRIYA, "key": "nomination:1", **wrong})


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"state": State.SENDING},
        {"state": State.SENT},
        {"route": "express"},
        {"leased_by": "worker"},
        {"undeliverable_told": False},
    ],
    ids=str,
)
def test_the_database_refuses_a_letter_that_cannot_be(changes: dict[str, object]) -> None:
    outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        OutgoingEmail.objects.update(**changes)


@pytest.mark.django_db(transaction=True)
def test_workers_are_nudged_once_per_transaction_and_route_after_commit(nudges: list[Route]) -> None:
    with transaction.atomic():
        for number in range(3):
            outbox.post(Nomination.sample(), to=PRIYA, key=f"nomination:{number}")
            outbox.post(OperatorAlert.sample(), to=PRIYA, key=f"alert:{number}")
        assert nudges == []
    assert sorted(nudges) == sorted([Nomination.route, OperatorAlert.route])


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolled_back_takes_its_nudge_along_and_no_other(nudges: list[Route]) -> None:
    with transaction.atomic():
        try:
            with transaction.atomic():
                outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
                raise ValueError
        except ValueError:
            outbox.post(Nomination.sample(), to=PRIYA, key="nomination:2")
    assert nudges == [Nomination.route]
    assert OutgoingEmail.objects.get().key == "nomination:2"


@pytest.mark.django_db(transaction=True)
def test_a_known_key_and_a_letter_for_later_nudge_nobody(nudges: list[Route]) -> None:
    outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
    nudges.clear()
    outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
    outbox.post(Nomination.sample(), to=PRIYA, key="later", due_at=timezone.now() + timedelta(days=1))
    assert nudges == []


@pytest.mark.django_db(transaction=True)
def test_a_nudge_that_fails_in_an_unforeseen_way_hurts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(route: Route) -> bool:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(nudging, "nudge", explode)
    with transaction.atomic():
        assert outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
    assert OutgoingEmail.objects.exists()


def test_cancelling_spares_other_subjects_and_the_keys_named() -> None:
    for key, about in [("a", "request-1"), ("b", "request-1"), ("c", "request-2")]:
        outbox.post(RequestSent.sample(), to=PRIYA, key=key, about=about)
    assert outbox.cancel("request-1", except_keys=["b"]) == 1
    states = dict(OutgoingEmail.objects.values_list("key", "state"))
    assert states == {"a": State.CANCELLED, "b": State.QUEUED, "c": State.QUEUED}


def test_a_letter_held_back_waits_until_its_subject_is_resumed() -> None:
    outbox.post(RequestSent.sample(), to=PRIYA, key="a", about="request-1")
    assert outbox.hold("request-1") == 1
    assert OutgoingEmail.objects.get().state == State.WAITING
    assert outbox.resume("request-1") == 1
    assert OutgoingEmail.objects.get().state == State.QUEUED


@pytest.mark.parametrize("act", [outbox.cancel, outbox.hold, outbox.resume, outbox.facts])
def test_letters_without_a_subject_are_never_meant(act: object) -> None:
    outbox.post(RequestSent.sample(), to=PRIYA, key="a")
    with pytest.raises(outbox.NoSubject):
        act("")  # type: ignore[operator]


def test_pages_read_what_became_of_each_letter_in_one_query(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    for number in range(5):
        outbox.post(RequestSent.sample(), to=PRIYA, key=f"key:{number}", about="request-1")
    with django_assert_num_queries(1):  # type: ignore[operator]
        facts = outbox.facts("request-1")
    assert [fact.key for fact in facts] == [f"key:{number}" for number in range(5)]
    assert {(fact.state, fact.sent_at) for fact in facts} == {(State.QUEUED, None)}


def test_posting_is_one_statement(django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        outbox.post(RequestSent.sample(), to=PRIYA, key="a")


@pytest.mark.postgres
def test_the_claim_reads_the_index_of_what_is_still_to_do() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM notifications_outgoingemail WHERE route = 'bulk' AND state = 'queued'"
            " AND COALESCE(due_at, created_at) <= STATEMENT_TIMESTAMP()"
            " ORDER BY COALESCE(due_at, created_at), id LIMIT 100 FOR UPDATE SKIP LOCKED"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "letters_to_send" in plan
    assert "Sort" not in plan
