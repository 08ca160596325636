"""Requests that end before they are active, and links that end before they are answered."""

import pytest

from people.templatetags.moments import until, until_day
from requests_app.domain.authorization import link_end
from requests_app.domain.spans import Spans
from tests.journeys import asking
from tests.journeys.conftest import Clock, Meet
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.django_db


def test_a_withdrawn_request_tells_both_and_its_link_is_dead(meet: Meet, stranger: Meet) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page = asking.ask(dana, authorizer=PRIYA)
    reference = asking.reference(dana)
    nomination = priya.letter("nomination")
    dana.letter("request_sent")
    dana.open(page).click("Withdraw the request").is_at("Withdraw this request?").sees("for good")
    dana.press("Withdraw the request").sees(f"You withdrew request {reference}.", "Withdrawn")
    dana.letter("withdrawn").says(reference)
    dana.has_nothing_to_read()
    priya.letter("nothing_to_do").says(
        "The requester has withdrawn it", "No answer is needed from you", reference
    )
    priya.has_nothing_to_read()
    asking.open_link(priya, nomination).is_at("This request was withdrawn", status=410)
    priya.does_not_see("Dana", DANA)
    dana.open("/administration/").sees("You have no open requests", "Finished requests", reference)


def test_an_unanswered_link_lapses_after_its_reminders_and_can_be_renewed_by_its_reader(
    meet: Meet, stranger: Meet, clock: Clock
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    end = link_end(clock.now, spans=Spans())
    page = asking.ask(dana, authorizer=PRIYA)
    nomination = priya.letter("nomination").says(until(end).partition(",")[0])
    for days in (4, 4, 5):
        clock.goes_on(days=days)
        reminder = priya.letter("reminder").says("have no answer yet")
        assert reminder.link("/a/") == nomination.link("/a/")
    reminder.says("This is the last reminder")
    assert reminder.subject.startswith("Last reminder: answer by ")
    clock.goes_on(days=2)
    dana.letter("choose_authorizer").says(
        "The authorizer has not answered in time", "You may name 2 more people"
    )
    dana.sign_in(page).sees("Your turn: choose another authorizer", f"{PRIYA} did not answer in time")

    asking.open_link(priya, nomination).is_at(f"This link expired on {until_day(end)}", status=410)
    priya.does_not_see("Dana", DANA).press("Send a new link to the same address")
    priya.is_at("A new link is on its way").sees(PRIYA)
    fresh = priya.letter("new_link").says("The link in our earlier e-mail no longer works")
    assert fresh.link("/a/") != nomination.link("/a/")
    dana.open(page).sees(
        "Waiting for the authorizer and the reviewer", until(link_end(clock.now, spans=Spans()))
    )
    asking.open_link(priya, nomination).is_at("This link was replaced by a newer one", status=410)
    asking.authorize(priya, fresh)
    dana.letter("authorized").says(PRIYA)


def test_a_request_that_nobody_goes_on_with_expires_after_its_reminders(
    meet: Meet, stranger: Meet, clock: Clock
) -> None:
    dana, priya = meet(DANA).sign_in(), stranger(PRIYA)
    page = asking.ask(dana, authorizer=PRIYA)
    asking.decline(priya, priya.letter("nomination"))
    dana.letter("declined")
    clock.goes_on(days=8)
    dana.letter("your_turn").says("authorizer")
    clock.goes_on(days=14)
    dana.letter("your_turn")
    clock.goes_on(days=9)
    dana.letter("expired").says("The request waited 30 days for you and has expired")
    dana.sign_in(page).sees("Expired", "You can ask again at any time")
    assert "nomination" not in priya.unread()
