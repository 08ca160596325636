"""Tell the operator: a line in the log, and a letter per cause and day."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from notifications import languages, outbox
from notifications.emails.operator_alert import Alert, OperatorAlert

log = logging.getLogger(__name__)
PAGE = "/ops/"


def raise_alert(
    alert: Alert, *, cause: str, now: datetime, facts: Sequence[str] = (), page_path: str = PAGE
) -> None:
    """Log it, and write to each address of ALERT_EMAILS unless this cause was told today.

    `facts` are short lines for staff: no body, no link, no code. Call `log_only` for what befalls an alert.
    """
    log.error("An operator's attention is needed.", extra={"alert": alert.value, "cause": cause})
    letter = OperatorAlert(
        alert=alert.value, page_path=page_path, noticed_at=now.isoformat(), facts=tuple(facts)
    )
    for number, address in enumerate(settings.ALERT_EMAILS):
        outbox.post(
            letter,
            to=address,
            key=f"alert:{alert}:{cause}:{now:%Y%m%d}:{number}"[:200],
            language=languages.of_reader(address),
        )


def is_alert(kind: str) -> bool:
    """Say whether a letter is itself an alert: trouble with one is logged and never written about."""
    return kind == OperatorAlert.kind


def log_only(alert: Alert, *, cause: str) -> None:
    """Log what must not become a letter."""
    log.error("An alert could not be sent.", extra={"alert": alert.value, "cause": cause})
