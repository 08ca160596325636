"""What staff may read of accounts in Django's admin. Nothing is edited here; the service suspends."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from smart_accounts.models import AccessRequest, IdentifierReservation, Member, SmartAccount
from smart_accounts.services import accounts

if TYPE_CHECKING:
    _Inline = admin.TabularInline[Member, SmartAccount]
    _Accounts = admin.ModelAdmin[SmartAccount]
    _Reservations = admin.ModelAdmin[IdentifierReservation]
    _AccessRequests = admin.ModelAdmin[AccessRequest]
else:
    _Inline = admin.TabularInline
    _Accounts = _Reservations = _AccessRequests = admin.ModelAdmin


class ReadOnly:
    """Shows rows to who may view them and changes none."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Members(ReadOnly, _Inline):
    model = Member
    fields = ("address", "person", "invited_at", "joined_at")
    extra = 0


@admin.register(SmartAccount)
class SmartAccountAdmin(ReadOnly, _Accounts):
    list_display = ("identifier", "name", "activated_at", "suspended_at")
    search_fields = ("identifier", "name", "members__address")
    list_filter = (("suspended_at", admin.EmptyFieldListFilter),)
    date_hierarchy = "activated_at"
    inlines = (Members,)
    actions = ("suspend", "lift_suspension")

    def has_suspend_permission(self, request: HttpRequest) -> bool:
        """Let superusers alone suspend: it stops a whole company."""
        return bool(request.user.is_active and request.user.is_superuser)

    @admin.action(description="Suspend the selected accounts", permissions=["suspend"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[SmartAccount]) -> None:
        accounts.suspend(queryset.values_list("pk", flat=True), now=timezone.now())

    @admin.action(description="Lift the suspension of the selected accounts", permissions=["suspend"])
    def lift_suspension(self, request: HttpRequest, queryset: QuerySet[SmartAccount]) -> None:
        accounts.lift_suspension(queryset.values_list("pk", flat=True))


@admin.register(IdentifierReservation)
class IdentifierReservationAdmin(ReadOnly, _Reservations):
    list_display = ("identifier", "request", "account", "reserved_at")
    list_select_related = ("account",)
    search_fields = ("identifier", "request")


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnly, _AccessRequests):
    list_display = ("account", "address", "state", "asked_at", "decided_at")
    list_select_related = ("account",)
    list_filter = ("state",)
    search_fields = ("account__identifier", "address")
    date_hierarchy = "asked_at"
