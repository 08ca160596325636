"""Say of each letter that left: when, which, to which kind of person, about what, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from notifications import emails
from notifications.emails.choose_authorizer import Cause
from notifications.models import Attempt, Outcome, OutgoingEmail
from people.models import Person
from requests_app.models import SmartAccountRequest

BEFORE = "promised before the simulation began"
_WHY = {
    emails.Reminder.kind: "the authorizer has not answered",
    emails.YourTurn.kind: "the request waits for its requester",
    emails.SetupReminder.kind: "the set-up is not finished",
    emails.Expired.kind: "the request waited too long for its requester",
    emails.NothingToDo.kind: "the request ended, and the authorizer was asked",
    emails.DraftEnding.kind: "a draft goes away soon",
    emails.ReviewerDigest.kind: "something waits for the reviewers",
    emails.DataErased.kind: "the days to undo an erasure are over",
}
_WHY_CHOOSE = {
    Cause.LAPSED: "the authorizer's link ended unanswered",
    Cause.REFUSED: "no reviewer released the held letter",
    Cause.UNDELIVERABLE: "the authorizer's letter could not be delivered",
}
_ABOUT = {emails.DraftEnding.kind: "a draft", emails.ReviewerDigest.kind: "the queue"}


@dataclass(frozen=True)
class Left:
    """One letter that left."""

    at: datetime
    kind: str
    reader: str
    about: str
    why: str

    def line(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} UTC  {self.kind} to the {self.reader}  {self.about}  {self.why}"


class Timeline:
    """Reads what left since it was read last, and before the nights blank what it said."""

    def __init__(self, *, began: datetime) -> None:
        self._began = began
        latest = Attempt.objects.order_by("-pk").values_list("pk", flat=True).first()
        self._read_up_to = latest or 0
        self._reviewers = set(Person.objects.filter(is_reviewer=True).values_list("email", flat=True))

    def read(self) -> Iterator[Left]:
        new = Attempt.objects.filter(pk__gt=self._read_up_to).select_related("email").order_by("pk")
        for attempt in new:
            self._read_up_to = attempt.pk
            if attempt.outcome == Outcome.SENT:
                yield self._left(attempt.email, attempt.ended_at)

    def _left(self, letter: OutgoingEmail, at: datetime) -> Left:
        request = (
            SmartAccountRequest.objects.filter(pk=letter.about).first() if len(letter.about) == 36 else None
        )
        about = request.reference if request else _ABOUT.get(letter.kind, "-")
        return Left(at, letter.kind, self._reader(letter, request), about, self._why(letter))

    def _reader(self, letter: OutgoingEmail, request: SmartAccountRequest | None) -> str:
        """Name the kind of person by what the address is to the request, or to the operator."""
        if request is not None:
            if letter.to == request.requester_address:
                return "requester"
            if request.nominations.filter(address=letter.to).exists():
                return "authorizer"
            if request.administrators.filter(address=letter.to).exists():
                return "administrator"
        if letter.kind == emails.DraftEnding.kind:
            return "requester"
        if letter.kind == emails.OperatorAlert.kind or letter.to in settings.ALERT_EMAILS:
            return "staff"
        return "reviewer" if letter.to in self._reviewers else "person"

    def _why(self, letter: OutgoingEmail) -> str:
        if letter.created_at < self._began:
            return BEFORE
        if letter.kind == emails.ChooseAuthorizer.kind:
            cause = letter.primitives["cause"]
            return _WHY_CHOOSE.get(Cause(cause), f"the nomination ended: {cause}")
        if letter.kind == emails.OperatorAlert.kind:
            return f"alert: {letter.primitives['alert']}"
        return _WHY.get(letter.kind, f"what happened called for it: {letter.kind}")
