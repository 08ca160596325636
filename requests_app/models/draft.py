"""Unfinished answers of a signed-in person; they resume on any device."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from people import hosts
from requests_app.domain.lifecycle import Authority


class Draft(models.Model):
    """The wizard's answers so far, page by page. Submitting removes the row in the same transaction."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    # {page name: {field: value}}; a page stands here once it was continued with valid answers.
    answers = models.JSONField(default=dict)
    # The same for pages left by "Save and finish later": as typed, unchecked.
    typed = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-saved_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["warn_at"], name="draft_warning_due", condition=Q(warned_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"draft {self.id}"

    @property
    def outline(self) -> tuple[str, ...]:
        """What tells this draft from another: account, identifier, authorizer, company, as far as entered."""
        entered = {
            "account": {**self.typed.get("account", {}), **self.answers.get("account", {})},
            "authorizer": {**self.typed.get("authorizer", {}), **self.answers.get("authorizer", {})},
            "company": {**self.typed.get("company", {}), **self.answers.get("company", {})},
        }
        is_own = entered["authorizer"].get("authority") == Authority.YES
        told = (
            entered["account"].get("account_name"),
            hosts.unicode_form(entered["account"].get("account_domain") or ""),
            "" if is_own else entered["authorizer"].get("authorizer_address"),
            entered["company"].get("name") if entered["company"].get("provide") else "",
        )
        return tuple(fact for fact in told if fact)
