"""A restored backup: which letters may have left since, and what the mail system's log says of them."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from notifications import outbox, restored
from notifications.emails import DomainRejected
from notifications.models import Attempt, OutgoingEmail, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
DANA = "dana@acme.example"


def promised(key: str, **how: object) -> OutgoingEmail:
    outbox.post(DomainRejected.sample(), to=DANA, key=key, **how)  # type: ignore[arg-type]
    return OutgoingEmail.objects.get(key=key)


def test_doubtful_is_what_would_leave_as_soon_as_it_may() -> None:
    now = timezone.now()
    due, sending, later, sent = (promised(key) for key in ("due:1", "sending:1", "later:1", "sent:1"))
    OutgoingEmail.objects.filter(pk=sending.pk).update(
        state=State.SENDING, lease_until=now, leased_by="a worker of before"
    )
    OutgoingEmail.objects.filter(pk=later.pk).update(due_at=now + timedelta(days=1))
    OutgoingEmail.objects.filter(pk=sent.pk).update(state=State.SENT, sent_at=now)
    assert list(restored.doubtful(now=now)) == [due, sending]


def test_the_list_names_each_letter_as_a_mail_log_does() -> None:
    letter = promised("due:1")
    out = StringIO()
    call_command("hold_outbox", "--list", stdout=out)
    (line,) = out.getvalue().splitlines()
    assert line.split()[0] == letter.message_id
    assert line.endswith(f"domain_rejected  {DANA}")


def test_what_the_mail_systems_log_names_is_recorded_as_sent_and_the_rest_stays(tmp_path: Path) -> None:
    known, other = promised("known:1"), promised("other:1")
    log = tmp_path / "mail.log"
    log.write_bytes(
        f"4AB: message-id={known.message_id} size=10\n5CD: message-id=<nobody@elsewhere.example>\n".encode()
        + b"\xff\xfe broken\n"
    )
    for count in (1, 0):
        out = StringIO()
        call_command("hold_outbox", "--sent", str(log), stdout=out)
        assert f"as sent: {count}." in out.getvalue()
    known.refresh_from_db()
    other.refresh_from_db()
    assert (known.state, known.attempts, other.state) == (State.SENT, 1, State.QUEUED)
    assert known.sent_at
    assert [tried.worker for tried in Attempt.objects.filter(email=known)] == [restored.BY_HAND]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("<a.b@x.example> and <a.b@x.example>", ["<a.b@x.example>"]),
        ("no <tag> <> <@x> <a@> here", []),
        (f"<{'x' * 300}@x.example>", []),
    ],
)
def test_message_ids_are_found_in_any_text(text: str, found: list[str]) -> None:
    assert restored.message_ids(text) == found
