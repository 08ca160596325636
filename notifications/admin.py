"""The outbox for staff: read everything, try a letter again, discard it, mark it as bounced. Nothing is edited."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from notifications import byhand
from notifications.models import Attempt, DeliveryEvent, Heartbeat, OutgoingEmail, RouteState, Suppression

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
    _Attempts = admin.TabularInline[Attempt, OutgoingEmail]
    _Events = admin.TabularInline[DeliveryEvent, OutgoingEmail]
else:
    _Admin = admin.ModelAdmin
    _Attempts = _Events = admin.TabularInline


def _is_ops(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_ops", False) or request.user.is_superuser)


class _ReadOnly(_Admin):
    """Rows are written by the post office alone. Operations read them by their role, others as permitted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_ops(request) or super().has_module_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_ops(request) or super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _AttemptInline(_Attempts):
    """Whoever may read a letter may read how its sending went."""

    model = Attempt
    extra = 0
    can_delete = False
    readonly_fields = ("number", "ended_at", "outcome", "stage", "error_code", "error_text", "worker")
    fields = readonly_fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _EventInline(_Events):
    model = DeliveryEvent
    extra = 0
    can_delete = False
    readonly_fields = ("happened_at", "event", "reason", "provider", "text")
    fields = readonly_fields

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(_ReadOnly):
    list_display = ("key", "kind", "to", "state", "attempts", "created_at", "sent_at", "error_code")
    list_filter = ("state", "route", "kind")
    search_fields = ("=to", "=about", "=key")
    show_full_result_count = False
    # Primitives stay hidden: they hold people's messages.
    exclude = ("primitives",)
    inlines = [_AttemptInline, _EventInline]
    actions = ["try_again", "discard", "mark_bounced"]

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Operations alone act on letters."""
        return _is_ops(request)

    @admin.action(description="Try again now", permissions=["operate"])
    def try_again(self, request: HttpRequest, letters: QuerySet[OutgoingEmail]) -> None:
        done = len(byhand.try_again(letters.values_list("pk", flat=True)))
        self.message_user(request, f"{done} letters are queued again.")

    @admin.action(description="Discard", permissions=["operate"])
    def discard(self, request: HttpRequest, letters: QuerySet[OutgoingEmail]) -> None:
        done = len(byhand.discard(letters.values_list("pk", flat=True)))
        self.message_user(request, f"{done} letters are cancelled.")

    @admin.action(description="Mark as bounced", permissions=["operate"])
    def mark_bounced(self, request: HttpRequest, letters: QuerySet[OutgoingEmail]) -> None:
        by = str(request.user.pk)
        done = len(byhand.mark_bounced(letters.values_list("pk", flat=True), by=by, now=timezone.now()))
        self.message_user(request, f"{done} letters are marked as bounced.")


@admin.register(Suppression)
class SuppressionAdmin(_ReadOnly):
    """Staff lift a suppression by deleting it."""

    list_display = ("scope", "short_hash", "source", "reason", "requester", "created_at")
    list_filter = ("scope", "source")

    @admin.display(description="address (hash)")
    def short_hash(self, row: Suppression) -> str:
        return row.address_hash[:8]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_ops(request) or admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(RouteState)
class RouteStateAdmin(_ReadOnly):
    list_display = ("route", "sick_since", "paused_until", "pauses", "held_at", "error_text")


@admin.register(Heartbeat)
class HeartbeatAdmin(_ReadOnly):
    list_display = ("queue", "beat_at")
