"""Tell the policies which addresses could not be reached, each in a transaction of its own.

The row remembers that nobody was told yet, so a crash between the refusal and the telling loses nothing.
"""

import logging
from datetime import datetime

from django.db import connection, transaction

from notifications import alerts, policies
from notifications.emails.operator_alert import Alert
from notifications.models import OutgoingEmail, Why

log = logging.getLogger(__name__)
AT_ONCE = 100


def tell(*, now: datetime) -> int:
    """Tell what is untold; returns how many. A policy that fails is told again with the next sweep."""
    told = 0
    untold = OutgoingEmail.objects.filter(undeliverable_told=False).order_by("id")
    for letter_id in list(untold.values_list("id", flat=True)[:AT_ONCE]):
        try:
            told += _tell(letter_id)
        except Exception as error:
            log.exception(
                "A policy failed while it was told of an undeliverable letter.", extra={"letter": letter_id}
            )
            alerts.raise_alert(
                Alert.OTHER,
                cause=f"policy:{type(error).__name__}",
                facts=(f"Letter {letter_id} could not be delivered and its request was not told.",),
                now=now,
            )
    return told


def _tell(letter_id: int) -> int:
    with transaction.atomic():
        letter = (
            OutgoingEmail.objects.select_for_update(
                skip_locked=connection.features.has_select_for_update_skip_locked
            )
            .filter(pk=letter_id, undeliverable_told=False)
            .first()
        )
        if letter is None:
            return 0
        policies.tell(letter, Why(letter.undeliverable_why))
        return OutgoingEmail.objects.filter(pk=letter_id).update(undeliverable_told=True)
