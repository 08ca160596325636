"""What was decided, signed; and what happened, line by line."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from notifications.links import Seed
from requests_app.models.nomination import Nomination
from requests_app.models.request import SmartAccountRequest


class Decision(models.Model):
    """One recorded answer with its signed evidence; rows are chained and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sequence = models.PositiveBigIntegerField(unique=True)
    request = models.ForeignKey(SmartAccountRequest, on_delete=models.PROTECT, related_name="decisions")
    nomination = models.ForeignKey(
        Nomination, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    answer = models.CharField(max_length=10)
    address = models.EmailField(max_length=254)
    reason = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    statement_version = models.CharField(max_length=20, blank=True)
    facts = models.JSONField()
    facts_version = models.PositiveIntegerField()
    link_id = models.UUIDField(null=True, blank=True)
    challenge_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField()
    # Personal fields enter the signed record as salted hashes; without value and salt the chain still verifies.
    salt = models.CharField(max_length=32)
    record = models.TextField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)
    receipt_nonce = models.CharField(max_length=32)
    receipt_key_id = models.CharField(max_length=16)
    receipt_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["sequence"]

    def __str__(self) -> str:
        return f"decision {self.sequence}: {self.answer}"

    @property
    def receipt_seed(self) -> Seed:
        """The seed of the receipt's own link, in the authorizer's receipt letter only."""
        return Seed(uuid=str(self.id), nonce=self.receipt_nonce, key_id=self.receipt_key_id)


class HistoryLine(models.Model):
    """One thing that happened to a request: who, what, when, from, to. Only ever added."""

    request = models.ForeignKey(SmartAccountRequest, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    event = models.CharField(max_length=30)
    actor = models.CharField(max_length=12)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The authorizer's address, or another name by which readers know who acted.
    actor_name = models.CharField(max_length=254, blank=True)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["request", "id"], name="history_of_a_request")
        ]

    def __str__(self) -> str:
        return f"{self.event} at {self.at:%Y-%m-%d %H:%M}"
