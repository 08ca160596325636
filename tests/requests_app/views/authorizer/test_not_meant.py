""" "This was not meant for me" and "Stop these e-mails": from the link's page and from the foot of a letter."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from requests_app.domain.lifecycle import Event
from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import actors, reminding, transitions, withdrawal
from requests_app.services.transitions import Conflict
from tests import make
from tests.make import NOW
from tests.requests_app.views.authorizer.browsing import (
    Browser,
    done_of,
    every_row,
    first_of,
    page_of,
    stop_path_of,
    text_of,
    title_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def made() -> SmartAccountRequest:
    return make.request()


@pytest.fixture
def link(made: SmartAccountRequest) -> AuthorizationLink:
    return make.link_of(made)


@pytest.fixture
def named(made: SmartAccountRequest) -> Nomination:
    return first_of(made)


def not_meant_of(link: AuthorizationLink) -> str:
    return f"{page_of(link)}not-meant/"


def authorization_of(made: SmartAccountRequest) -> str:
    made.refresh_from_db()
    return str(made.authorization)


def test_the_answer_leads_to_a_page_that_asks_once_more(
    made: SmartAccountRequest, link: AuthorizationLink
) -> None:
    browser = Browser()
    browser.open(link)
    assert browser.choose(link, Answer.NOT_MEANT).headers["Location"] == not_meant_of(link)
    page = browser.get(not_meant_of(link))
    assert page.status_code == 200
    assert "checked" not in page.content.decode()
    assert not make.posted("authorizer_code")
    assert authorization_of(made) == "pending"


def test_submitted_as_it_stands_it_is_422_and_changes_nothing(
    made: SmartAccountRequest, link: AuthorizationLink
) -> None:
    browser = Browser()
    browser.open(link)
    before = every_row()
    response = browser.send(not_meant_of(link))
    assert response.status_code == 422
    assert title_of(response).startswith("Error:")
    assert every_row() == before


def test_ticked_it_ends_the_nomination_and_pressed_again_leads_to_the_result(
    made: SmartAccountRequest, link: AuthorizationLink
) -> None:
    browser = Browser()
    browser.open(link)
    for _ in range(2):
        assert browser.send(not_meant_of(link), sure="on").headers["Location"] == done_of(link)
    assert authorization_of(made) == "not_meant"
    assert "This nomination ended" in text_of(browser.get(done_of(link)))
    assert browser.get(page_of(link)).status_code == 410


def test_the_foot_of_a_letter_shows_two_buttons_and_changes_nothing(named: Nomination) -> None:
    before = every_row()
    browser = Browser()
    page = browser.get(stop_path_of(named)).content.decode()
    assert "Stop reminders of this request" in page
    assert f'href="{stop_path_of(named)}/not-meant/"' in page
    browser.head(stop_path_of(named))
    browser.get(f"{stop_path_of(named)}/not-meant/")
    assert every_row() == before


def test_one_click_stops_reminders_without_cookie_and_proof_and_twice_is_the_same(
    made: SmartAccountRequest, named: Nomination
) -> None:
    for _ in range(2):
        response = Client(enforce_csrf_checks=True).post(stop_path_of(named), ONE_CLICK)
        assert response.status_code == 200
        assert not response.cookies
    named.refresh_from_db()
    assert (named.reminders_stopped_at, named.next_reminder_at) == (NOW, None)
    assert authorization_of(made) == "pending"
    assert reminding.remind(now=NOW + 13 * DAY) == 0
    with pytest.raises(Conflict):
        reminding.remind_by_hand(made.pk, by=made.requester, now=NOW)


def test_one_click_comes_as_a_form_of_parts_too_and_whatever_it_carries(named: Nomination) -> None:
    sender = Client(enforce_csrf_checks=True)
    assert sender.post(stop_path_of(named), data="x" * 400_000, content_type="text/plain").status_code == 200
    named.refresh_from_db()
    assert named.reminders_stopped_at == NOW


def test_it_works_after_the_links_end_and_after_closing(
    made: SmartAccountRequest, named: Nomination, clock: time_machine.Traveller
) -> None:
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    clock.move_to(NOW + 80 * DAY)
    assert Client().get(stop_path_of(named)).status_code == 200
    assert Client().post(stop_path_of(named), ONE_CLICK).status_code == 200


def test_once_the_row_is_gone_it_is_404(made: SmartAccountRequest, named: Nomination) -> None:
    path = stop_path_of(named)
    named.delete()
    assert Client().get(path).status_code == 404
    assert Client().post(path, ONE_CLICK).status_code == 404


def test_not_meant_at_the_foot_of_a_letter_needs_the_box_and_a_form(
    made: SmartAccountRequest, named: Nomination
) -> None:
    path = f"{stop_path_of(named)}/not-meant/"
    assert Client(enforce_csrf_checks=True).post(path, {"sure": "on"}).status_code == 403
    browser = Browser()
    browser.get(path)
    assert browser.send(path).status_code == 422
    assert authorization_of(made) == "pending"
    for _ in range(2):
        assert browser.send(path, sure="on").headers["Location"] == stop_path_of(named)
    assert authorization_of(made) == "not_meant"
    assert "You said that this was not meant for you" in text_of(browser.get(stop_path_of(named)))
    assert browser.put(path).status_code == 405


def test_not_meant_of_an_authorized_request_stops_it(made: SmartAccountRequest, named: Nomination) -> None:
    make.answered(made, Answer.AUTHORIZE)
    path = f"{stop_path_of(named)}/not-meant/"
    browser = Browser()
    assert "Stop this request" in text_of(browser.get(path))
    assert browser.send(path, sure="on").status_code == 303
    made.refresh_from_db()
    assert made.frozen_at == NOW
    assert browser.get(stop_path_of(named)).status_code == 200
    assert browser.get(path).status_code == 409
    assert browser.send(path, sure="on").status_code == 409


def test_reminders_of_a_frozen_request_can_be_stopped(made: SmartAccountRequest, named: Nomination) -> None:
    with transaction.atomic():
        transitions.apply(transitions.locked(made.pk), Event.FREEZE, by=actors.CLOCK, now=NOW)
    assert Client().post(stop_path_of(named), ONE_CLICK).status_code == 200
