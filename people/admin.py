"""People in Django admin: roles and suspension; passwords and second factors are their own affair."""

from typing import TYPE_CHECKING, Any

from allauth.account import admin as account_admin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from people import services
from people.models import Person

# Loaded first, so that their pages can be taken back: nobody verifies an address or makes a factor by hand.
_LOADED = (account_admin, mfa_admin, auth_admin)
admin.site.unregister([Authenticator, EmailAddress, Group])


if TYPE_CHECKING:
    _OfPeople = admin.ModelAdmin[Person]
    _OfAddresses = admin.TabularInline[EmailAddress, Person]
else:
    _OfPeople = admin.ModelAdmin
    _OfAddresses = admin.TabularInline


class Addresses(_OfAddresses):
    """The person's addresses, to look at: only a code verifies one."""

    model = EmailAddress
    fields = ("email", "verified", "primary")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Person)
class PersonAdmin(_OfPeople):
    list_display = ("email", "full_name", "is_staff", "is_reviewer", "is_ops", "suspended_at", "last_login")
    list_filter = ("is_staff", "is_reviewer", "is_ops", "is_active")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fields = (
        "email",
        "full_name",
        "is_active",
        "is_staff",
        "is_reviewer",
        "is_ops",
        "is_superuser",
        "suspended_at",
        "suspension",
        "erases_at",
        "created_at",
        "last_login",
    )
    readonly_fields = ("email", "suspended_at", "suspension", "erases_at", "created_at", "last_login")
    inlines = (Addresses,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People register themselves; staff are made by `manage.py create_staff`."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are erased by a service, which keeps what must be kept."""
        return False

    @admin.display(description="suspension")
    def suspension(self, person: Person) -> str:
        """Lead to the page that asks for a reason and knows what else must stand still."""
        words = "Lift the suspension" if services.is_suspended(person) else "Suspend this person"
        return format_html('<a href="{}">{}</a>', reverse("suspension", args=[person.pk]), words)
