"""What exists after activation: the account, its administrators, and who asks to join."""

import uuid
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class SmartAccount(models.Model):
    """The account through which a company manages licences, entitlements, users and roles."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    identifier = models.CharField(max_length=253, unique=True)
    registrable_domain = models.CharField(max_length=253, db_index=True)
    # UTS 39 skeleton: look-alikes of this account share it.
    skeleton = models.CharField(max_length=600, db_index=True)
    name = models.CharField(max_length=200)
    activated_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True, blank=True)
    agreement_version = models.CharField(max_length=20)
    agreement_accepted_at = models.DateTimeField()
    agreement_accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.identifier


class Member(models.Model):
    """An administrator of an account; *invited* until somebody signs in with the address verified."""

    account = models.ForeignKey(SmartAccount, on_delete=models.CASCADE, related_name="members")
    # Lower-cased; joining needs exactly this address verified, so a +tag is an address of its own here.
    address = models.EmailField(max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["invited_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "address"], name="an_address_joins_an_account_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, joined_at__isnull=True)
                | Q(person__isnull=False, joined_at__isnull=False),
                name="a_member_has_joined_as_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class IdentifierReservation(models.Model):
    """One row per identifier that is approved or in use; written at approval, kept by the account."""

    identifier = models.CharField(max_length=253, unique=True)
    # The request it was approved for, as text: this app knows no requests.
    request = models.CharField(max_length=36, unique=True)
    account = models.OneToOneField(SmartAccount, null=True, blank=True, on_delete=models.PROTECT)
    reserved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.identifier


class AccessState(StrEnum):
    """What became of a person's wish to join."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"


class AccessRequest(models.Model):
    """A person whose verified address agrees with an account asks its administrators for access."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(SmartAccount, on_delete=models.CASCADE, related_name="access_requests")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_requests"
    )
    address = models.EmailField(max_length=254)
    message = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in AccessState], default=AccessState.ASKED.value
    )
    reason = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "person"],
                condition=Q(state="asked"),
                name="one_open_access_request_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"access to {self.account_id} by {self.person_id}"
