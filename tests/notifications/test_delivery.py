"""How letters are claimed, sent and recorded."""
import pytest
from notifications import outbox
from notifications.emails import Nomination, Reminder
from notifications.models import OutgoingEmail, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]


def test_a_posted_letter_is_sent_once(deliver) -> None:
    outbox.post(Nomination.sample(), to="priya@acme.example", key="nomination:1")
    outbox.post(Reminder.sample(), to="priya@acme.example", key="reminder:1")
    letters = deliver()
    assert {letter.kind for letter in letters} == {"nomination", "reminder"}
    assert deliver() == letters or len(deliver()) == 2
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {State.SENT}
