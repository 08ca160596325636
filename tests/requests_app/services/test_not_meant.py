""" "This was not meant for me": what ends, who is told, and what staff can undo."""

from datetime import timedelta

import pytest
from django.db import transaction

from notifications import links, suppression
from notifications.models import Scope
from requests_app.domain.lifecycle import Event, NotAllowed
from requests_app.models import Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    actors,
    authorization,
    nomination,
    not_meant,
    parties,
    stopping,
    transitions,
    withdrawal,
)
from requests_app.services.authorization import BeingChecked, LinkDead
from tests import make
from tests.make import NOW, PRIYA

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def first_of(made: SmartAccountRequest) -> Nomination:
    return made.nominations.get(number=1)


def is_suppressed(made: SmartAccountRequest) -> bool:
    return Scope.NOT_MEANT in suppression.scopes(PRIYA, requester=str(made.requester_id))


def alerts() -> list[str]:
    return [row.primitives["alert"] for row in make.posted("operator_alert")]


def test_it_ends_the_nomination_suppresses_this_requester_and_alerts_staff() -> None:
    made = make.request()
    link = make.link_of(made)
    not_meant.say_at_link(link.pk, now=NOW)
    made.refresh_from_db()
    assert (made.authorization, first_of(made).state) == ("not_meant", "not_meant")
    assert is_suppressed(made)
    assert suppression.scopes(PRIYA, requester="another") == frozenset()
    assert alerts() == ["not_meant"]
    assert make.posted("choose_authorizer")[0].primitives["cause"] == "not_meant"
    with pytest.raises(LinkDead):
        not_meant.say_at_link(link.pk, now=NOW)


def test_said_twice_at_the_foot_of_a_letter_it_changes_nothing_more() -> None:
    made = make.request()
    for _ in range(2):
        not_meant.say(first_of(made).pk, now=NOW)
    assert made.history.filter(event="not_meant").count() == 1
    assert len(make.posted("choose_authorizer")) == 1
    assert alerts() == ["not_meant"]


def test_a_lapsed_nomination_can_still_be_refused_at_the_foot_of_a_letter() -> None:
    made = make.request()
    link = make.link_of(made)
    authorization.lapse_if_over(link.pk, now=link.expires_at)
    not_meant.say(first_of(made).pk, now=link.expires_at + DAY)
    made.refresh_from_db()
    assert made.authorization == "not_meant"


def test_while_authorized_it_stops_the_request_for_staff() -> None:
    made = make.answered(make.request(), Answer.AUTHORIZE)
    not_meant.say(first_of(made).pk, now=NOW)
    made.refresh_from_db()
    assert made.authorization == "authorized"
    assert made.frozen_at == NOW
    assert made.frozen_by is None
    assert PRIYA in made.frozen_reason
    assert not is_suppressed(made)
    assert alerts() == ["not_me"]
    with pytest.raises(BeingChecked):
        not_meant.say(first_of(made).pk, now=NOW)


def test_of_a_replaced_nomination_only_the_address_is_suppressed() -> None:
    made = make.request()
    nomination.replace(made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=NOW)
    not_meant.say(first_of(made).pk, now=NOW)
    made.refresh_from_db()
    assert made.authorization == "pending"
    assert first_of(made).state == "replaced"
    assert is_suppressed(made)
    assert alerts() == ["not_meant"]


def test_after_closing_only_the_address_is_suppressed() -> None:
    made = make.request()
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    not_meant.say(first_of(made).pk, now=NOW + 40 * DAY)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert is_suppressed(made)


def test_nothing_of_this_requester_reaches_the_address_any_more(deliver: object) -> None:
    made = make.request()
    not_meant.say(first_of(made).pk, now=NOW)
    assert callable(deliver)
    assert deliver(to=PRIYA) == []


def test_staff_undo_it_and_the_same_address_is_asked_by_a_new_link() -> None:
    made = make.request()
    not_meant.say(first_of(made).pk, now=NOW)
    assert not_meant.undo(first_of(made).pk, by=make.reviewer(), now=NOW + DAY)
    made.refresh_from_db()
    assert made.authorization == "pending"
    assert make.link_of(made).purpose == "nomination"
    assert make.posted()[-1].kind == "new_link"
    assert not is_suppressed(made)


def test_undone_after_a_later_nomination_only_the_suppression_is_lifted() -> None:
    made = make.request()
    not_meant.say(first_of(made).pk, now=NOW)
    nomination.replace(made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=NOW)
    assert not not_meant.undo(first_of(made).pk, by=make.reviewer(), now=NOW)
    assert first_of(made).state == "not_meant"
    assert not is_suppressed(made)


def test_undoing_waits_while_the_request_is_frozen() -> None:
    made = make.request()
    not_meant.say(first_of(made).pk, now=NOW)
    with transaction.atomic():
        transitions.apply(transitions.locked(made.pk), Event.FREEZE, by=actors.CLOCK, now=NOW)
    with pytest.raises(NotAllowed):
        not_meant.undo(first_of(made).pk, by=make.reviewer(), now=NOW)
    assert is_suppressed(made)


def test_a_reviewer_with_a_part_in_the_request_cannot_undo_it() -> None:
    made = make.request()
    not_meant.say(first_of(made).pk, now=NOW)
    with pytest.raises(parties.Concerned):
        not_meant.undo(first_of(made).pk, by=make.reviewer(PRIYA), now=NOW)


def test_stopping_reminders_stops_them_once_and_ends_nothing() -> None:
    made = make.request()
    named = stopping.by_hash(links.hash_of(links.token(links.Label.STOP, first_of(made).stop_seed)))
    assert named.next_reminder_at is not None
    stopping.stop_reminders(named.pk, now=NOW)
    stopped = stopping.stop_reminders(named.pk, now=NOW + DAY)
    assert stopped.reminders_stopped_at == NOW
    assert stopped.next_reminder_at is None
    assert (stopped.state, make.link_of(made).state) == ("pending", "active")
    assert [line.event for line in made.history.all()] == ["submit", "reminders_stopped"]
