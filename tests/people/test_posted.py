"""Somebody whose session ended before a form was sent signs in and comes back to a page, never to a refusal."""

import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from people import next_page
from tests import make
from tests.make import PASSWORD

pytestmark = pytest.mark.django_db
ID, OTHER = uuid.UUID(int=4), uuid.UUID(int=5)


@pytest.mark.parametrize(
    ("door", "page"),
    [
        (reverse("request_remind", args=[ID]), reverse("request", args=[ID])),
        (reverse("setup_activate", args=[ID]), reverse("setup", args=[ID])),
        (reverse("data_download"), reverse("data")),
        (reverse("smart_accounts:ask", args=[ID]), reverse("smart_accounts:access")),
        (reverse("smart_accounts:invite", args=[ID]), reverse("smart_accounts:account", args=[ID])),
        (reverse("smart_accounts:approve", args=[ID, OTHER]), reverse("smart_accounts:account", args=[ID])),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_comes_back_to_the_page_that_has_the_form(
    method: str, door: str, page: str
) -> None:
    response = getattr(Client(), method)(door)
    assert response.status_code in {302, 303}
    assert parse_qs(urlsplit(response.headers["Location"]).query)["next"] == [page]


def test_a_reminder_asked_for_after_the_session_ended_leads_to_the_request() -> None:
    request = make.request()
    browser = Client()
    asked = browser.post(reverse("request_remind", args=[request.pk]))
    location = asked.headers["Location"]
    sent = {"login": request.requester.email, "password": PASSWORD}
    arrived = browser.post(location, sent | {"next": parse_qs(urlsplit(location).query)["next"]}, follow=True)
    assert (arrived.status_code, arrived.request["PATH_INFO"]) == (
        200,
        reverse("request", args=[request.pk]),
    )


def test_the_page_above_is_always_one_of_ours() -> None:
    assert next_page.above("/nowhere/at/all/") == "/"
    assert next_page.above("/") == "/"
