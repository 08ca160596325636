"""A suspended person is kept out, and their open requests stand still until it is lifted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from people import services as people
from people.models import Person
from requests_app.models import HistoryLine, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import freezing, history, parties, reopening, review, suspending, transitions
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHOP = "shop.acme-robotics.example"
EDITED = {"domain_edited": True, "domain_note": "The shop."}


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


@pytest.fixture
def dana() -> Person:
    return make.person(DANA)


def suspend(person: Person, by: Person, *, now: Any = NOW) -> int:
    done = suspending.suspend(person, by=by, reason="Sends strangers letters.", now=now)
    person.refresh_from_db()
    return done


def lift(person: Person, by: Person, *, now: Any) -> int:
    done = suspending.lift(person, by=by, note="A mistake.", now=now)
    person.refresh_from_db()
    return done


def fresh(request: SmartAccountRequest) -> SmartAccountRequest:
    return SmartAccountRequest.objects.select_related("requester").get(pk=request.pk)


def second_of(dana: Person) -> SmartAccountRequest:
    return make.request(dana, account_domain=SHOP, authorizer_address="sam@acme-robotics.example", **EDITED)


def test_every_open_request_stands_still_and_nothing_leaves(
    dana: Person, rosa: Person, deliver: Callable[..., Any]
) -> None:
    waiting, in_setup = second_of(dana), make.in_setup()
    others = make.request(
        make.person("eve@acme-robotics.example"), authorizer_address="e@acme-robotics.example"
    )
    assert suspend(dana, rosa) == 2
    assert not people.may_sign_in(dana)
    for request in (waiting, in_setup):
        stopped = fresh(request)
        assert (stopped.frozen_at, stopped.frozen_by, stopped.frozen_by_suspension) == (NOW, rosa, True)
    assert fresh(others).frozen_at is None
    assert {letter.to for letter in deliver()} == {others.requester_address, "e@acme-robotics.example"}


def test_lifting_lets_go_on_only_what_the_suspension_stopped(dana: Person, rosa: Person) -> None:
    checked, other = make.request(dana), second_of(dana)
    freezing.freeze(checked.pk, by=rosa, reason="Call the company.", now=NOW)
    assert suspend(dana, rosa) == 1
    assert lift(dana, rosa, now=NOW + 2 * DAY) == 1
    assert people.may_sign_in(dana)
    assert (fresh(checked).frozen_at, fresh(checked).frozen_reason) == (NOW, "Call the company.")
    assert (fresh(other).frozen_at, fresh(other).frozen_by_suspension) == (None, False)
    assert make.link_of(other).expires_at == end_of_day(16)


def test_a_freeze_after_a_lifted_one_is_not_taken_for_the_suspensions(dana: Person, rosa: Person) -> None:
    request = make.request(dana)
    suspend(dana, rosa)
    lift(dana, rosa, now=NOW + DAY)
    freezing.freeze(request.pk, by=rosa, reason="Again.", now=NOW + DAY)
    suspend(dana, rosa, now=NOW + DAY)
    assert lift(dana, rosa, now=NOW + 2 * DAY) == 0
    assert fresh(request).frozen_at == NOW + DAY


def test_both_acts_are_recorded_once_and_the_reason_is_for_staff(dana: Person, rosa: Person) -> None:
    request = make.request(dana)
    suspend(dana, rosa)
    assert suspend(dana, rosa, now=NOW + DAY) == 0
    lift(dana, rosa, now=NOW + DAY)
    assert lift(dana, rosa, now=NOW + DAY) == 0
    lines = HistoryLine.objects.filter(request=request, actor="staff").order_by("id")
    assert [(line.event, line.note) for line in lines] == [
        ("freeze", "Sends strangers letters."),
        ("unfreeze", "A mistake."),
    ]
    assert "Sends strangers letters." not in {line.note for line in history.lines(request)}
    entries = LogEntry.objects.filter(object_id=str(dana.pk)).order_by("id")
    assert [(entry.user_id, entry.change_message) for entry in entries] == [
        (rosa.pk, "Suspended: Sends strangers letters."),
        (rosa.pk, "Suspension lifted: A mistake."),
    ]


def test_no_single_request_goes_on_while_its_requester_is_suspended(dana: Person, rosa: Person) -> None:
    request = make.request(dana)
    suspend(dana, rosa)
    with pytest.raises(transitions.Conflict, match="Lift the suspension first"):
        freezing.unfreeze(request.pk, by=rosa, now=NOW + DAY)
    assert fresh(request).frozen_at == NOW


def test_revoking_leaves_a_suspended_persons_request_standing(
    dana: Person, rosa: Person, deliver: Callable[..., Any]
) -> None:
    request = make.answered(make.request(dana), Answer.AUTHORIZE)
    deliver()
    suspend(dana, rosa)
    freezing.revoke(request.pk, by=rosa, reason="The company objects.", now=NOW + DAY)
    stopped = fresh(request)
    assert (stopped.authorization, stopped.frozen_at, stopped.frozen_by_suspension) == (
        "revoked",
        NOW + DAY,
        True,
    )
    deliver()
    assert [row.state for row in make.posted("choose_authorizer")] == ["waiting"]
    lift(dana, rosa, now=NOW + 2 * DAY)
    deliver()
    assert [row.state for row in make.posted("choose_authorizer")] == ["sent"]
    assert fresh(request).expires_at == end_of_day(32)


def test_a_reopened_request_of_a_suspended_person_stands_still(dana: Person, rosa: Person) -> None:
    request = make.request(dana)
    review.reject(
        request.pk, by=make.reviewer("first@operator.example"), facts_version=1, reason="No.", now=NOW
    )
    assert suspend(dana, rosa) == 0
    reopening.reopen(request.pk, by=rosa, reason="A mistake.", now=NOW + DAY)
    assert (fresh(request).state, fresh(request).frozen_by_suspension) == ("pending", True)


def test_a_suspended_person_sends_nothing_more(dana: Person, rosa: Person) -> None:
    suspend(dana, rosa)
    with pytest.raises(transitions.NotYours):
        make.request(dana)
    assert not SmartAccountRequest.objects.exists()


def test_who_has_a_part_in_one_of_the_requests_does_not_suspend(dana: Person) -> None:
    request = make.request(dana)
    with pytest.raises(parties.Concerned):
        suspend(dana, make.reviewer(PRIYA))
    assert (people.is_suspended(dana), fresh(request).frozen_at) == (False, None)


def test_nobody_suspends_themselves_and_staff_only_superusers_do(rosa: Person) -> None:
    other = make.reviewer("sam@operator.example")
    chief = make.person("chief@operator.example", is_staff=True, is_superuser=True)
    for person, by in ((rosa, rosa), (other, rosa), (chief, chief)):
        with pytest.raises(suspending.NotSuspendable):
            suspend(person, by)
    suspend(other, chief)
    assert people.is_suspended(other)
