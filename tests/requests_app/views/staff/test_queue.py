"""The queue shows what waits for a reviewer, longest first, and finds the rest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from requests_app.domain import working_days
from requests_app.models import SmartAccountRequest
from requests_app.services import desk as queue
from requests_app.services import freezing
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db


def listed(answer: Any) -> list[str]:
    return [row.request.account_domain for row in answer.context["rows"]]


def several(count: int) -> list[SmartAccountRequest]:
    dana = make.person(make.DANA)
    return [
        make.request(
            dana,
            authorizer_address=f"a{number}@acme-robotics.example",
            account_domain=f"s{number}.acme-robotics.example",
            domain_edited=True,
            domain_note="One for each site.",
            now=NOW - timedelta(days=count - number),
        )
        for number in range(count)
    ]


def test_only_reviewers_find_the_queue(desk: Client, sit_down: Callable[[Person], Client]) -> None:
    assert desk.get("/review/").status_code == 200
    assert sit_down(make.person("eve@globex.example")).get("/review/").status_code == 404
    assert Client().get("/review/").status_code == 302


def test_an_empty_queue_says_so(desk: Client) -> None:
    assert "Nothing waits here" in desk.get("/review/").content.decode()


def test_what_waits_longest_stands_first(desk: Client) -> None:
    several(3)
    assert listed(desk.get("/review/")) == [f"s{number}.acme-robotics.example" for number in range(3)]


def test_the_order_chosen_last_is_kept_in_the_browser_and_no_filter_is(desk: Client) -> None:
    kim = make.person("kim@acme-robotics.example")
    for requester, domain, days in ((kim, "b", 3), (make.person(make.DANA), "c", 2), (kim, "a", 1)):
        make.request(
            requester,
            authorizer_address=f"{domain}@acme-robotics.example",
            account_domain=f"{domain}.acme-robotics.example",
            now=NOW - timedelta(days=days),
        )

    def letters(query: str = "") -> str:
        return "".join(domain[0] for domain in listed(desk.get(f"/review/{query}")))

    for order, expected in (
        ("newest", "acb"),
        ("identifier", "abc"),
        ("requester", "cba"),
        ("waiting", "bca"),
    ):
        assert letters(f"?order={order}&q=robotics&waits=identifiers") == expected
        assert letters() == expected
    letters("?order=newest")
    assert letters("?order=bogus") == "bca"
    assert letters() == "acb"
    cookie = desk.cookies["review-order"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/review/", True, "Lax")
    desk.cookies["review-order"] = "bogus"
    assert letters() == "bca"


def test_decided_frozen_and_asked_requests_do_not_wait_for_a_reviewer(desk: Client) -> None:
    rosa = make.reviewer()
    approved, frozen, waiting = several(3)
    make.approved(approved, by=rosa)
    freezing.freeze(frozen.pk, by=rosa, reason="Looks odd.", now=NOW)
    assert listed(desk.get("/review/")) == [waiting.account_domain]
    assert listed(desk.get("/review/?waits=frozen")) == [frozen.account_domain]
    assert len(listed(desk.get("/review/?waits=anything"))) == 3


def test_a_held_letter_waits_beside_its_identifier_and_after_it(desk: Client) -> None:
    held = make.request(authorizer_address="lee@globex.example")
    (row,) = desk.get("/review/").context["rows"]
    assert row.asks == ("Identifier", "Held letter")
    make.approved(held)
    (row,) = desk.get("/review/?waits=letters").context["rows"]
    assert row.asks == ("Held letter",)
    assert listed(desk.get("/review/?waits=identifiers")) == []


@pytest.mark.parametrize(
    ("days", "age", "is_overdue"),
    [
        (0, "since today", False),
        (1, "1 working day", False),
        (2, "2 working days", False),
        # 25 November 2026 is a Wednesday: five days before is a Friday.
        (5, "3 working days", True),
    ],
)
def test_the_age_is_told_in_working_days(desk: Client, days: int, age: str, is_overdue: bool) -> None:
    make.request(now=NOW - timedelta(days=days))
    (row,) = desk.get("/review/").context["rows"]
    assert (row.age, row.is_overdue) == (age, is_overdue)
    assert bool(listed(desk.get("/review/?overdue=on"))) is is_overdue


def test_the_limit_of_the_target_is_the_domains_own(settings: Any) -> None:
    settings.HOLIDAYS = ["2026-11-24"]
    holidays = working_days.read_holidays(settings.HOLIDAYS)
    for hours in range(0, 24 * 12, 5):
        since = NOW - timedelta(hours=hours)
        is_over = working_days.review_target_at(since, holidays=holidays, spans=settings.SPANS) <= NOW
        assert (since < queue.overdue_before(NOW)) is is_over


@pytest.mark.parametrize(
    "text",
    ["SAR-", "acme-robotics", "Robotics, Inc", "dana.whitfield@", "priya.raman@", "ACME-ROBOTICS.EXAMPLE"],
)
def test_a_search_looks_into_reference_identifier_name_and_addresses(desk: Client, text: str) -> None:
    make.request()
    assert listed(desk.get("/review/", {"q": text})) == ["acme-robotics.example"]


def test_an_identifier_is_found_as_it_is_read(desk: Client) -> None:
    make.request(
        make.person("eva@bücher.example".encode("idna").decode()),
        authorizer_address="uli@xn--bcher-kva.example",
        account_domain="xn--bcher-kva.example",
    )
    assert listed(desk.get("/review/", {"q": "bücher.example"})) == ["xn--bcher-kva.example"]


@pytest.mark.parametrize("text", ["%' OR 1=1--", "%_%", "_", "%", "\\", "x" * 10_000, "acme_robotics"])
def test_a_search_is_taken_literally(desk: Client, text: str) -> None:
    make.request()
    answer = desk.get("/review/", {"q": text})
    assert (answer.status_code, listed(answer)) == (200, [])


def test_a_long_search_is_cut() -> None:
    make.request(account_name="n" * 200)
    assert queue.find(queue.Search(text="n" * 250), now=NOW).count() == 1


@pytest.mark.parametrize(
    ("page", "shown"),
    [("abc", 1), ("1e9", 1), ("2", 2), ("0", 3), ("-1", 3), ("99999999", 3), ("9" * 5000, 1)],
)
def test_any_page_number_shows_a_page(desk: Client, page: str, shown: int) -> None:
    several(3)
    answer = desk.get("/review/", {"page": page, "page_size": "1"})
    assert (answer.status_code, answer.context["page"].number) == (200, shown)


def test_links_to_other_pages_keep_the_search(desk: Client) -> None:
    several(3)
    answer = desk.get("/review/?q=acme&page_size=1&page=2").content.decode()
    assert "?q=acme&amp;page_size=1&amp;page=3" in answer


@pytest.mark.parametrize(("typed", "size"), [("1000000", 100), ("0", 1), ("x", 25), ("²", 25), ("7", 7)])
def test_the_size_of_a_page_is_bounded(desk: Client, typed: str, size: int) -> None:
    assert desk.get("/review/", {"page_size": typed}).context["page"].paginator.per_page == size


def test_a_filter_that_is_none_is_refused_and_the_last_of_two_wins(desk: Client) -> None:
    make.request()
    refused = desk.get("/review/?waits=letters&waits=bogus")
    assert refused.status_code == 422
    assert "<title>Error:" in refused.content.decode()
    assert listed(refused) == ["acme-robotics.example"]
    assert listed(desk.get("/review/?waits=bogus&waits=letters")) == []


def test_rivals_accounts_look_alikes_and_protected_names_are_marked(desk: Client, settings: Any) -> None:
    settings.RESERVED_IDENTIFIERS = ["umbrella.example"]
    make.activated()
    for address, domain in (
        ("eve@globex.example", "acme-robotics.example"),
        ("eve@globex.example", "acme-r0botics.example"),
        ("eve@globex.example", "umbrella.example"),
        ("kim@initech.example", "umbrella.example"),
    ):
        requester = Person.objects.filter(email=address).first() or make.person(address)
        number = SmartAccountRequest.objects.count()
        make.request(
            requester,
            authorizer_address=f"b{number}@globex.example",
            account_domain=domain,
            domain_edited=True,
            domain_note="Ours.",
        )
    flags = {
        (row.request.account_domain, row.request.requester_address): set(row.flags)
        for row in desk.get("/review/").context["rows"]
    }
    assert "Account exists" in flags["acme-robotics.example", "eve@globex.example"]
    assert "Look-alike" in flags["acme-r0botics.example", "eve@globex.example"]
    assert {"Protected name", "Rival"} <= flags["umbrella.example", "kim@initech.example"]


def test_the_queue_costs_the_same_for_one_row_and_for_many(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    several(8)
    with django_assert_max_num_queries(14):
        desk.get("/review/")
