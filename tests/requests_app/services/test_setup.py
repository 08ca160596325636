"""Set-up: three tasks in any order, then the account is active."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import HistoryLine, SetUp, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import expiring, freezing, setup
from requests_app.services.transitions import Conflict, NotYours
from smart_accounts.models import Member, SmartAccount
from smart_accounts.services import agreement, reservations
from tests import make
from tests.make import DANA, NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
KIM = "kim@acme-robotics.example"


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (HistoryLine, OutgoingEmail, SmartAccount, Member))


def accept(request: SmartAccountRequest) -> None:
    setup.accept_agreement(request.pk, by=request.requester, version=agreement.AGREEMENT_VERSION, now=LATER)


def confirm_company(request: SmartAccountRequest, details: CompanyDetails | None = None) -> None:
    setup.confirm_company(request.pk, by=request.requester, details=details, now=LATER)


def confirm_administrators(request: SmartAccountRequest, *kept: str) -> None:
    kept = kept or tuple(row.address for row in request.administrators.all())
    setup.confirm_administrators(request.pk, by=request.requester, kept=kept, now=LATER)


TASKS: dict[str, Any] = {
    "agreement": accept,
    "company": confirm_company,
    "administrators": confirm_administrators,
}


def activate(request: SmartAccountRequest) -> SmartAccountRequest:
    return setup.activate(request.pk, by=request.requester, now=LATER)


@pytest.mark.parametrize("last", ["authorizer", "reviewer"])
def test_set_up_begins_when_the_second_check_is_done_whichever_it_is(last: str) -> None:
    request = make.request()
    if last == "authorizer":
        make.answered(make.approved(request), Answer.AUTHORIZE)
    else:
        make.approved(make.answered(request, Answer.AUTHORIZE))
    assert (request.state, request.setup_entered_at) == ("setup", NOW)
    assert request.expires_at
    assert request.expires_at.isoformat() == "2027-01-25T00:00:00+00:00"
    assert request.next_reminder_at
    assert request.next_reminder_at.isoformat() == "2026-11-28T09:00:00+00:00"
    assert [row.to for row in make.posted("setup")] == [DANA]


def test_on_yes_set_up_begins_with_the_approval() -> None:
    assert make.approved(make.request(authority=Authority.YES)).state == "setup"


@pytest.mark.parametrize("left_out", TASKS)
def test_no_task_can_be_left_out(left_out: str) -> None:
    request = make.in_setup()
    for name, do in TASKS.items():
        if name != left_out:
            do(request)
    before = counts()
    with pytest.raises(Conflict, match="three tasks"):
        activate(request)
    assert counts() == before


@pytest.mark.parametrize("order", [list(TASKS), list(TASKS)[::-1]])
def test_tasks_may_be_done_in_any_order(order: list[str]) -> None:
    request = make.in_setup()
    for name in order:
        TASKS[name](request)
    assert activate(request).state == "active"


def test_activating_opens_the_account_under_the_reservation_and_tells() -> None:
    request = make.activated(administrators=(KIM,), for_myself=True)
    account = SmartAccount.objects.get()
    assert (request.state, request.account, request.activated_at) == ("active", account, NOW)
    assert (account.identifier, account.name) == ("acme-robotics.example", "Acme Robotics, Inc.")
    holder = reservations.holder("acme-robotics.example")
    assert holder
    assert holder.account == account
    assert [row.to for row in make.posted("activated")] == [DANA]
    assert [row.to for row in make.posted("administrator_named")] == [KIM]
    assert (request.expires_at, request.next_reminder_at) == (None, None)


def test_nobody_named_who_signed_in_makes_the_requester_administrator_too() -> None:
    make.activated(administrators=(KIM,))
    joined = Member.objects.exclude(joined_at=None)
    assert [member.address for member in joined] == [DANA]


def test_activating_again_changes_nothing() -> None:
    request = make.activated()
    before = counts()
    assert activate(request).state == "active"
    assert counts() == before


def test_an_older_agreement_is_not_accepted() -> None:
    request = make.in_setup()
    with pytest.raises(setup.AgreementChanged):
        setup.accept_agreement(request.pk, by=request.requester, version="2020-01", now=NOW)
    assert SetUp.objects.get().agreement_accepted_at is None


def test_company_information_is_confirmed_as_it_is_or_as_corrected() -> None:
    request = make.in_setup(company=CompanyDetails(name="Acme", country="US"))
    confirm_company(request)
    request.company.refresh_from_db()
    assert request.company.name == "Acme"
    confirm_company(request, CompanyDetails(name="Acme Robotics", country="US"))
    request.company.refresh_from_db()
    assert request.company.name == "Acme Robotics"


def test_names_may_be_removed_none_added_and_one_stays() -> None:
    request = make.in_setup(administrators=(KIM,), for_myself=True)
    with pytest.raises(setup.NotNamed):
        confirm_administrators(request, KIM, "eve@globex.example")
    with pytest.raises(setup.NobodyLeft):
        setup.confirm_administrators(request.pk, by=request.requester, kept=(), now=NOW)
    confirm_administrators(request, KIM)
    assert [row.address for row in request.administrators.all()] == [KIM]
    with pytest.raises(setup.NotNamed):
        confirm_administrators(request, KIM, DANA)


def test_without_its_reservation_nothing_is_activated() -> None:
    request = make.in_setup()
    for do in TASKS.values():
        do(request)
    reservations.release(str(request.pk))
    before = counts()
    with pytest.raises(Conflict, match="no longer reserved"):
        activate(request)
    request.refresh_from_db()
    assert (request.state, counts()) == ("setup", before)


def test_without_an_administrator_nothing_is_activated() -> None:
    request = make.in_setup()
    for do in TASKS.values():
        do(request)
    request.administrators.all().delete()
    with pytest.raises(Conflict, match="at least one administrator"):
        activate(request)


@pytest.mark.parametrize("task", [*TASKS, "activate"])
@pytest.mark.parametrize("state", ["pending", "frozen", "revoked"])
def test_nothing_is_set_up_outside_set_up(task: str, state: str) -> None:
    rosa = make.reviewer()
    request = make.request() if state == "pending" else make.in_setup()
    if state == "frozen":
        freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    elif state == "revoked":
        freezing.revoke(request.pk, by=rosa, reason="No.", now=NOW)
    with pytest.raises(NotAllowed):
        {**TASKS, "activate": activate}[task](request)


@pytest.mark.parametrize("task", ["agreement", "company", "administrators", "activate"])
def test_set_up_is_the_requesters_alone(task: str) -> None:
    request = make.in_setup(administrators=(KIM,))
    kim: Person = make.person(KIM)
    act: Any = {
        "agreement": lambda: setup.accept_agreement(
            request.pk, by=kim, version=agreement.AGREEMENT_VERSION, now=NOW
        ),
        "company": lambda: setup.confirm_company(request.pk, by=kim, details=None, now=NOW),
        "administrators": lambda: setup.confirm_administrators(request.pk, by=kim, kept=(KIM,), now=NOW),
        "activate": lambda: setup.activate(request.pk, by=kim, now=NOW),
    }[task]
    with pytest.raises(NotYours):
        act()


def test_set_up_expires_after_60_days_and_frees_the_identifier() -> None:
    request = make.in_setup()
    end = request.expires_at
    assert end
    expiring.expire(now=end)
    request.refresh_from_db()
    assert request.state == "expired"
    assert reservations.holder("acme-robotics.example") is None
    assert [row.to for row in make.posted("expired")] == [DANA]


def test_a_set_up_letter_that_has_not_left_is_dropped_when_the_request_leaves_set_up(deliver: Any) -> None:
    request = make.in_setup()
    assert "setup" in make.kinds()
    freezing.revoke(request.pk, by=make.reviewer("sam@operator.example"), reason="No.", now=NOW)
    deliver()
    assert [row.state for row in make.posted("setup")] == ["cancelled"]
