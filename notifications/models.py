"""What the post office keeps: letters promised, attempts, what providers said, who wants no letters."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from notifications.emails.letter import Route

ROUTES = tuple(Route)


class State(StrEnum):
    """Where a promised letter is (delivery design: queued to sent, then only forward)."""

    QUEUED = "queued"
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    DEAD = "dead"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


LEFT = (State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED)
"""The states of a letter that some mail system took from us."""


class Why(StrEnum):
    """Why an address is not to be written to again; a policy's `undeliverable` is told this word."""

    REFUSED = "refused"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    GAVE_UP = "gave_up"
    COMPLAINED = "complained"  # it arrived, and its reader wants no more like it


class Outcome(StrEnum):
    """How one attempt ended."""

    SENT = "sent"
    RETRY = "retry"
    ROUTE = "route"
    REFUSED = "refused"
    DEAD = "dead"
    UNKNOWN = "unknown"
    LOST = "lost"


class Scope(StrEnum):
    """What a suppressed address no longer gets."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    NOT_MEANT = "not_meant"


class OutgoingEmail(models.Model):
    """One promised letter. It holds the letter's primitives, never a link, a code or a body.

    Defaults live in the database, so that `outbox.post` is one plain INSERT and both clocks in it are one.
    """

    kind = models.CharField(max_length=40)
    route = models.CharField(max_length=10)
    primitives = models.JSONField()
    language = models.CharField(max_length=8, default="en", db_default="en")
    to = models.CharField(max_length=254)
    key = models.CharField(max_length=200)
    about = models.CharField(max_length=64, db_default="")
    """The subject of its history, as text: a request's id."""
    on_behalf_of = models.CharField(max_length=64, db_default="")
    """Who caused it, as text: a reader who said "not meant for me" gets nothing more from that person."""
    due_at = models.DateTimeField(null=True, blank=True)
    """Null means at once: a fresh row depends on no other machine's clock."""
    state = models.CharField(max_length=10, db_default=State.QUEUED.value)
    wanted = models.BooleanField(db_default=True)
    """False when its request closed while it was being sent: it is not tried again."""
    attempts = models.PositiveIntegerField(db_default=0)
    lost_leases = models.PositiveIntegerField(db_default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    """When its own run of temporary failures began; failures of the route do not count."""
    blamed_at = models.DateTimeField(null=True, blank=True)
    """When a refusal of this letter made its route pause."""
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=100, db_default="")
    begun_at = models.DateTimeField(null=True, blank=True)
    """When a letter that must not arrive twice went to the wire."""
    trace = models.CharField(max_length=49, db_default="")
    """Under which id it was promised (notifications.trail)."""
    message_id = models.CharField(max_length=255, db_default="")
    provider_id = models.CharField(max_length=255, db_default="")
    error_class = models.CharField(max_length=80, db_default="")
    error_code = models.CharField(max_length=20, db_default="")
    error_text = models.CharField(max_length=200, db_default="")
    undeliverable_why = models.CharField(max_length=10, db_default="")
    undeliverable_told = models.BooleanField(db_default=True)
    """False until the policy of its kind has heard why the address cannot be reached."""
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "letter"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key"], name="a_letter_is_promised_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="a_letter_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(route__in=[route.value for route in ROUTES]), name="a_letter_takes_a_known_route"
            ),
            models.CheckConstraint(
                condition=~Q(key="") & ~Q(to="") & ~Q(kind=""), name="a_letter_has_key_kind_and_reader"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENDING.value, lease_until__isnull=False) & ~Q(leased_by="")
                | ~Q(state=State.SENDING.value) & Q(lease_until__isnull=True, leased_by=""),
                name="only_a_letter_being_sent_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in LEFT]) | Q(sent_at__isnull=False),
                name="a_sent_letter_knows_when",
            ),
            models.CheckConstraint(
                condition=Q(undeliverable_told=True) | ~Q(undeliverable_why=""),
                name="an_undeliverable_letter_knows_why",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What is still to do, in the order of the claim: as small as the backlog, whatever lies behind.
            models.Index(
                F("route"),
                Coalesce("due_at", "created_at"),
                F("id"),
                condition=Q(state=State.QUEUED.value),
                name="letters_to_send",
            ),
            models.Index(
                fields=["route", "lease_until"],
                condition=Q(state=State.SENDING.value),
                name="letters_being_sent",
            ),
            models.Index(fields=["id"], condition=Q(undeliverable_told=False), name="letters_to_tell_about"),
            models.Index(fields=["route"], condition=Q(state=State.WAITING.value), name="letters_waiting"),
            models.Index(fields=["id"], condition=Q(state=State.DEAD.value), name="letters_dead"),
            models.Index(fields=["id"], condition=Q(state=State.UNKNOWN.value), name="letters_unknown"),
            models.Index(fields=["about", "id"], condition=~Q(about=""), name="letters_about_a_subject"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="letters_by_provider_id"),
            # A bounce names its letter by this.
            models.Index(fields=["message_id"], name="letters_by_message_id"),
            models.Index(
                fields=["sent_at"],
                condition=Q(sent_at__isnull=False, blanked_at__isnull=True),
                name="letters_to_blank",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """One try to send a letter, as staff read it."""

    email = models.ForeignKey(OutgoingEmail, on_delete=models.CASCADE, related_name="history")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    stage = models.CharField(max_length=20, blank=True, db_default="")
    error_class = models.CharField(max_length=80, blank=True, db_default="")
    error_code = models.CharField(max_length=20, blank=True, db_default="")
    error_text = models.CharField(max_length=200, blank=True, db_default="")
    worker = models.CharField(max_length=100, blank=True, db_default="")
    ended_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in Outcome]),
                name="an_attempt_has_a_known_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email_id} attempt {self.number}: {self.outcome}"


class DeliveryEvent(models.Model):
    """What a provider, a bounce message or a member of staff said about a letter that had left."""

    email = models.ForeignKey(
        OutgoingEmail, null=True, blank=True, on_delete=models.CASCADE, related_name="events"
    )
    """Null while no letter is known by the provider's id: the event came before our own commit."""
    fingerprint = models.CharField(max_length=64)
    provider = models.CharField(max_length=40)
    provider_id = models.CharField(max_length=255, blank=True, db_default="")
    event = models.CharField(max_length=20)
    reason = models.CharField(max_length=20, blank=True, db_default="")
    text = models.CharField(max_length=200, blank=True, db_default="")
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["fingerprint"], name="an_event_counts_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["provider_id"], condition=Q(email__isnull=True), name="events_without_a_letter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} from {self.provider}"


class Suppression(models.Model):
    """An address, as a keyed hash, that no longer gets some letters; staff lift it by deleting it."""

    address_hash = models.CharField(max_length=64)
    scope = models.CharField(max_length=10)
    requester = models.CharField(max_length=64, blank=True, default="")
    """Whose letters are unwanted, as text; only with `not_meant`."""
    reason = models.CharField(max_length=200, blank=True, default="")
    source = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["address_hash", "scope", "requester"], name="an_address_is_suppressed_once_per_scope"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=[Scope.BOUNCE.value, Scope.COMPLAINT.value], requester="")
                | Q(scope=Scope.NOT_MEANT.value) & ~Q(requester=""),
                name="only_not_meant_names_a_requester",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.address_hash[:8]}"


class Heartbeat(models.Model):
    """When a queue's heartbeat last went the whole way: beat, Redis, that queue's worker, database."""

    queue = models.CharField(max_length=20, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue


class RouteState(models.Model):
    """Whether a route to the mail system is sick, and until when it rests."""

    route = models.CharField(max_length=10, primary_key=True)
    sick_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    pauses = models.PositiveIntegerField(default=0)
    alerted_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    """Set after a backup was restored: nothing leaves until an operator releases it."""
    error_text = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.route


class Tally(models.Model):
    """A total of the monitoring's: how often something happened, up to where its bookmark says."""

    series = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    number = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["series", "label"], name="a_total_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.label}"
