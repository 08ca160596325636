"""The naming of one authorizer, the links written to that address, and the codes that prove its mailbox."""

import uuid
from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from notifications.links import Seed
from requests_app.domain.authorization import LinkState, NominationState
from requests_app.models.request import SmartAccountRequest


class LinkPurpose(StrEnum):
    """Why a link was made; new links and fact changes are limited per nomination."""

    NOMINATION = "nomination"
    NEW_LINK = "new_link"
    FACTS_CHANGED = "facts_changed"


class Answer(StrEnum):
    """What the authorizer may answer, and what he may do with an answer later: take it back."""

    AUTHORIZE = "authorize"
    DECLINE = "decline"
    HAND_ON = "hand_on"
    NOT_MEANT = "not_meant"
    TAKE_BACK = "take_back"


CURRENT = (NominationState.HELD, NominationState.PENDING)


class Nomination(models.Model):
    """One authorizer named for one request; at most one is current at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SmartAccountRequest, on_delete=models.CASCADE, related_name="nominations")
    number = models.PositiveSmallIntegerField()
    address = models.EmailField(max_length=254)
    # Lower-cased, without +tag: what two addresses are compared by.
    address_key = models.CharField(max_length=254, db_index=True)
    message = models.CharField(max_length=500, blank=True)
    # Of letters to this address: that of the page where it was named, then of the page where its reader answers.
    language = models.CharField(max_length=8, default="en", db_default="en")
    # True when an authorizer handed on; the requester's own nominations count to three.
    handed_on = models.BooleanField(default=False)
    counted = models.BooleanField(default=True)
    state = models.CharField(max_length=12, choices=[(s, s.value) for s in NominationState])
    reasons = models.JSONField(default=list, blank=True)
    # The stop link's own seed ("Stop these e-mails"); its token is derived, only the hash is kept.
    stop_nonce = models.CharField(max_length=32)
    stop_key_id = models.CharField(max_length=16)
    stop_hash = models.CharField(max_length=64, unique=True)

    created_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    # The moment from which the active link's reminders count: its letter was promised then.
    promised_at = models.DateTimeField(null=True, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    # Number of the last automatic reminder of the active link, and how many were sent over all links.
    reminders_handled = models.PositiveSmallIntegerField(default=0)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    reminders_stopped_at = models.DateTimeField(null=True, blank=True)
    manual_reminders = models.PositiveSmallIntegerField(default=0)
    last_manual_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "number"], name="nominations_are_numbered"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state__in=CURRENT), name="one_current_nomination_per_request"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_reminder_at"],
                name="nomination_reminder_due",
                condition=Q(state=NominationState.PENDING, next_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["held_until"], name="nomination_held_due", condition=Q(state=NominationState.HELD)
            ),
        ]

    def __str__(self) -> str:
        return f"nomination {self.number} of {self.request_id}"

    @property
    def stop_seed(self) -> Seed:
        """The seed of this nomination's "Stop these e-mails" link."""
        return Seed(uuid=str(self.id), nonce=self.stop_nonce, key_id=self.stop_key_id)

    @property
    def is_current(self) -> bool:
        """Held or pending: the one the request waits on."""
        return self.state in CURRENT


class AuthorizationLink(models.Model):
    """One e-mailed address; the token is derived when a letter is rendered and never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nomination = models.ForeignKey(Nomination, on_delete=models.CASCADE, related_name="links")
    generation = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=14, choices=[(p, p.value) for p in LinkPurpose])
    nonce = models.CharField(max_length=32)
    key_id = models.CharField(max_length=16)
    token_hash = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=[(s, s.value) for s in LinkState], default=LinkState.ACTIVE
    )
    created_at = models.DateTimeField()
    # Exclusive; shown to people one minute earlier.
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["nomination"],
                condition=Q(state=LinkState.ACTIVE),
                name="one_active_link_per_nomination",
            ),
            models.UniqueConstraint(
                fields=["nomination", "generation"], name="links_of_a_nomination_are_numbered"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["expires_at"], name="link_lapse_due", condition=Q(state=LinkState.ACTIVE)),
        ]

    def __str__(self) -> str:
        return f"link {self.generation} of nomination {self.nomination_id}"

    @property
    def seed(self) -> Seed:
        """What the token is derived from, together with the key."""
        return Seed(uuid=str(self.id), nonce=self.nonce, key_id=self.key_id)


class CodeChallenge(models.Model):
    """A 6-digit code asked for: the code itself is derived from the id and never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(AuthorizationLink, on_delete=models.CASCADE, related_name="challenges")
    answer = models.CharField(max_length=10, choices=[(a, a.value) for a in Answer])
    facts_version = models.PositiveIntegerField()
    # The colleague's address when the answer hands on: the code is bound to it too.
    colleague = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["link", "created_at"], name="codes_of_a_link")
        ]

    def __str__(self) -> str:
        return f"code challenge of link {self.link_id}"
