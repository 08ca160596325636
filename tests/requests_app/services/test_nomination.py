"""Naming, replacing, holding, releasing and refusing an authorizer."""

from datetime import timedelta
from typing import Any

import pytest

from notifications import suppression, telling
from notifications.models import OutgoingEmail, Scope
from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import HistoryLine, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    expiring,
    facts,
    freezing,
    limits,
    nomination,
    parties,
    reaching,
    review,
    transitions,
    withdrawal,
)
from requests_app.services.transitions import Conflict, NotYours, StaleFacts
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
SAM, LEE = "sam.ortiz@acme-robotics.example", "lee@globex.example"


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


def replace(request: SmartAccountRequest, address: str = SAM, *, now: Any = LATER) -> Nomination:
    return nomination.replace(request.pk, by=request.requester, address=address, message="Please.", now=now)


def current(request: SmartAccountRequest) -> Nomination:
    request.refresh_from_db()
    found = nomination.latest(request)
    assert found
    return found


def unreachable(request: SmartAccountRequest, *, now: Any = LATER) -> None:
    named = current(request)
    reaching.end_unreachable(transitions.locked(request.pk), named, why=reaching.Why.BOUNCED, now=now)
    request.refresh_from_db()


def counts() -> tuple[int, int, int]:
    return HistoryLine.objects.count(), OutgoingEmail.objects.count(), Nomination.objects.count()


def release(
    request: SmartAccountRequest, by: Person, *, version: int | None = None, now: Any = LATER
) -> Nomination:
    named = current(request)
    version = version or request.facts_version
    return nomination.release(named.pk, by=by, facts_version=version, now=now)


def refuse(request: SmartAccountRequest, by: Person, *, version: int | None = None) -> Nomination:
    named = current(request)
    version = version or request.facts_version
    return nomination.refuse(named.pk, by=by, facts_version=version, reason="No proof.", now=LATER)


# Replace


def test_another_authorizer_supersedes_the_first_link_and_gets_an_own_letter(deliver: Any) -> None:
    request = make.request()
    deliver()
    old = make.link_of(request)
    named = replace(request)
    old.refresh_from_db()
    assert (old.state, named.state, named.number) == ("superseded", "pending", 2)
    assert [row.to for row in make.posted("nomination")] == [PRIYA, SAM]
    assert [(row.to, row.primitives["cause"]) for row in make.posted("nothing_to_do")] == [
        (PRIYA, "replaced")
    ]


def test_who_was_not_written_to_yet_hears_nothing_of_the_replacement(deliver: Any) -> None:
    request = make.request()
    replace(request)
    assert make.posted("nothing_to_do") == []
    assert deliver(PRIYA) == []
    assert len(deliver(SAM)) == 1


def test_a_held_nomination_is_replaced_by_one_that_leaves() -> None:
    request = make.request(authorizer_address=LEE)
    replace(request)
    request.refresh_from_db()
    assert request.authorization == "pending"
    assert request.nominations.get(number=1).state == "replaced"


def test_a_replacement_across_domains_is_held() -> None:
    request = make.request()
    named = replace(request, LEE)
    request.refresh_from_db()
    assert (request.authorization, named.state, named.reasons) == ("held", "held", ["domains_disagree"])
    assert not named.links.exists()


def test_after_a_decline_every_later_nomination_is_held(rosa: Person) -> None:
    request = make.answered(make.request(), Answer.DECLINE)
    assert replace(request).reasons == ["after_decline"]
    refuse(request, rosa)
    assert replace(request, "third@acme-robotics.example").reasons == ["after_decline"]


def test_what_is_authorized_is_not_replaced() -> None:
    request = make.answered(make.request(), Answer.AUTHORIZE)
    with pytest.raises(NotAllowed):
        replace(request)


@pytest.mark.parametrize("end", ["withdrawn", "frozen", "setup"])
def test_nobody_is_named_where_nobody_can_answer(rosa: Person, end: str) -> None:
    request = make.in_setup() if end == "setup" else make.request()
    if end == "withdrawn":
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    elif end == "frozen":
        freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    with pytest.raises(NotAllowed):
        replace(request)


def test_three_authorizers_can_be_named_and_then_only_withdrawing_is_left() -> None:
    request = make.request()
    replace(request)
    replace(request, "third@acme-robotics.example")
    before = counts()
    with pytest.raises(nomination.NoneLeft, match="only withdraw"):
        replace(request, "fourth@acme-robotics.example")
    assert counts() == before
    assert nomination.may_name(request) == 0


def test_a_refused_nomination_counts_as_one_of_the_three(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    refuse(request, rosa)
    request.refresh_from_db()
    assert nomination.left(request) == nomination.Left(counted=2, uncounted=3)


def test_replacing_an_unreachable_authorizer_does_not_count_three_times() -> None:
    request = make.request()
    for number in range(3):
        unreachable(request)
        assert nomination.may_name(request) == 2 + 1
        assert replace(request, f"next{number}@acme-robotics.example").counted is False
    unreachable(request)
    assert nomination.left(request) == nomination.Left(counted=2, uncounted=0)
    assert replace(request, "counted@acme-robotics.example").counted is True


def test_a_replacement_of_an_unreachable_one_is_possible_after_three_counted() -> None:
    request = make.request()
    replace(request)
    replace(request, "third@acme-robotics.example")
    unreachable(request)
    assert replace(request, "fourth@acme-robotics.example").counted is False


def test_uncounted_replacements_count_in_the_daily_limit_of_the_account() -> None:
    dana = make.person(DANA, created_at=NOW - timedelta(days=1))
    request = make.request(dana)
    for number in range(2):
        unreachable(request)
        replace(request, f"next{number}@acme-robotics.example")
    unreachable(request)
    with pytest.raises(limits.LimitReached):
        replace(request, "next3@acme-robotics.example")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (DANA, "Choose Yes"),
        ("dana.whitfield+me@acme-robotics.example", "Choose Yes"),
        ("postmaster@acme-robotics.example", "a person's address"),
    ],
)
def test_some_addresses_cannot_be_named(address: str, words: str) -> None:
    request = make.request()
    before = counts()
    with pytest.raises(nomination.NominationRefused, match=words):
        replace(request, address)
    assert counts() == before


def test_who_is_asked_in_another_open_request_is_not_asked_twice() -> None:
    other = make.request(authorizer_address=SAM)
    request = make.request(
        account_domain="eu.acme-robotics.example", domain_edited=True, domain_note="Europe."
    )
    with pytest.raises(nomination.AlreadyNominated, match=other.reference):
        replace(request)


def test_only_the_requester_replaces(rosa: Person) -> None:
    request = make.request()
    with pytest.raises(NotYours):
        nomination.replace(request.pk, by=rosa, address=SAM, message="", now=NOW)


def test_naming_ends_the_requesters_clock() -> None:
    request = make.answered(make.request(), Answer.DECLINE)
    assert request.expires_at
    replace(request)
    request.refresh_from_db()
    assert (request.expires_at, request.turn_since, request.next_reminder_at) == (None, None, None)


def test_after_a_staff_revoke_a_yes_becomes_a_no(rosa: Person) -> None:
    request = make.request(authority=Authority.YES)
    freezing.revoke(request.pk, by=rosa, reason="The company objects.", now=NOW)
    replace(request)
    request.refresh_from_db()
    assert (request.authority, request.authorization) == ("no", "pending")
    facts.change(
        request.pk,
        by=request.requester,
        account_name="Acme",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=LATER + timedelta(days=2),
    )
    assert len(make.posted("facts_changed", to=SAM)) == 1


def test_a_suppressed_address_is_accepted_and_ends_unreachable_without_a_word(deliver: Any) -> None:
    suppression.add(SAM, scope=Scope.BOUNCE, source="test")
    request = make.request(authorizer_address=SAM)
    assert request.authorization == "pending"
    deliver()
    telling.tell(now=NOW)
    request.refresh_from_db()
    assert request.authorization == "unreachable"
    assert make.posted("choose_authorizer")[0].primitives["cause"] == "undeliverable"


# Release and refuse


def test_releasing_creates_link_and_letter_and_counts_from_then(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    at = NOW + timedelta(days=5)
    named = release(request, rosa, now=at)
    request.refresh_from_db()
    link = make.link_of(request)
    assert (request.authorization, named.state, named.held_until) == ("pending", "pending", None)
    assert link.expires_at.isoformat() == "2026-12-15T00:00:00+00:00"
    assert (named.promised_at, named.next_reminder_at.isoformat()) == (at, "2026-12-03T09:00:00+00:00")  # type: ignore[union-attr]
    assert [row.to for row in make.posted("nomination")] == [LEE]


def test_a_letter_across_domains_does_not_carry_the_requesters_words(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE, message="Call 12345678901.")
    release(request, rosa)
    assert make.posted("nomination")[0].primitives["message"] == ""
    other = make.request(
        make.person("kim@acme-robotics.example"), authorizer_address=SAM, message="You know me."
    )
    assert make.posted("nomination", to=SAM)[0].primitives["message"] == "You know me."
    assert other.authorization == "pending"


def test_releasing_again_is_the_same_release_and_another_reviewer_is_refused(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    release(request, rosa)
    before = counts()
    release(request, rosa)
    assert counts() == before
    with pytest.raises(Conflict, match="no longer held"):
        release(request, make.reviewer("sam@operator.example"))


def test_refusing_asks_for_another_authorizer_and_tells_why(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    refuse(request, rosa)
    request.refresh_from_db()
    assert (request.authorization, current(request).state, current(request).reason) == (
        "refused",
        "refused",
        "No proof.",
    )
    (letter,) = make.posted("choose_authorizer")
    assert (letter.to, letter.primitives["cause"], letter.primitives["note"]) == (
        DANA,
        "refused",
        "No proof.",
    )
    assert letter.primitives["nominations_left"] == 2
    assert make.posted(to=LEE) == []
    before = counts()
    refuse(request, rosa)
    assert counts() == before
    with pytest.raises(Conflict):
        refuse(request, make.reviewer("sam@operator.example"))


def test_one_held_anew_who_was_written_to_before_is_told_that_it_is_refused(
    rosa: Person, deliver: Any
) -> None:
    request = make.request()
    deliver()
    review.answer_domain(
        request.pk,
        by=request.requester,
        account_domain="globex.example",
        note="We merged.",
        facts_version=1,
        ticked=False,
        now=LATER,
    )
    refuse(request, rosa)
    assert [(row.to, row.primitives["cause"]) for row in make.posted("nothing_to_do")] == [(PRIYA, "revoked")]


def test_a_release_cannot_follow_a_refusal_nor_the_other_way_round(rosa: Person) -> None:
    refused = make.request(authorizer_address=LEE)
    refuse(refused, rosa)
    with pytest.raises(Conflict):
        release(refused, rosa)
    released = make.request(make.person("kim@acme-robotics.example"), authorizer_address=LEE)
    release(released, rosa)
    with pytest.raises(Conflict):
        refuse(released, rosa)


def test_no_letter_is_released_while_a_change_is_asked(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    review.ask_change(request.pk, by=rosa, facts_version=1, proposal="", question="Which?", now=NOW)
    with pytest.raises(NotAllowed):
        release(request, rosa)
    refuse(request, rosa)


@pytest.mark.parametrize("act", [release, refuse])
def test_no_act_on_a_held_letter_about_other_facts_than_shown(rosa: Person, act: Any) -> None:
    request = make.request(authorizer_address=LEE)
    with pytest.raises(StaleFacts):
        act(request, rosa, version=2)


@pytest.mark.parametrize("act", [release, refuse])
def test_no_act_on_a_held_letter_by_a_reviewer_who_has_a_part(act: Any) -> None:
    request = make.request(authorizer_address=LEE)
    with pytest.raises(parties.Concerned):
        act(request, make.reviewer(LEE))


@pytest.mark.parametrize(("act", "words"), [(nomination.release, {}), (nomination.refuse, {"reason": "No."})])
@pytest.mark.parametrize("end", ["withdrawn", "replaced"])
def test_what_is_over_is_neither_released_nor_refused(
    rosa: Person, act: Any, words: dict[str, str], end: str
) -> None:
    request = make.request(authorizer_address=LEE)
    named = current(request)
    if end == "withdrawn":
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    else:
        replace(request)
    with pytest.raises(Conflict):
        act(named.pk, by=rosa, facts_version=1, now=LATER, **words)


def test_a_stopped_letter_may_be_refused_but_not_released(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    with pytest.raises(NotAllowed):
        release(request, rosa)
    refuse(request, rosa)
    request.refresh_from_db()
    assert (request.authorization, request.frozen_at) == ("refused", NOW)


def test_a_held_letter_nobody_released_is_refused_after_30_days() -> None:
    request = make.request(authorizer_address=LEE)
    end = current(request).held_until
    assert end
    assert end.isoformat() == "2026-12-26T00:00:00+00:00"
    expiring.expire(now=end - timedelta(seconds=1))
    assert current(request).state == "held"
    expiring.expire(now=end)
    assert (current(request).state, request.authorization) == ("refused", "refused")


def test_what_changed_while_a_letter_was_held_is_told_at_its_release(rosa: Person) -> None:
    request = make.answered(make.request(), Answer.AUTHORIZE)
    review.answer_domain(
        request.pk,
        by=request.requester,
        account_domain="globex.example",
        note="Ours.",
        facts_version=1,
        ticked=False,
        now=LATER,
    )
    facts.change(
        request.pk,
        by=request.requester,
        account_name="Globex",
        administrators=("kim@globex.example",),
        ticked=False,
        facts_version=2,
        now=LATER + timedelta(hours=1),
    )
    assert make.posted("facts_changed") == []
    release(request, rosa, now=LATER + timedelta(days=1))
    (letter,) = make.posted("facts_changed", to=PRIYA)
    assert letter.primitives["changed"] == ["account_domain", "account_name", "administrators"]
    assert letter.primitives["was_authorized"] is True
