"""Write down that letters left: a batch in one statement, for between sending and this a letter may be doubled."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction

from notifications import foreign, tracking, trail
from notifications.models import Attempt, Outcome, OutgoingEmail, State

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 15.0
AGAIN_SECONDS = 0.5
AWAY = (OperationalError, InterfaceError, InternalError)
"""What a database says that does not answer, broke off or takes nothing."""

_RECORD = (
    "WITH gone AS (UPDATE notifications_outgoingemail SET state = 'sent', sent_at = %(at)s,"
    " provider_id = %(provider_id)s, lease_until = NULL, leased_by = '', failing_since = NULL,"
    " error_class = '', error_code = '', error_text = ''"
    " WHERE id = ANY(%(ids)s::bigint[]) AND state = 'sending' AND leased_by = %(worker)s RETURNING id),"
    " noted AS (INSERT INTO notifications_attempt (email_id, number, outcome, worker, ended_at)"
    " SELECT email_id, number, 'sent', %(worker)s, ended_at"
    " FROM UNNEST(%(ids)s::bigint[], %(numbers)s::int[], %(moments)s::timestamptz[])"
    " AS noted (email_id, number, ended_at))"
    " SELECT COUNT(*) FROM gone"
)


@dataclass(frozen=True)
class Sent:
    """A letter the mail system took."""

    letter: OutgoingEmail
    provider_id: str
    sent_at: datetime


def record(results: Sequence[Sent]) -> None:
    """Record letters of one claim. A database that is away is waited for: a lost record sends a letter twice."""
    for provider_id, group in groupby(results, key=lambda result: result.provider_id):
        together = tuple(group)
        known_as = foreign.kept(provider_id, limit=tracking.PROVIDER_ID_LENGTH)
        persistently(partial(_record, together, known_as))
        trail.letters_tried([one.letter for one in together], Outcome.SENT)


def _record(results: Sequence[Sent], provider_id: str) -> None:
    """Record letters that share a provider's id ("" over SMTP)."""
    record = _in_one_statement if connection.vendor == "postgresql" else _in_a_transaction
    if not provider_id:
        changed = record(results, provider_id)
    else:
        with transaction.atomic():
            changed = record(results, provider_id)
            for result in results:
                tracking.apply_waiting(result.letter.pk, provider_id=provider_id)
    if changed < len(results):
        log.warning("Letters left after their lease had run out.", extra={"letters": len(results) - changed})


def _in_one_statement(results: Sequence[Sent], provider_id: str) -> int:
    values: dict[str, Any] = {
        "at": results[-1].sent_at,
        "provider_id": provider_id,
        "worker": results[0].letter.leased_by,
        "ids": _array(result.letter.pk for result in results),
        "numbers": _array(result.letter.attempts for result in results),
        "moments": _array(result.sent_at.isoformat() for result in results),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        return int(cursor.fetchone()[0])


def _array(values: Iterable[int | str]) -> str:
    """Write numbers or moments as PostgreSQL reads arrays: the driver's own way costs more than the statement."""
    return "{" + ",".join(map(str, values)) + "}"


def _in_a_transaction(results: Sequence[Sent], provider_id: str) -> int:
    letters = [result.letter for result in results]
    with transaction.atomic():
        changed = OutgoingEmail.objects.filter(
            pk__in=[letter.pk for letter in letters],
            state=State.SENDING,
            leased_by=letters[0].leased_by,
        ).update(
            state=State.SENT,
            sent_at=results[-1].sent_at,
            provider_id=provider_id,
            lease_until=None,
            leased_by="",
            failing_since=None,
            error_class="",
            error_code="",
            error_text="",
        )
        Attempt.objects.bulk_create(
            Attempt(
                email=result.letter,
                number=result.letter.attempts,
                outcome=Outcome.SENT,
                worker=result.letter.leased_by,
                ended_at=result.sent_at,
            )
            for result in results
        )
    return changed


def persistently(record: Callable[[], None]) -> None:
    """Try again while the database is away or takes nothing, unless the caller's own transaction is lost with it."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return record()
        except AWAY:
            if connection.in_atomic_block or time.monotonic() > ends:
                raise
            log.warning("The database is away; a result waits to be recorded.")
            connection.close()
            time.sleep(AGAIN_SECONDS)
