"""Nobody can make a spam cannon of our letters: what is counted, for how long, and what happens above it."""

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from people.models import Person
from requests_app.models import Nomination
from requests_app.services import limits, nomination
from requests_app.services.limits import LimitReached
from tests import make
from tests.make import NOW, PRIYA

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
CALLS = iter(range(1, 10_000))


def young(address: str = "") -> Person:
    return make.person(address, created_at=NOW - DAY)


def ask(person: Person, **changed: object) -> None:
    """Another request of this person, for another site and another authorizer."""
    number = next(CALLS)
    make.request(
        person,
        **{
            "authorizer_address": f"a{number}@acme-robotics.example",
            "account_domain": f"s{number}.acme-robotics.example",
            "domain_edited": True,
            "domain_note": "One for each site.",
            **changed,
        },
    )


def reasons(person: Person, address: str = PRIYA) -> set[str]:
    return set(limits.counted_reasons(person, address, NOW))


# Per account


@pytest.mark.parametrize(("age", "most"), [(timedelta(days=7) - SECOND, 3), (timedelta(days=7), 10)])
def test_an_account_names_three_a_day_in_its_first_week_and_ten_afterwards(age: timedelta, most: int) -> None:
    dana = make.person(created_at=NOW - age)
    for _ in range(most):
        ask(dana)
    with pytest.raises(LimitReached, match=str(most)):
        limits.check_nominations(dana, NOW)


def test_the_day_slides_and_the_moment_it_opens_again_is_said() -> None:
    dana = young()
    for hours in range(3):
        ask(dana, now=NOW + timedelta(hours=hours))
    with pytest.raises(LimitReached) as reached:
        limits.check_nominations(dana, NOW + timedelta(hours=5))
    assert reached.value.opens_at == NOW + DAY
    limits.check_nominations(dana, NOW + DAY)


def test_what_others_ask_counts_for_nobody_else() -> None:
    for _ in range(3):
        ask(young())
    limits.check_nominations(young(), NOW)


def test_another_authorizer_named_instead_counts_in_the_day() -> None:
    dana = young()
    ask(dana)
    made = make.request(dana)
    nomination.replace(made.pk, by=dana, address="x1@acme-robotics.example", message="", now=NOW)
    with pytest.raises(LimitReached):
        nomination.replace(made.pk, by=dana, address="x9@acme-robotics.example", message="", now=NOW)


def test_a_colleague_named_by_an_authorizer_counts_for_no_account() -> None:
    dana = young()
    for _ in range(3):
        ask(dana)
    Nomination.objects.filter(request__requester=dana).update(handed_on=True)
    limits.check_nominations(dana, NOW)


def test_a_limit_of_none_says_when_to_ask_again(settings: Settings) -> None:
    settings.LIMIT_NOMINATIONS = 0
    with pytest.raises(LimitReached) as reached:
        limits.check_nominations(make.person(), NOW)
    assert reached.value.opens_at == NOW + DAY


# Per network


def test_a_network_is_counted_for_an_hour(settings: Settings) -> None:
    settings.LIMIT_SUBMISSIONS_PER_NETWORK = 2
    for minutes in (0, 10):
        ask(make.person(), network="2001:db8::/64", now=NOW + timedelta(minutes=minutes))
    with pytest.raises(LimitReached) as reached:
        limits.check_network("2001:db8::/64", NOW + timedelta(minutes=59))
    assert reached.value.opens_at == NOW + timedelta(hours=1)
    limits.check_network("2001:db8::/64", NOW + timedelta(hours=1))
    limits.check_network("2001:db8:0:1::/64", NOW)


def test_where_no_network_is_known_none_is_counted(settings: Settings) -> None:
    settings.LIMIT_SUBMISSIONS_PER_NETWORK = 0
    limits.check_network("", NOW)


# Held, never refused


def test_an_address_named_by_more_than_three_people_in_a_week_is_held() -> None:
    for _ in range(2):
        ask(make.person(), authorizer_address=PRIYA)
    assert reasons(make.person()) == set()
    ask(make.person(), authorizer_address=PRIYA)
    assert reasons(make.person()) == {"many_requesters"}


def test_the_same_person_naming_an_address_often_is_one_requester() -> None:
    dana = make.person()
    made = make.request(dana)
    for number in range(2):
        nomination.replace(made.pk, by=dana, address=f"x{number}@acme-robotics.example", message="", now=NOW)
    assert reasons(make.person()) == set()


def test_an_address_named_a_week_ago_counts_no_more() -> None:
    for _ in range(3):
        ask(make.person(), authorizer_address=PRIYA, now=NOW - timedelta(days=7))
    assert reasons(make.person()) == set()


def test_an_address_is_known_by_its_mailbox_whatever_its_tag() -> None:
    for number in range(3):
        ask(make.person(), authorizer_address=f"priya.raman+{number}@acme-robotics.example")
    assert reasons(make.person()) == {"many_requesters"}


def test_young_accounts_together_fill_one_cap_and_the_operator_is_told(settings: Settings) -> None:
    settings.LIMIT_YOUNG_ACCOUNTS_TOGETHER = 2
    ask(young())
    assert reasons(young()) == set()
    ask(young())
    assert reasons(young()) == {"global_cap"}
    assert reasons(make.person()) == set()
    assert reasons(young()) == {"global_cap"}
    (alert,) = make.posted("operator_alert")
    assert alert.primitives["alert"] == "many_nominations"


def test_letters_of_yesterday_and_those_held_fill_no_cap(settings: Settings) -> None:
    settings.LIMIT_YOUNG_ACCOUNTS_TOGETHER = 1
    ask(young(), now=NOW - DAY)
    ask(young(), authorizer_address="lee@globex.example")
    assert reasons(young()) == set()


def test_what_authorizers_hand_on_fills_the_cap_too(settings: Settings) -> None:
    settings.LIMIT_YOUNG_ACCOUNTS_TOGETHER = 1
    ask(young())
    Nomination.objects.update(handed_on=True)
    assert reasons(young()) == {"global_cap"}
