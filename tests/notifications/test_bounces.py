"""Bounce messages and what staff may do by hand."""

import mailbox
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import bounces, byhand, composing, outbox, policies, suppression
from notifications.emails import Nomination
from notifications.models import DeliveryEvent, OutgoingEmail, Scope, State, Why

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
PRIYA = "priya@acme.example"


@pytest.fixture(autouse=True)
def _return_path(settings: Settings) -> None:
    settings.RETURN_PATH = "bounces@operator.example"


@pytest.fixture
def told() -> list[Why]:
    """What the policy of nominations heard."""
    heard: list[Why] = []
    policies.policy("nomination", undeliverable=lambda letter, why: heard.append(why))
    return heard


def sent(state: State = State.SENT) -> OutgoingEmail:
    outbox.post(Nomination.sample(), to=PRIYA, key="nomination:1")
    lease = {"leased_by": "worker", "lease_until": timezone.now()} if state is State.SENDING else {}
    OutgoingEmail.objects.update(state=state, sent_at=None if lease else timezone.now(), **lease)
    return OutgoingEmail.objects.get()


def bounce(
    *,
    to: str,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "",
    number: int = 1,
    date: str = "",
) -> bytes:
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.example",
            f"To: {to}",
            "Subject: Undelivered Mail",
            f"Message-ID: <bounce-{number}@mx.example>",
            f"Date: {date or 'Fri, 27 Nov 2026 09:00:00 +0100'}",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "MIME-Version: 1.0",
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "Sorry.",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            f"Final-Recipient: rfc822; {PRIYA}",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {returned}",
            "Subject: Something",
            "",
            "--b--",
            "",
        ]
    ).encode()


def test_a_bounce_names_its_letter_by_the_return_path(told: list[Why]) -> None:
    letter = sent()
    assert bounces.take(bounce(to=composing.return_path(letter.pk)), now=timezone.now())
    letter.refresh_from_db()
    assert (letter.state, told) == (State.BOUNCED, [Why.BOUNCED])
    assert suppression.scopes(PRIYA) == {Scope.BOUNCE}


def test_without_a_return_path_of_its_own_the_returned_message_id_names_it() -> None:
    letter = sent()
    assert bounces.take(
        bounce(to="requests@operator.example", returned=letter.message_id), now=timezone.now()
    )
    letter.refresh_from_db()
    assert letter.state == State.BOUNCED


def test_the_same_bounce_counts_once(told: list[Why]) -> None:
    letter = sent()
    message = bounce(to=composing.return_path(letter.pk))
    assert bounces.take(message, now=timezone.now())
    assert not bounces.take(message, now=timezone.now())
    assert (DeliveryEvent.objects.count(), told) == (1, [Why.BOUNCED])


@pytest.mark.parametrize(("action", "state"), [("delayed", State.SENT), ("delivered", State.DELIVERED)])
def test_a_delay_changes_nothing_and_a_delivery_is_noted(action: str, state: State) -> None:
    letter = sent()
    bounces.take(
        bounce(to=composing.return_path(letter.pk), action=action, status="4.4.1"), now=timezone.now()
    )
    letter.refresh_from_db()
    assert letter.state == state


def test_a_bounce_that_overtook_our_record_is_read_later() -> None:
    letter = sent(State.SENDING)
    with pytest.raises(bounces.LetterNotRecordedYet):
        bounces.take(bounce(to=composing.return_path(letter.pk)), now=timezone.now())
    assert not DeliveryEvent.objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Subject: out of office\r\n\r\nI am away.",
        bounce(to="bounces+1.000000000000@operator.example"),
        bounce(to="requests@operator.example", returned="<unknown@elsewhere.example>"),
        bounce(to="requests@operator.example", action="relayed"),
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b--\r\n',
    ],
)
def test_anything_else_is_no_bounce_of_ours(content: bytes) -> None:
    sent()
    with pytest.raises(bounces.NotABounce):
        bounces.take(content, now=timezone.now())


def test_a_bounce_with_a_date_nobody_can_read_still_counts() -> None:
    letter = sent()
    assert bounces.take(bounce(to=composing.return_path(letter.pk), date="yesterday"), now=timezone.now())


def test_read_bounces_removes_what_it_understood_and_leaves_the_rest(tmp_path: Path) -> None:
    letter = sent()
    box = mailbox.Maildir(str(tmp_path / "bounces"))
    box.add(bounce(to=composing.return_path(letter.pk)))
    box.add(b"Subject: a question\r\n\r\nMay I ask?")
    out = StringIO()
    call_command("read_bounces", f"maildir://{tmp_path / 'bounces'}", stdout=out)
    assert "1 bounce messages understood." in out.getvalue()
    assert [message["Subject"] for message in box] == ["a question"]
    box.close()


def test_read_bounces_asks_for_a_mailbox() -> None:
    with pytest.raises(CommandError, match="maildir"):
        call_command("read_bounces", "")


def test_staff_mark_a_letter_as_bounced_once(told: list[Why]) -> None:
    letter = sent()
    assert [done.id for done in byhand.mark_bounced([letter.pk], by="3", now=timezone.now())] == [letter.pk]
    assert byhand.mark_bounced([letter.pk], by="4", now=timezone.now()) == []
    letter.refresh_from_db()
    assert (letter.state, told) == (State.BOUNCED, [Why.BOUNCED])


@pytest.mark.parametrize(
    ("state", "again"),
    [(State.DEAD, 1), (State.REFUSED, 1), (State.UNKNOWN, 1), (State.CANCELLED, 0), (State.SENT, 0)],
)
def test_staff_try_again_what_failed_and_nothing_else(state: State, again: int) -> None:
    letter = sent(state)
    assert len(byhand.try_again([letter.pk])) == again
    # The second of two presses finds nothing to do.
    assert byhand.try_again([letter.pk]) == []
    letter.refresh_from_db()
    assert letter.state == (State.QUEUED if again else state)


def test_staff_discard_what_has_not_left() -> None:
    letter = sent()
    assert byhand.discard([letter.pk]) == []
    OutgoingEmail.objects.update(state=State.DEAD)
    assert [done.id for done in byhand.discard([letter.pk])] == [letter.pk]
    assert byhand.discard([letter.pk]) == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_letter_is_found_by_its_message_id_without_reading_the_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = OutgoingEmail.objects.filter(message_id="<a.b@operator.example>").values_list("pk").explain()
    assert "letters_by_message_id" in plan
