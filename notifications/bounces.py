"""Read bounce messages (RFC 3464) that came back to the return path, and hand what they say to tracking."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime

from notifications import composing, tracking
from notifications.models import OutgoingEmail, State

PROVIDER = "bounce message"
_EVENTS = {
    "failed": tracking.Event.BOUNCED,
    "delayed": tracking.Event.DEFERRED,
    "delivered": tracking.Event.DELIVERED,
}


class NotABounce(ValueError):
    """The message is no delivery status notification about a letter of ours."""


class LetterNotRecordedYet(LookupError):
    """The bounce overtook our own record of the letter: read it again later."""


@dataclass(frozen=True)
class Bounce:
    """What one message says about one letter."""

    letter_id: int
    event: tracking.Event
    reason: str
    text: str
    happened_at: datetime
    message_id: str


def read(content: bytes) -> Bounce:
    """Understand one message. Raises NotABounce for anything else: auto-replies, spam, letters from people.

    The letter is named by the return path it came back to (RETURN_PATH) or by the Message-ID in the returned
    headers; a bounce that names neither is nobody's.
    """
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if (
        message.get_content_type() != "multipart/report"
        or message.get_param("report-type") != "delivery-status"
    ):
        raise NotABounce("Not a delivery status notification.")
    fields = _status(message)
    event = _EVENTS.get(str(fields.get("Action", "")).strip().lower())
    letter_id = _letter_id(message)
    if event is None or letter_id is None:
        raise NotABounce("It names no letter of ours or no outcome.")
    status = str(fields.get("Status", "")).strip()
    return Bounce(
        letter_id=letter_id,
        event=event,
        # The same words as the providers': only what speaks of the address suppresses it.
        reason="invalid"
        if status.startswith(("5.1.", "5.2.1"))
        else "blocked"
        if status.startswith("5.7.")
        else "other",
        text=f"{status} {fields.get('Diagnostic-Code', '')}".strip(),
        happened_at=_moment(message),
        message_id=str(message["Message-ID"] or ""),
    )


def take(content: bytes, *, now: datetime) -> bool:
    """Read a message and keep its event; returns False for one kept before. Raises NotABounce, LetterNotRecordedYet."""
    bounce = read(content)
    state = OutgoingEmail.objects.filter(pk=bounce.letter_id).values_list("state", flat=True).first()
    if state is None:
        raise NotABounce("Its letter is not in the outbox.")
    if state in {State.SENDING, State.QUEUED}:
        raise LetterNotRecordedYet(str(bounce.letter_id))
    return tracking.take(
        tracking.Report(
            provider=PROVIDER,
            event=bounce.event,
            happened_at=bounce.happened_at,
            event_id=bounce.message_id,
            reason=bounce.reason,
            text=bounce.text,
        ),
        letter_id=bounce.letter_id,
        now=now,
    )


def _status(message: EmailMessage) -> Message:
    """The fields about the recipient; our letters have one."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, Message) and "Action" in block:
                    return block
    raise NotABounce("It has no delivery status.")


def _letter_id(message: EmailMessage) -> int | None:
    addresses = [
        str(value) for name in ("Delivered-To", "X-Original-To", "To") for value in message.get_all(name, [])
    ]
    for _, address in getaddresses(addresses):
        if (letter_id := composing.letter_of(address)) is not None:
            return letter_id
    returned = next((_returned(part) for part in message.walk() if part.get_content_type() in _RETURNED), "")
    if not returned:
        return None
    return OutgoingEmail.objects.filter(message_id=returned).values_list("pk", flat=True).first()


_RETURNED = {"message/rfc822", "text/rfc822-headers"}


def _returned(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return str(payload[0]["Message-ID"] or "").strip()
    text = part.get_payload(decode=True)
    headers = message_from_bytes(text if isinstance(text, bytes) else str(payload).encode())
    return str(headers["Message-ID"] or "").strip()


def _moment(message: EmailMessage) -> datetime:
    try:
        moment = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return datetime.fromtimestamp(0, UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
