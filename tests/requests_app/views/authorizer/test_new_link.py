"""A new link to the same address: from an expired link's page, or when the codes are used up."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from requests_app.models import AuthorizationLink
from tests import make
from tests.make import NOW
from tests.requests_app.views.authorizer.browsing import Browser, done_of, path_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def link() -> AuthorizationLink:
    return make.link_of(make.request())


@pytest.fixture
def browser(link: AuthorizationLink) -> Browser:
    """A browser that opened the link."""
    browser = Browser()
    browser.open(link)
    return browser


def test_a_new_link_is_one_post_and_pressed_again_already_sent(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    clock.move_to(link.expires_at)
    browser.get(path_of(link))
    for _ in range(2):
        response = browser.send(f"/authorize/{link.pk}/new-link/")
        assert (response.status_code, response.headers["Location"]) == (303, done_of(link))
    assert "A new link is on its way" in text_of(browser.get(done_of(link)))
    assert len(make.posted("new_link")) == 1


def test_new_links_are_once_a_day_and_three(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    for number in range(3):
        clock.move_to(NOW + timedelta(days=number))
        current = make.link_of(link.nomination.request)
        browser.open(current)
        assert browser.send(f"/authorize/{current.pk}/new-link/").status_code == 303
        fresh = make.link_of(link.nomination.request)
        browser.open(fresh)
        assert browser.send(f"/authorize/{fresh.pk}/new-link/").status_code == (409 if number == 2 else 429)


def test_a_new_link_needs_the_cookie_and_a_form(link: AuthorizationLink) -> None:
    path = f"/authorize/{link.pk}/new-link/"
    assert Client(enforce_csrf_checks=True).get(path).status_code == 405
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert Client().post(path).status_code == 403
    assert Client().post(f"/authorize/{uuid.uuid4()}/new-link/").status_code == 403
