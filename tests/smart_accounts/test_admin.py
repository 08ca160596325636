"""Accounts in Django's admin: to be read, and suspended by the service."""

import pytest
from django.contrib.admin import site
from django.test import RequestFactory

from people.models import Person
from smart_accounts.models import AccessRequest, IdentifierReservation, SmartAccount
from tests.smart_accounts.builders import account, person

pytestmark = pytest.mark.django_db


def request_of(someone: Person, method: str = "get"):
    request = getattr(RequestFactory(), method)("/admin/")
    request.user = someone
    return request


@pytest.mark.parametrize("model", [SmartAccount, IdentifierReservation, AccessRequest])
def test_not_even_a_superuser_edits_a_row(model: type) -> None:
    request = request_of(person("root@acme.example", is_staff=True, is_superuser=True))
    rows = site._registry[model]

    assert rows.has_view_permission(request)
    assert not rows.has_add_permission(request)
    assert not rows.has_change_permission(request)
    assert not rows.has_delete_permission(request)


def test_superusers_suspend_accounts_and_lift_it_again() -> None:
    opened = account()
    rows = site._registry[SmartAccount]
    request = request_of(person("root@acme.example", is_staff=True, is_superuser=True), "post")

    actions = rows.get_actions(request)
    actions["suspend"][0](rows, request, SmartAccount.objects.all())
    opened.refresh_from_db()
    assert opened.suspended_at is not None

    actions["lift_suspension"][0](rows, request, SmartAccount.objects.all())
    opened.refresh_from_db()
    assert opened.suspended_at is None


def test_other_staff_do_not_suspend() -> None:
    rows = site._registry[SmartAccount]

    assert "suspend" not in rows.get_actions(request_of(person("staff@acme.example", is_staff=True)))
