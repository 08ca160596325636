"""A request offered to a colleague, who may take it over."""

import uuid
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from requests_app.models.request import SmartAccountRequest


class OfferState(StrEnum):
    """What became of an offer; one whose time is over stays open until somebody looks at it under the lock."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"


class TransferOffer(models.Model):
    """One colleague asked to become the requester of one request; at most one offer is open at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SmartAccountRequest, on_delete=models.CASCADE, related_name="offers")
    address = models.EmailField(max_length=254)
    # Lower-cased, without +tag: what two addresses are compared by.
    address_key = models.CharField(max_length=254)
    # The requester, or a reviewer where the requester is gone.
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_staff = models.BooleanField(default=False)
    # Of the page on which it was made: the colleague is written to in it.
    language = models.CharField(max_length=8, default="en")
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in OfferState],
        default=OfferState.OPEN.value,
    )
    offered_at = models.DateTimeField()
    # Exclusive; shown to people one minute earlier.
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-offered_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(state=OfferState.OPEN.value),
                name="one_open_offer_per_request",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address_key"], name="offers_to_an_address"),
            models.Index(fields=["offered_by", "offered_at"], name="offers_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"offer of {self.request_id}"
