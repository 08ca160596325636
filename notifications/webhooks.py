"""Receive what Anymail's webhooks say and hand it to tracking; Anymail authenticates them."""

import logging
from datetime import UTC, datetime
from typing import Any

from anymail.signals import tracking as anymail_tracking
from django.utils import timezone

from notifications import tracking

log = logging.getLogger(__name__)


def listen() -> None:
    """Connect to Anymail's signal; called once when the app is ready."""
    anymail_tracking.connect(on_event, dispatch_uid="notifications.webhooks")


def on_event(sender: object, event: Any, esp_name: str, **_unused: object) -> None:
    """Keep one normalized event; kinds we have no use for (opened, clicked, queued …) are passed over."""
    try:
        kind = tracking.Event(event.event_type)
    except ValueError:
        return
    tracking.take(
        tracking.Report(
            provider=esp_name,
            event=kind,
            provider_id=str(event.message_id or ""),
            event_id=f"{kind}:{event.event_id}" if event.event_id else "",
            happened_at=event.timestamp or datetime.fromtimestamp(0, UTC),
            reason=str(event.reject_reason or ""),
            text=str(event.mta_response or event.description or ""),
        ),
        now=timezone.now(),
    )
