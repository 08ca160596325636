"""Reasons that reviewers give often, kept for all of them."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q


class ReasonFor(StrEnum):
    """Which act a template is for; the words are those of the events."""

    REJECT = "reject"
    ASK_CHANGE = "ask_change"
    REFUSE = "refuse"


class ReasonTemplate(models.Model):
    """A reason, or a question, as it was put once for many requests; what was sent is a copy of its text.

    It is retired and never deleted, so that its history stays beside it."""

    reason_for = models.CharField(max_length=10, choices=[(act.value, act.value) for act in ReasonFor])
    # Of the text: a requester reads it as it is.
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=100)
    # The name without case, since two databases disagree about the case of letters beyond ASCII.
    name_key = models.CharField(max_length=300, unique=True, editable=False)
    text = models.CharField(max_length=500)
    # Which text a page showed: who saves another one than stands here is told first.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["reason_for", "language", "name_key"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(reason_for__in=[act.value for act in ReasonFor]),
                name="a_reason_template_is_for_a_known_act",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(text=""), name="a_reason_template_has_a_name_and_a_text"
            ),
        ]

    def __str__(self) -> str:
        return self.name
