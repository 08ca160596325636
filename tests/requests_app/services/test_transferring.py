"""A request passes to a colleague who accepts it; both are told, and the authorizer is asked again."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.outbox import PostedLetter, Wanted
from people.models import Person
from requests_app.domain import statement
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import Decision, HistoryLine, Nomination, SmartAccountRequest, TransferOffer
from requests_app.models.nomination import Answer
from requests_app.services import (
    authorization,
    evidence,
    exporting,
    facts,
    forgetting,
    freezing,
    limits,
    nomination,
    parties,
    progress,
    reaching,
    review,
    suspending,
    taking_over,
    traces,
    transferring,
    transitions,
    withdrawal,
)
from requests_app.services.transitions import Conflict, NotYours
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day, leave

pytestmark = pytest.mark.django_db
LEE = "lee.park@acme-robotics.example"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def lee() -> Person:
    return make.person(LEE, name="Lee Park")


def offered(request: SmartAccountRequest, address: str = LEE, *, now: datetime = NOW) -> TransferOffer:
    return transferring.offer(request.pk, by=request.requester, address=address, now=now)


def accept(
    offer: TransferOffer, by: Person, *, version: str = "", facts_version: int = 1, now: datetime = LATER
) -> SmartAccountRequest:
    taken = transferring.accept(
        offer.pk, by=by, statement_version=version, facts_version=facts_version, now=now
    )
    taken.refresh_from_db()
    return taken


def counts() -> tuple[int, ...]:
    return HistoryLine.objects.count(), len(make.posted()), TransferOffer.objects.count()


def last(request: SmartAccountRequest) -> HistoryLine:
    line = request.history.order_by("-id").first()
    assert line is not None
    return line


# Offering


def test_an_offer_asks_the_colleague_and_changes_nothing_else() -> None:
    request = make.request()
    offer = offered(request)
    (letter,) = make.posted("transfer_offered")
    assert (letter.to, letter.primitives["page_path"]) == (LEE, f"/transfers/{offer.pk}/")
    assert offer.expires_at == end_of_day(14)
    assert (last(request).event, last(request).note) == ("transfer_offered", LEE)
    request.refresh_from_db()
    assert (request.requester_address, request.facts_version) == (DANA, 1)
    assert request.history.filter(event="transfer_offered", actor="requester").count() == 1


def test_the_same_offer_again_changes_nothing_and_another_one_waits() -> None:
    request = make.request()
    offer = offered(request)
    before = counts()
    assert offered(request) == offer
    with pytest.raises(Conflict, match=LEE):
        offered(request, "kim@acme-robotics.example")
    assert counts() == before


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (DANA, "your own"),
        ("dana.whitfield+x@acme-robotics.example", "your own"),
        ("lee@globex.example", "belongs to acme-robotics.example"),
        ("lee@gmail.com", "belongs to acme-robotics.example"),
        ("info@acme-robotics.example", "one person"),
        ("postmaster@acme-robotics.example", "one person"),
        (PRIYA, "asked to authorize"),
    ],
)
def test_an_address_that_cannot_take_it_is_refused(address: str, why: str) -> None:
    request = make.request()
    before = counts()
    with pytest.raises(transferring.OfferRefused, match=why):
        offered(request, address)
    assert counts() == before


def test_a_refusal_names_the_domain_that_addresses_have_to_agree_with() -> None:
    request = make.request(
        account_domain="shop.acme-robotics.example", domain_edited=True, domain_note="Ours."
    )
    with pytest.raises(transferring.OfferRefused, match=r"to acme-robotics\.example"):
        offered(request, "lee@globex.example")


def test_whoever_was_ever_nominated_is_not_offered_the_request() -> None:
    request = make.request()
    nomination.replace(
        request.pk, by=request.requester, address="pat@acme-robotics.example", message="", now=NOW
    )
    with pytest.raises(transferring.OfferRefused, match="asked to authorize"):
        offered(request, PRIYA)


def test_nobody_outside_the_organization_has_letters_sent_into_it() -> None:
    eve = make.person("eve@globex.example")
    request = make.request(eve, domain_edited=True, domain_note="Ours.")
    with pytest.raises(transferring.OfferRefused, match="Your own address"):
        offered(request)
    assert make.posted("transfer_offered") == []


def test_whether_the_address_has_an_account_makes_no_difference() -> None:
    first, second = (
        make.request(
            authorizer_address=f"a{n}@acme-robotics.example", account_domain=f"{n}.acme-robotics.example"
        )
        for n in ("b", "c")
    )
    make.person(LEE)

    def asked(request: SmartAccountRequest, address: str) -> list[str]:
        with CaptureQueriesContext(connection) as statements:
            offered(request, address)
        asked_for = [statement["sql"].split("WHERE")[0] for statement in statements.captured_queries]
        return [re.sub(r"'[^']*'|\"s\d+_x\d+\"", "VALUE", sql) for sql in asked_for]

    assert asked(first, LEE) == asked(second, "nil.park@acme-robotics.example")


def test_offers_count_like_nominations() -> None:
    dana = make.person(DANA, created_at=NOW - timedelta(days=1))
    request = make.request(dana)
    offered(request)
    transferring.take_back(request.pk, by=dana, now=NOW)
    offered(request, "kim@acme-robotics.example")
    transferring.take_back(request.pk, by=dana, now=NOW)
    with pytest.raises(limits.LimitReached) as reached:
        offered(request, "ann@acme-robotics.example")
    assert reached.value.opens_at == NOW + timedelta(days=1)
    with pytest.raises(limits.LimitReached):
        make.request(
            dana, account_domain="b.acme-robotics.example", authorizer_address="b@acme-robotics.example"
        )


def test_a_request_is_offered_three_times() -> None:
    request = make.request()
    for number in range(3):
        offered(request, f"lee{number}@acme-robotics.example")
        transferring.take_back(request.pk, by=request.requester, now=NOW)
    with pytest.raises(Conflict, match="as often as you can"):
        offered(request)


@pytest.mark.parametrize("situation", ["in set-up", "closed", "frozen"])
def test_only_a_request_that_waits_is_offered_or_taken_over(situation: str, lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    if situation == "in set-up":
        make.approved(make.answered(request, Answer.AUTHORIZE))
    elif situation == "closed":
        withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    else:
        freezing.freeze(request.pk, by=make.reviewer(), reason="Odd.", now=NOW)
    request.refresh_from_db()
    with pytest.raises(NotAllowed):
        offered(request, "kim@acme-robotics.example")
    before = counts()
    with pytest.raises(Conflict):
        accept(offer, lee)
    assert counts() == before
    assert not transferring.waiting_for(lee, now=NOW)


def test_somebody_elses_request_is_not_offered() -> None:
    request = make.request()
    with pytest.raises(NotYours):
        transferring.offer(request.pk, by=make.person(), address=LEE, now=NOW)
    with pytest.raises(NotYours):
        transferring.take_back(request.pk, by=make.person(), now=NOW)


# Offered by staff


def test_staff_offer_it_where_the_requester_is_gone_and_the_requester_is_told() -> None:
    eve = make.person("eve@globex.example")
    request = make.request(eve, domain_edited=True, domain_note="Ours.")
    offer = transferring.offer_by_staff(request.pk, by=make.reviewer(), address=LEE, now=NOW)
    told = {letter.to: letter.primitives["addressee"] for letter in make.posted("transfer_offered")}
    assert told == {LEE: "colleague", "eve@globex.example": "requester"}
    assert (last(request).actor, offer.by_staff) == ("reviewer", True)
    transferring.take_back(request.pk, by=eve, now=NOW)
    offer.refresh_from_db()
    assert offer.state == "taken_back"


def test_a_reviewer_with_a_part_or_with_this_very_address_does_not_offer_it() -> None:
    request = make.request(administrators=("rosa.reviewer@operator.example",))
    with pytest.raises(parties.Concerned):
        transferring.offer_by_staff(request.pk, by=make.reviewer(), address=LEE, now=NOW)
    with pytest.raises(transferring.OfferRefused, match="your own"):
        transferring.offer_by_staff(request.pk, by=make.reviewer(LEE), address=LEE, now=NOW)


# Taking over


def test_the_colleague_becomes_the_requester_and_both_are_told(lee: Person) -> None:
    request = make.request(network="198.51.100.7")
    taken = accept(offered(request), lee)
    assert (taken.requester, taken.requester_address, taken.client_network) == (lee, LEE, "")
    told = {letter.to: letter.primitives["addressee"] for letter in make.posted("transferred")}
    assert told == {LEE: "new", DANA: "former"}
    line = taken.history.get(event="transfer")
    assert (line.person, line.note) == (lee, DANA)
    with pytest.raises(NotYours):
        withdrawal.withdraw(request.pk, by=request.requester, now=LATER)
    assert progress.of(taken, now=LATER).stops[0].who == "Dana Whitfield"
    withdrawal.withdraw(request.pk, by=lee, now=LATER)


def test_an_address_is_the_colleagues_whatever_its_tag(lee: Person) -> None:
    taken = accept(offered(make.request(), "lee.park+sar@acme-robotics.example"), lee)
    assert taken.requester_address == LEE


def test_the_authorizer_is_asked_again_by_the_new_requester(lee: Person) -> None:
    request = make.request()
    old = make.link_of(request)
    taken = accept(offered(request), lee)
    assert (taken.authorization, taken.facts_version) == ("pending", 2)
    with pytest.raises(authorization.LinkDead):
        authorization.look(old.pk, now=LATER)
    (letter,) = make.posted("facts_changed")
    assert letter.to == PRIYA
    assert (letter.primitives["requester_address"], letter.primitives["changed"]) == (
        LEE,
        ["requester", "administrators"],
    )
    assert Nomination.objects.get().message == ""


def test_an_authorization_that_was_given_is_asked_for_again(lee: Person) -> None:
    taken = accept(offered(make.answered(make.request(), Answer.AUTHORIZE)), lee)
    assert taken.authorization == "pending"
    assert make.posted("facts_changed")[0].primitives["was_authorized"] is True


def test_the_hold_rule_runs_again(lee: Person) -> None:
    request = make.request(authorizer_address="pat@globex.example")
    named = Nomination.objects.get()
    nomination.release(named.pk, by=make.reviewer(), facts_version=1, now=NOW)
    taken = accept(offered(request), lee)
    assert taken.authorization == "held"
    assert make.posted("facts_changed") == []
    nomination.release(named.pk, by=make.reviewer("sam@operator.example"), facts_version=2, now=LATER)
    (letter,) = make.posted("facts_changed")
    assert letter.primitives["changed"] == ["requester"]


def test_where_the_authorizer_owes_no_answer_the_next_turn_is_the_new_requesters(lee: Person) -> None:
    taken = accept(offered(make.answered(make.request(), Answer.DECLINE)), lee)
    assert taken.authorization == "declined"
    nomination.replace(taken.pk, by=lee, address="pat@acme-robotics.example", message="", now=LATER)


def test_on_yes_the_new_requester_ticks_and_the_authorization_stays(lee: Person) -> None:
    request = make.request(authority=Authority.YES)
    offer = offered(request)
    assert taking_over.needs_statement(request)
    before = counts()
    with pytest.raises(authorization.StatementNotTicked):
        accept(offer, lee)
    assert counts() == before
    taken = accept(offer, lee, version=statement.VERSION)
    assert (taken.authorization, taken.requester) == ("authorized", lee)
    ticked = Decision.objects.order_by("sequence").last()
    assert ticked is not None
    assert (ticked.address, ticked.statement_version, ticked.facts["administrators"]) == (
        LEE,
        statement.VERSION,
        [LEE],
    )
    assert not list(evidence.verify())


@pytest.mark.parametrize(
    ("administrators", "after"),
    [
        ((), [LEE]),
        ((DANA, "ann@acme-robotics.example"), [LEE, "ann@acme-robotics.example"]),
        ((DANA, LEE), [LEE]),
        (("ann@acme-robotics.example",), ["ann@acme-robotics.example"]),
        ((LEE,), [LEE]),
    ],
)
def test_the_requesters_own_place_among_the_administrators_goes_over(
    lee: Person, administrators: tuple[str, ...], after: list[str]
) -> None:
    named = {
        "for_myself": DANA in administrators,
        "administrators": tuple(a for a in administrators if a != DANA),
    }
    taken = accept(offered(make.request(**named)), lee)
    rows = list(taken.administrators.all())
    assert [row.address for row in rows] == after
    assert [row.address for row in rows if row.is_requester] == [LEE for row in rows if row.address == LEE]


def test_an_approval_and_its_reservation_stay(lee: Person) -> None:
    taken = accept(offered(make.approved(make.request())), lee)
    assert (taken.state, taken.domain) == ("pending", "approved")
    assert make.answered(taken, Answer.AUTHORIZE, now=LATER).state == "setup"


def test_taking_over_again_changes_nothing(lee: Person) -> None:
    offer = offered(make.request())
    accept(offer, lee)
    before = counts()
    accept(offer, lee)
    assert counts() == before


def test_other_facts_than_shown_are_not_taken_over(lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    facts.change(
        request.pk,
        by=request.requester,
        account_name="Acme Robots",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW,
    )
    with pytest.raises(transitions.StaleFacts):
        accept(offer, lee)


def test_an_authorizer_told_of_a_change_today_is_not_told_of_another(lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    facts.change(
        request.pk,
        by=request.requester,
        account_name="Acme Robots",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW,
    )
    before = counts()
    with pytest.raises(Conflict, match="24 hours"):
        accept(offer, lee, facts_version=2, now=NOW + timedelta(hours=1))
    assert counts() == before
    assert accept(offer, lee, facts_version=2, now=NOW + timedelta(hours=25)).requester == lee


# Who may not take it over


def test_a_person_with_another_address_finds_nothing() -> None:
    offer = offered(make.request())
    with pytest.raises(NotYours):
        accept(offer, make.person("kim@acme-robotics.example"))


def test_an_address_that_was_not_verified_finds_nothing(lee: Person) -> None:
    offer = offered(make.request())
    lee.emailaddress_set.update(verified=False)
    with pytest.raises(NotYours):
        accept(offer, lee)


def test_who_was_nominated_under_another_address_does_not_take_it_over(lee: Person) -> None:
    offer = offered(make.request())
    lee.emailaddress_set.create(email=PRIYA, verified=True)
    before = counts()
    with pytest.raises(Conflict, match="asked to authorize"):
        accept(offer, lee)
    assert counts() == before


def test_who_decided_about_it_as_staff_does_not_take_it_over() -> None:
    request = make.request()
    rosa = make.reviewer(LEE)
    offer = offered(request)
    review.approve(request.pk, by=rosa, facts_version=1, now=NOW)
    with pytest.raises(Conflict, match="as staff"):
        accept(offer, rosa)


def test_who_asks_for_the_identifier_already_does_not_take_it_over(lee: Person) -> None:
    offer = offered(make.request())
    own = make.request(lee, authorizer_address="pat@acme-robotics.example")
    with pytest.raises(Conflict, match=own.reference):
        accept(offer, lee)


def test_who_waits_for_the_same_authorizer_does_not_take_it_over(lee: Person) -> None:
    offer = offered(make.request())
    make.request(
        lee, account_domain="shop.acme-robotics.example", domain_edited=True, domain_note="The shop."
    )
    with pytest.raises(Conflict, match="already asked"):
        accept(offer, lee)


def test_a_suspended_colleague_does_not_take_it_over(lee: Person) -> None:
    offer = offered(make.request())
    suspending.suspend(lee, by=make.reviewer(), reason="Odd.", now=NOW)
    with pytest.raises(NotYours):
        accept(offer, lee)


def test_taking_requests_over_makes_no_room_for_more_nominations() -> None:
    lee = make.person(LEE, name="Lee Park", created_at=NOW - timedelta(days=1))
    for number in range(3):
        make.request(
            lee,
            account_domain=f"s{number}.acme-robotics.example",
            authorizer_address=f"a{number}@acme-robotics.example",
        )
    offer = offered(make.request())
    with pytest.raises(limits.LimitReached):
        accept(offer, lee, now=NOW + timedelta(hours=1))
    assert accept(offer, lee, now=NOW + timedelta(hours=25)).requester == lee


def test_a_former_requester_does_not_review_it(lee: Person) -> None:
    rosa = make.reviewer("rosa@acme-robotics.example")
    taken = accept(offered(make.request(rosa)), lee)
    assert not parties.may_decide(taken, rosa)


# Ends of an offer


def test_a_declined_offer_leaves_everything_as_it_was(lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    for _ in range(2):
        transferring.decline(offer.pk, by=lee, now=NOW)
    assert (last(request).event, last(request).actor) == ("transfer_declined", "colleague")
    assert request.history.filter(event="transfer_declined").count() == 1
    with pytest.raises(transferring.OfferOver, match="answered already"):
        accept(offer, lee)


def test_an_offer_taken_back_cannot_be_accepted(lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    for _ in range(2):
        transferring.take_back(request.pk, by=request.requester, now=NOW)
    assert request.history.filter(event="transfer_taken_back").count() == 1
    with pytest.raises(transferring.OfferOver, match="taken back"):
        accept(offer, lee)


def test_an_offer_ends_with_its_last_day_and_makes_room_for_another(lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    assert list(transferring.waiting_for(lee, now=end_of_day(14) - timedelta(minutes=1))) == [offer]
    assert not transferring.waiting_for(lee, now=end_of_day(14))
    with pytest.raises(transferring.OfferOver, match="time of this offer"):
        accept(offer, lee, now=end_of_day(14))
    offered(request, "kim@acme-robotics.example", now=end_of_day(14))
    offer.refresh_from_db()
    assert offer.state == "expired"


def test_a_check_moves_the_end_of_an_offer(lee: Person) -> None:
    request = make.request()
    offer = offered(request)
    rosa = make.reviewer()
    freezing.freeze(request.pk, by=rosa, reason="Odd.", now=NOW)
    freezing.unfreeze(request.pk, by=rosa, now=NOW + timedelta(days=3))
    offer.refresh_from_db()
    assert offer.expires_at == end_of_day(17)
    (letter,) = make.posted("transfer_offered")
    assert letter.primitives["ends_at"] == end_of_day(17).isoformat()


# Letters on their way


def wanted(kind: str, to: str = "") -> set[Wanted]:
    return {
        reaching.still_wanted(PostedLetter(row.key, row.kind, row.to, row.about, row.primitives))
        for row in make.posted(kind, to=to)
    }


def test_an_offer_that_ended_is_not_sent_any_more() -> None:
    request = make.request()
    offered(request)
    assert wanted("transfer_offered") == {Wanted.SEND}
    transferring.take_back(request.pk, by=request.requester, now=NOW)
    assert wanted("transfer_offered") == {Wanted.DROP}


def test_what_has_not_left_for_the_former_requester_does_not_leave(lee: Person) -> None:
    request = make.request()
    assert wanted("request_sent") == {Wanted.SEND}
    accept(offered(request), lee)
    assert wanted("request_sent") == {Wanted.DROP}
    assert wanted("transferred", DANA) == {Wanted.SEND}
    assert wanted("transferred", LEE) == {Wanted.SEND}


# Data about people


def test_a_copy_of_a_persons_data_holds_the_offers(lee: Person) -> None:
    request = make.request()
    offered(request)
    for person in (request.requester, lee):
        (shown,) = exporting.everything(person, now=NOW)["transfers"]
        assert (shown["reference"], shown["offered_to"]) == (request.reference, LEE)


def test_forgetting_and_erasing_take_the_colleague_out(lee: Person) -> None:
    request = make.request()
    offered(request)
    traces.erase([LEE], person=lee, now=NOW)
    assert not TransferOffer.objects.exists()
    assert last(request).note == ""
    offered(request)
    leave(NOW)
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    forgetting.forget_now(request.pk, now=NOW)
    assert not TransferOffer.objects.exists()


def test_the_former_requester_is_erased_from_what_went_over(lee: Person) -> None:
    request = make.request()
    dana = request.requester
    taken = accept(offered(request), lee)
    traces.erase([DANA], person=dana, now=LATER)
    lines: list[Any] = list(taken.history.filter(event__in=["submit", "transfer"]).order_by("id"))
    assert [(line.person, line.actor_name, line.note) for line in lines] == [
        (None, "", ""),
        (lee, "Lee Park", ""),
    ]
