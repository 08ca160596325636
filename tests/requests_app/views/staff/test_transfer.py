"""A reviewer offers a request whose requester is gone, and takes the offer back."""

from collections.abc import Callable

import pytest
from django.test import Client

from people.models import Person
from requests_app.models import TransferOffer
from tests import make
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db
LEE = "lee.park@acme-robotics.example"


def test_an_offer_is_made_shown_and_taken_back(desk: Client) -> None:
    request = make.request()
    path = f"/review/{request.pk}/transfer/"
    assert "is gone" in text_of(desk.get(path))
    answer = desk.post(path, {"address": LEE})
    assert (answer.status_code, answer["Location"]) == (303, f"/review/{request.pk}/")
    assert f"offered to {LEE}" in text_of(desk.get(f"/review/{request.pk}/"))
    assert LEE in text_of(desk.get(path))
    assert desk.post(path, {"do": "take_back"}).status_code == 303
    assert TransferOffer.objects.get().state == "taken_back"


def test_an_address_that_does_not_agree_is_refused_at_its_field(desk: Client) -> None:
    request = make.request()
    answer = desk.post(f"/review/{request.pk}/transfer/", {"address": "lee@globex.example"})
    assert answer.status_code == 422
    assert "belongs to acme-robotics.example" in text_of(answer)
    assert 'value="lee@globex.example"' in answer.content.decode()


def test_only_reviewers_without_a_part_find_the_page(
    desk: Client, rita: Person, sit_down: Callable[[Person], Client]
) -> None:
    request = make.request(administrators=(rita.email,))
    path = f"/review/{request.pk}/transfer/"
    assert desk.get(path).status_code == 403
    assert sit_down(make.person("eve@globex.example")).get(path).status_code == 404
    assert desk.get("/review/00000000-0000-0000-0000-000000000000/transfer/").status_code == 404


def test_a_request_that_no_longer_waits_is_not_offered(desk: Client) -> None:
    request = make.in_setup()
    path = f"/review/{request.pk}/transfer/"
    assert desk.get(path).status_code == 409
    assert desk.post(path, {"address": LEE}).status_code == 409
    assert "transfer/" not in desk.get(f"/review/{request.pk}/").content.decode()
