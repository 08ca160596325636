"""Who gets no letters: kept as keyed hashes, asked before each letter."""

import pytest

from notifications import outbox, suppression
from notifications.emails import AuthorizerCode, Nomination, Reminder, RequestSent
from notifications.emails.letter import Letter
from notifications.models import Scope, State, Suppression, Why
from tests.faults.smtp_server import SmtpServer
from tests.notifications.sending import PRIYA, drain_all, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]


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


def test_a_suppression_is_kept_as_a_keyed_hash() -> None:
    suppression.add(PRIYA, scope=Scope.COMPLAINT, source="test")
    assert not suppression.add("PRIYA+x@acme.example", scope=Scope.COMPLAINT, source="test")
    assert PRIYA.partition("@")[0] not in str(Suppression.objects.values().get())
    assert suppression.lift(PRIYA, scope=Scope.COMPLAINT)
    assert not suppression.scopes(PRIYA)
