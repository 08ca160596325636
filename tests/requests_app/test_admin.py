"""Django's admin shows requests and changes nothing."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client

from people.models import Person
from requests_app.models import AuthorizationLink, Decision, HistoryLine, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from tests import make

pytestmark = pytest.mark.django_db
SitDown = Callable[[Person], Client]
MODELS = [SmartAccountRequest, Nomination, Decision, HistoryLine]


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_every_row_is_shown_and_no_row_can_be_changed(model: type, sit_down: SitDown) -> None:
    root = make.person("root@operator.example", is_staff=True, is_superuser=True)
    browser: Client = sit_down(root)
    request = make.answered(make.request(), Answer.AUTHORIZE)
    name = f"/admin/requests_app/{model.__name__.lower()}/"
    row = model.objects.first()
    assert browser.get(name).status_code == 200
    assert browser.get(name, {"q": request.reference}).status_code == 200
    page = browser.get(f"{name}{row.pk}/change/")
    assert page.status_code == 200
    assert browser.get(f"{name}add/").status_code == 403
    assert browser.post(f"{name}{row.pk}/change/", {}).status_code == 403
    assert browser.post(f"{name}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nothing_a_token_is_derived_from_is_shown(sit_down: SitDown) -> None:
    root = make.person("root@operator.example", is_staff=True, is_superuser=True)
    browser: Client = sit_down(root)
    make.answered(make.request(), Answer.AUTHORIZE)
    named, link, decision = (model.objects.get() for model in (Nomination, AuthorizationLink, Decision))
    pages = b"".join(
        browser.get(f"/admin/requests_app/{row._meta.model_name}/{row.pk}/change/").content
        for row in (named, decision, SmartAccountRequest.objects.get())
    )
    for secret in (named.stop_nonce, link.nonce, link.token_hash, decision.receipt_nonce, decision.salt):
        assert secret.encode() not in pages


def test_links_and_codes_have_no_page_of_their_own() -> None:
    assert AuthorizationLink not in admin.site._registry
