"""The reviewers hear each working day what waits for them, and nothing when nothing does."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from people.models import Person
from requests_app.services import digesting, freezing, review
from tests import make
from tests.make import NOW
from tests.requests_app.services.moments import on_day

pytestmark = pytest.mark.django_db

MONDAY = on_day(5)  # the reference example begins on a Wednesday
LEE = "lee@globex.example"


def another(number: int, **changed: object) -> object:
    return make.request(
        make.person(f"p{number}@acme-robotics.example"),
        authorizer_address=f"a{number}@acme-robotics.example",
        **changed,
    )


def test_every_reviewer_is_told_what_waits_with_counts_and_the_oldest_first() -> None:
    make.reviewer()
    make.reviewer("ray.reviewer@operator.example")
    first = make.request()
    another(1, now=NOW + timedelta(days=2))
    make.request(
        make.person("kim@acme-robotics.example"), authorizer_address=LEE, now=NOW + timedelta(days=3)
    )
    assert digesting.digest(now=MONDAY) == 2
    letters = make.posted("reviewer_digest")
    assert {letter.to for letter in letters} == {
        "rosa.reviewer@operator.example",
        "ray.reviewer@operator.example",
    }
    said = letters[0].primitives
    assert (said["domains"], said["held"], said["overdue"]) == (3, 1, 1)
    assert said["waiting"][0] == f"{first.reference}  acme-robotics.example\t3"
    assert len(said["waiting"]) == 3


def test_a_day_has_one_digest_however_often_the_clock_runs() -> None:
    make.reviewer()
    make.request()
    assert [digesting.digest(now=MONDAY + timedelta(hours=hour)) for hour in range(4)] == [1, 0, 0, 0]
    assert digesting.digest(now=MONDAY + timedelta(days=1)) == 1


def test_it_leaves_at_nine_and_a_missed_run_is_caught_up_the_same_day() -> None:
    make.reviewer()
    make.request()
    assert digesting.digest(now=MONDAY - timedelta(seconds=1)) == 0
    assert digesting.digest(now=MONDAY + timedelta(hours=14)) == 1


@pytest.mark.parametrize("day", [3, 4], ids=["Saturday", "Sunday"])
def test_no_digest_leaves_on_a_weekend(day: int) -> None:
    make.reviewer()
    make.request()
    assert digesting.digest(now=on_day(day)) == 0


def test_no_digest_leaves_on_the_operators_holidays(settings: Settings) -> None:
    settings.HOLIDAYS = ["2026-11-30"]
    make.reviewer()
    make.request()
    assert digesting.digest(now=MONDAY) == 0
    assert digesting.digest(now=MONDAY + timedelta(days=1)) == 1


def test_nothing_leaves_when_nothing_waits() -> None:
    rosa = make.reviewer()
    approved = make.approved(make.request(), by=rosa)
    asked = another(
        1, account_domain="shop.acme-robotics.example", domain_edited=True, domain_note="The shop."
    )
    review.ask_change(asked.pk, by=rosa, facts_version=1, proposal="", question="Why?", now=NOW)  # type: ignore[attr-defined]
    frozen = another(
        2, account_domain="labs.acme-robotics.example", domain_edited=True, domain_note="The labs."
    )
    freezing.freeze(frozen.pk, by=rosa, reason="Odd.", now=NOW)  # type: ignore[attr-defined]
    assert approved.domain == "approved"
    assert digesting.digest(now=MONDAY) == 0


def test_a_held_letter_that_waits_since_long_is_overdue_although_its_identifier_is_not() -> None:
    rosa = make.reviewer()
    made = make.request(make.person("kim@acme-robotics.example"), authorizer_address=LEE)
    review.ask_change(made.pk, by=rosa, facts_version=1, proposal="", question="Which?", now=NOW)
    review.answer_domain(
        made.pk,
        by=made.requester,
        account_domain=made.account_domain,
        note="Ours.",
        facts_version=1,
        ticked=False,
        now=MONDAY - timedelta(hours=1),
    )
    assert digesting.digest(now=MONDAY) == 1
    assert make.posted("reviewer_digest")[0].primitives["overdue"] == 1


def test_only_reviewers_who_may_work_get_it() -> None:
    make.person("staff@operator.example", is_staff=True)
    suspended, gone = make.reviewer("s@operator.example"), make.reviewer("g@operator.example")
    Person.objects.filter(pk=suspended.pk).update(suspended_at=NOW)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    make.request()
    assert digesting.digest(now=MONDAY) == 0


def test_the_digest_names_ten_and_counts_all_in_as_many_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make.reviewer()
    for number in range(12):
        another(number)
    with django_assert_num_queries(11):
        digesting.digest(now=MONDAY)
    said = make.posted("reviewer_digest")[0].primitives
    assert (said["domains"], len(said["waiting"])) == (12, 10)
