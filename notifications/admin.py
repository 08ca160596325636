"""The outbox for staff: everything can be read, nothing is edited; acts stand on the operators' page."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

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
    readonly_fields = ("acts",)

    @admin.display(description="what can be done")
    def acts(self, letter: OutgoingEmail) -> str:
        """Lead to the page where an act is confirmed and recorded."""
        return format_html(
            '<a href="{}">Its page under Operations</a>', reverse("ops_letter", args=[letter.pk])
        )


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
