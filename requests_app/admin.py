"""What staff may read of requests in Django's admin. Every change goes through a service, none through here."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from requests_app.models import (
    Administrator,
    AuthorizationLink,
    Decision,
    HistoryLine,
    Nomination,
    SmartAccountRequest,
)

if TYPE_CHECKING:
    _Requests = admin.ModelAdmin[SmartAccountRequest]
    _Nominations = admin.ModelAdmin[Nomination]
    _Decisions = admin.ModelAdmin[Decision]
    _Lines = admin.ModelAdmin[HistoryLine]
    _NominationsInline = admin.TabularInline[Nomination, SmartAccountRequest]
    _AdministratorsInline = admin.TabularInline[Administrator, SmartAccountRequest]
    _LinksInline = admin.TabularInline[AuthorizationLink, Nomination]
else:
    _Requests = _Nominations = _Decisions = _Lines = admin.ModelAdmin
    _NominationsInline = _AdministratorsInline = _LinksInline = admin.TabularInline


class ReadOnly:
    """Shows rows to who may view them and changes none."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Administrators(ReadOnly, _AdministratorsInline):
    model = Administrator
    fields = ("address", "is_requester")
    extra = 0


class Nominations(ReadOnly, _NominationsInline):
    model = Nomination
    fields = ("number", "address", "state", "reasons", "created_at", "promised_at", "ended_at")
    extra = 0
    show_change_link = True


class Links(ReadOnly, _LinksInline):
    """The links of a nomination, without what a token is derived from."""

    model = AuthorizationLink
    fields = ("generation", "purpose", "state", "created_at", "expires_at", "used_at")
    extra = 0


@admin.register(SmartAccountRequest)
class RequestAdmin(ReadOnly, _Requests):
    list_display = ("reference", "account_domain", "requester_address", "state", "authorization", "domain")
    list_filter = ("state", "authorization", "domain", ("frozen_at", admin.EmptyFieldListFilter))
    search_fields = ("reference", "account_domain", "account_name", "requester_address")
    date_hierarchy = "submitted_at"
    list_select_related = ("requester",)
    inlines = (Administrators, Nominations)


@admin.register(Nomination)
class NominationAdmin(ReadOnly, _Nominations):
    list_display = ("address", "request", "number", "state", "created_at")
    list_filter = ("state", "handed_on")
    search_fields = ("address", "request__reference")
    list_select_related = ("request",)
    date_hierarchy = "created_at"
    exclude = ("stop_nonce", "stop_key_id", "stop_hash")
    inlines = (Links,)


@admin.register(Decision)
class DecisionAdmin(ReadOnly, _Decisions):
    list_display = ("sequence", "request", "answer", "address", "decided_at")
    list_filter = ("answer",)
    search_fields = ("request__reference", "address")
    list_select_related = ("request",)
    date_hierarchy = "decided_at"
    exclude = ("receipt_nonce", "receipt_key_id", "receipt_hash", "salt")


@admin.register(HistoryLine)
class HistoryLineAdmin(ReadOnly, _Lines):
    list_display = ("at", "request", "event", "actor", "actor_name", "before", "after")
    list_filter = ("event", "actor")
    search_fields = ("request__reference", "actor_name")
    list_select_related = ("request",)
    date_hierarchy = "at"
