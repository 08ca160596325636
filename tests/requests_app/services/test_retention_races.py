"""Two nightly runs at once, and leaving an account at once; on PostgreSQL alone, SQLite's writers take turns."""

from datetime import timedelta

import pytest

from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.services import erasing, retention
from smart_accounts.models import Member
from smart_accounts.services import leaving
from tests import make
from tests.make import DANA, NOW
from tests.requests_app.services.test_authorization_races import WON, at_once
from tests.requests_app.services.test_erasing import GONE_AT, LEE, account
from tests.requests_app.services.test_retention import closed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_runs_at_once_forget_and_erase_once() -> None:
    made = closed()
    erasing.ask(made.requester, now=NOW)
    other = make.request(make.person("kim@acme-robotics.example"), authorizer_address=LEE)
    erasing.ask(other.requester, now=NOW)
    now = NOW + timedelta(days=90)

    assert at_once(*[lambda: retention.run(now=now)] * 3) == [WON] * 3

    # Who of them lost a race leaves it to the winner; what deadlocked is still due for the next run.
    retention.run(now=now)
    assert set(SmartAccountRequest.objects.values_list("forgotten_at", flat=True)) == {now}
    assert set(Person.objects.filter(is_staff=False).values_list("full_name", flat=True)) == {"Erased person"}
    assert len(make.posted("data_erased")) == 2


def test_two_administrators_who_leave_at_once_do_not_leave_an_account_alone() -> None:
    dana, lee = make.person(DANA), make.person(LEE)
    made = account(dana, lee)

    outcomes = at_once(
        *(
            lambda person=person: leaving.leave(person, addresses=[person.email], now=GONE_AT)
            for person in (dana, lee)
        )
    )

    assert outcomes == ["StillNeeded", WON]
    assert Member.objects.filter(account=made).count() == 1
