"""The submitted request, complete from its first moment, and what it says about company and administrators."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from requests_app.domain.lifecycle import Authority, AuthorizationState, DomainState, RequestState, States

OPEN_STATES = (RequestState.PENDING, RequestState.SETUP)


class SmartAccountRequest(models.Model):
    """One request for a Smart Account. Its three states change through `services.transitions` alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    # The draft it came from: the same form sent twice finds this row instead of making a second one.
    draft_id = models.UUIDField(unique=True, editable=False)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requests")
    # The verified address under which it was asked; a later change of address does not rewrite the facts.
    requester_address = models.EmailField(max_length=254)
    authority = models.CharField(max_length=3, choices=[(word, word.value) for word in Authority])
    account_domain = models.CharField(max_length=253)
    domain_edited = models.BooleanField(default=False)
    domain_note = models.CharField(max_length=500, blank=True)
    account_name = models.CharField(max_length=200)
    facts_version = models.PositiveIntegerField(default=1)

    state = models.CharField(max_length=10, choices=[(s, s.value) for s in RequestState])
    authorization = models.CharField(max_length=12, choices=[(s, s.value) for s in AuthorizationState])
    domain = models.CharField(max_length=12, choices=[(s, s.value) for s in DomainState])

    # What the reviewer asked when the domain gate is `change_asked`.
    proposal = models.CharField(max_length=253, blank=True)
    question = models.CharField(max_length=500, blank=True)
    rejection_reason = models.CharField(max_length=500, blank=True)

    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_reason = models.CharField(max_length=500, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # It stands still because its requester is suspended: lifting that lets it go on, and no other freeze.
    frozen_by_suspension = models.BooleanField(default=False, db_default=False)

    # The reviewer who is at it, so that two do not judge the same; the claim ends by itself.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)

    submitted_at = models.DateTimeField()
    # When each gate came to its present state; an ask repeated counts anew.
    authorization_since = models.DateTimeField()
    domain_since = models.DateTimeField()
    # The latest event that made it the requester's turn and is still open; the clocks below count from it.
    turn_since = models.DateTimeField(null=True, blank=True)
    next_reminder_at = models.DateTimeField(null=True, blank=True)
    # Number of the last reminder of the running clock that was sent or skipped.
    reminders_handled = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(null=True, blank=True)
    setup_entered_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # When the retention run took the people out of it; what is left says what happened, not who.
    forgotten_at = models.DateTimeField(null=True, blank=True)
    client_network = models.CharField(max_length=50, blank=True)
    account = models.ForeignKey(
        "smart_accounts.SmartAccount", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "request"
        ordering: ClassVar[list[str]] = ["-submitted_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["requester", "account_domain"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_request_per_requester_and_identifier",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RequestState.SETUP, RequestState.ACTIVE])
                | Q(authorization=AuthorizationState.AUTHORIZED, domain=DomainState.APPROVED),
                name="set_up_only_when_both_gates_are_clear",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.ACTIVE) | Q(account__isnull=False),
                name="an_active_request_has_its_account",
            ),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | Q(state__in=OPEN_STATES),
                name="only_open_requests_are_frozen",
            ),
            models.CheckConstraint(
                condition=Q(frozen_by_suspension=False) | Q(frozen_at__isnull=False),
                name="only_a_frozen_request_is_frozen_by_suspension",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Only what waits has these moments, so no state stands in the conditions: SQLite would not
            # recognize a list of them in a query with parameters, and read the whole table each minute.
            models.Index(
                fields=["next_reminder_at"],
                name="request_reminder_due",
                condition=Q(frozen_at__isnull=True, next_reminder_at__isnull=False),
            ),
            models.Index(
                fields=["expires_at"],
                name="request_expiry_due",
                condition=Q(frozen_at__isnull=True, expires_at__isnull=False),
            ),
            models.Index(
                fields=["domain_since"], name="request_review_queue", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=["closed_at"],
                name="request_forgetting_due",
                condition=Q(forgotten_at__isnull=True, closed_at__isnull=False),
            ),
            models.Index(
                fields=["activated_at"],
                name="request_active_forgetting_due",
                condition=Q(forgotten_at__isnull=True, activated_at__isnull=False),
            ),
            models.Index(fields=["account_domain"], name="request_by_identifier"),
            models.Index(fields=["client_network", "submitted_at"], name="request_by_network"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def states(self) -> States:
        """The three states and the freeze, as the pure rules read them."""
        return States(
            request=RequestState(self.state),
            authorization=AuthorizationState(self.authorization),
            domain=DomainState(self.domain),
            frozen=self.frozen_at is not None,
        )

    @property
    def is_open(self) -> bool:
        """Still before its end: pending or in set-up."""
        return self.state in OPEN_STATES


class Administrator(models.Model):
    """A person who is to run the Smart Account, named by address."""

    request = models.ForeignKey(SmartAccountRequest, on_delete=models.CASCADE, related_name="administrators")
    address = models.EmailField(max_length=254)
    is_requester = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["request", "address"], name="an_administrator_is_named_once"),
        ]

    def __str__(self) -> str:
        return self.address


class Company(models.Model):
    """Company information, optional (source article, steps 10 to 16). It voids nothing when it changes."""

    request = models.OneToOneField(SmartAccountRequest, on_delete=models.CASCADE, related_name="company")
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    address = models.CharField(max_length=255, blank=True)
    address2 = models.CharField(max_length=255, blank=True)
    city = models.CharField(max_length=100, blank=True)
    area = models.CharField(max_length=100, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name or self.country


class SetUp(models.Model):
    """The requester's answers while in set-up; dropped when the request leaves set-up again."""

    request = models.OneToOneField(SmartAccountRequest, on_delete=models.CASCADE, related_name="set_up")
    agreement_version = models.CharField(max_length=20, blank=True)
    agreement_accepted_at = models.DateTimeField(null=True, blank=True)
    company_confirmed_at = models.DateTimeField(null=True, blank=True)
    administrators_confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "set-up"

    def __str__(self) -> str:
        return f"set-up of {self.request_id}"
