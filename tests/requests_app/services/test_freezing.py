"""Staff stop a request, let it go on where it stood, or revoke its authorization."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from notifications import policies
from notifications.models import OutgoingEmail, State
from people.models import Person
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import AuthorizationLink, HistoryLine, Nomination, SetUp, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    authorization,
    expiring,
    freezing,
    history,
    nomination,
    parties,
    progress,
    reaching,
    reminding,
    review,
)
from smart_accounts.services import reservations
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db
LEE = "lee@globex.example"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def rosa() -> Person:
    return make.reviewer()


def freeze(request: SmartAccountRequest, by: Person, *, now: datetime = NOW) -> SmartAccountRequest:
    freezing.freeze(request.pk, by=by, reason="Call the company.", now=now)
    request.refresh_from_db()
    return request


def unfreeze(request: SmartAccountRequest, by: Person, *, now: datetime) -> SmartAccountRequest:
    freezing.unfreeze(request.pk, by=by, now=now)
    request.refresh_from_db()
    return request


def revoke(request: SmartAccountRequest, by: Person, *, now: datetime = NOW) -> SmartAccountRequest:
    freezing.revoke(request.pk, by=by, reason="The company objects.", now=now)
    request.refresh_from_db()
    return request


def named_in(request: SmartAccountRequest) -> Nomination:
    found = nomination.latest(request)
    assert found
    return found


def counts() -> tuple[int, int]:
    return HistoryLine.objects.count(), OutgoingEmail.objects.count()


# Freeze


def test_a_stopped_request_knows_who_stopped_it_and_why(rosa: Person) -> None:
    request = freeze(make.request(), rosa)
    assert (request.frozen_at, request.frozen_by, request.frozen_reason) == (NOW, rosa, "Call the company.")
    assert progress.holder(request) == "Being checked by our staff"


def test_the_reason_is_for_staff(rosa: Person) -> None:
    request = freeze(make.request(), rosa)
    assert "Call the company." not in {line.note for line in history.lines(request)}
    assert "Call the company." in {line.note for line in history.lines(request, for_staff=True)}


def test_letters_wait_and_leave_afterwards(rosa: Person, deliver: Any) -> None:
    request = freeze(make.request(), rosa)
    assert deliver() == []
    unfreeze(request, rosa, now=NOW + HOUR)
    assert {letter.to for letter in deliver()} == {DANA, PRIYA}


def test_a_letter_promised_during_the_freeze_waits_too(rosa: Person, deliver: Any) -> None:
    request = freeze(make.request(authorizer_address=LEE), rosa)
    nomination.refuse(named_in(request).pk, by=rosa, facts_version=1, reason="No.", now=NOW + HOUR)
    deliver()
    assert [row.state for row in make.posted("choose_authorizer")] == ["waiting"]
    unfreeze(request, rosa, now=NOW + 2 * HOUR)
    deliver()
    assert [row.state for row in make.posted("choose_authorizer")] == ["sent"]


def test_stopping_again_changes_nothing_and_another_reviewer_is_told(rosa: Person) -> None:
    request = freeze(make.request(), rosa)
    before = counts()
    freeze(request, rosa, now=NOW + HOUR)
    assert (counts(), request.frozen_at) == (before, NOW)
    with pytest.raises(NotAllowed):
        freeze(request, make.reviewer("sam@operator.example"))


@pytest.mark.parametrize("state", ["active", "rejected"])
def test_only_open_requests_are_stopped(rosa: Person, state: str) -> None:
    request = make.activated() if state == "active" else make.request()
    if state == "rejected":
        review.reject(request.pk, by=rosa, facts_version=1, reason="No.", now=NOW)
    with pytest.raises(NotAllowed):
        freeze(request, rosa)


@pytest.mark.parametrize("act", [freeze, revoke])
def test_who_has_a_part_does_not_stop_or_revoke(act: Any) -> None:
    request = make.request()
    with pytest.raises(parties.Concerned):
        act(request, make.reviewer(PRIYA))


def test_the_link_stays_active_and_says_that_it_is_being_checked(rosa: Person) -> None:
    request = make.request()
    link = make.link_of(request)
    freeze(request, rosa)
    assert make.link_of(request) == link
    with pytest.raises(authorization.BeingChecked):
        authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)


def test_nothing_is_reminded_lapsed_refused_or_expired_during_the_freeze(rosa: Person) -> None:
    kim, ann = make.person("kim@acme-robotics.example"), make.person("ann@acme-robotics.example")
    waiting = make.request()
    leave(NOW)
    held = make.request(kim, authorizer_address=LEE)
    asked = make.request(ann, authorizer_address="sam@acme-robotics.example")
    review.ask_change(asked.pk, by=rosa, facts_version=1, proposal="", question="Which?", now=NOW)
    for request in (waiting, held, asked):
        freeze(request, rosa)
    late = NOW + 400 * DAY
    assert (reminding.remind(now=late), expiring.expire(now=late)) == (0, 0)


# Unfreeze: every stored moment has moved


@pytest.mark.parametrize(
    ("span", "days"),
    [(3 * DAY, 3), (2 * DAY + 5 * HOUR, 3), (HOUR, 1), (9 * HOUR + 58 * timedelta(minutes=1), 1)],
)
def test_a_links_end_moves_by_the_span_rounded_up_to_a_day(rosa: Person, span: timedelta, days: int) -> None:
    request = make.request()
    unfreeze(freeze(request, rosa), rosa, now=NOW + span)
    assert make.link_of(request).expires_at == end_of_day(14 + days)


def test_reminders_of_the_authorizer_move_with_the_span(rosa: Person) -> None:
    request = make.request()
    leave(NOW)
    unfreeze(freeze(request, rosa, now=NOW + DAY), rosa, now=NOW + 11 * DAY)
    named = named_in(request)
    assert (named.promised_at, named.next_reminder_at) == (NOW + 10 * DAY, on_day(13))
    assert reminding.remind(now=on_day(13) - HOUR) == 0
    assert reminding.remind(now=on_day(13)) == 1
    assert expiring.expire(now=end_of_day(14)) == 0
    assert expiring.expire(now=end_of_day(24)) == 1


def test_a_reminder_already_sent_is_not_sent_again(rosa: Person) -> None:
    request = make.request()
    leave(NOW)
    reminding.remind(now=on_day(3))
    leave(on_day(3))
    unfreeze(freeze(request, rosa, now=NOW + 4 * DAY), rosa, now=NOW + 10 * DAY)
    assert named_in(request).next_reminder_at == on_day(13)


def test_a_held_letters_end_moves(rosa: Person) -> None:
    request = make.request(authorizer_address=LEE)
    unfreeze(freeze(request, rosa), rosa, now=NOW + 10 * DAY)
    assert named_in(request).held_until == end_of_day(40)


def test_the_requesters_turn_moves_and_its_end_stays_moved(rosa: Person) -> None:
    request = make.answered(make.request(), Answer.DECLINE)
    reminding.remind(now=on_day(7))
    unfreeze(freeze(request, rosa, now=NOW + 10 * DAY), rosa, now=NOW + 15 * DAY + HOUR)
    assert request.expires_at == end_of_day(36)
    assert (request.turn_since, request.reminders_handled) == (NOW + 5 * DAY + HOUR, 1)
    assert request.next_reminder_at == on_day(26)
    make.approved(request, by=rosa, now=NOW + 16 * DAY)
    assert request.expires_at == end_of_day(36)
    plan = {item.what: item.at for item in progress.of(request, now=NOW + 16 * DAY).plan}
    assert plan["The request expires"] == end_of_day(36)


def test_set_up_moves(rosa: Person) -> None:
    request = make.in_setup()
    unfreeze(freeze(request, rosa), rosa, now=NOW + 10 * DAY)
    assert (request.setup_entered_at, request.expires_at) == (NOW + 10 * DAY, end_of_day(70))
    assert request.next_reminder_at == on_day(13)
    assert SetUp.objects.count() == 1


def test_a_turn_that_began_during_the_freeze_begins_when_it_ends(rosa: Person) -> None:
    request = freeze(make.request(authorizer_address=LEE), rosa)
    nomination.refuse(named_in(request).pk, by=rosa, facts_version=1, reason="No.", now=NOW + 5 * DAY)
    unfreeze(request, rosa, now=NOW + 8 * DAY)
    assert (request.turn_since, request.expires_at) == (NOW + 8 * DAY, end_of_day(38))
    assert request.next_reminder_at == on_day(15)


def test_what_was_over_before_the_freeze_is_over_after_it(rosa: Person) -> None:
    request = make.request()
    link = make.link_of(request)
    freeze(request, rosa, now=end_of_day(14) + HOUR)
    unfreeze(request, rosa, now=end_of_day(20))
    link.refresh_from_db()
    assert link.expires_at == end_of_day(14)
    assert expiring.expire(now=end_of_day(20)) == 1


def test_moments_that_no_clock_counts_from_stay(rosa: Person) -> None:
    request = make.approved(make.request(), by=rosa)
    unfreeze(freeze(request, rosa, now=NOW + DAY), rosa, now=NOW + 5 * DAY)
    assert (request.domain_since, request.submitted_at) == (NOW, NOW)


def test_letters_that_waited_say_the_moved_end(rosa: Person) -> None:
    request = make.request()
    unfreeze(freeze(request, rosa), rosa, now=NOW + 20 * DAY)
    said = {row.kind: row.primitives["ends_at"] for row in make.posted()}
    assert said == {
        "nomination": end_of_day(34).isoformat(),
        "request_sent": end_of_day(34).isoformat(),
    }


def test_a_question_that_waited_says_the_moved_end(rosa: Person) -> None:
    request = make.request()
    review.ask_change(request.pk, by=rosa, facts_version=1, proposal="", question="Which?", now=NOW)
    unfreeze(freeze(request, rosa), rosa, now=NOW + 20 * DAY)
    assert make.posted("change_asked")[0].primitives["ends_at"] == end_of_day(50).isoformat()


def test_two_freezes_move_twice(rosa: Person) -> None:
    request = make.request()
    unfreeze(freeze(request, rosa), rosa, now=NOW + DAY)
    unfreeze(freeze(request, rosa, now=NOW + 2 * DAY), rosa, now=NOW + 5 * DAY)
    assert make.link_of(request).expires_at == end_of_day(18)


def test_lifting_again_changes_nothing_and_nothing_is_lifted_where_nothing_stopped(rosa: Person) -> None:
    request = make.request()
    with pytest.raises(NotAllowed):
        unfreeze(request, rosa, now=NOW)
    unfreeze(freeze(request, rosa), rosa, now=NOW + HOUR)
    before = counts()
    unfreeze(request, rosa, now=NOW + 2 * HOUR)
    assert counts() == before


@pytest.mark.parametrize("state", [State.BOUNCED, State.REFUSED, State.DEAD])
def test_what_could_not_be_delivered_meanwhile_takes_effect(rosa: Person, state: State) -> None:
    request = make.request()
    leave(NOW)
    freeze(request, rosa)
    letter = make.posted("nomination")[0]
    reaching.undeliverable(_seen(letter), reaching.Why.BOUNCED)
    OutgoingEmail.objects.filter(pk=letter.pk).update(state=state)
    request.refresh_from_db()
    assert request.authorization == "pending"
    unfreeze(request, rosa, now=NOW + DAY)
    assert (request.authorization, named_in(request).state) == ("unreachable", "unreachable")
    assert request.expires_at == end_of_day(31)
    (told,) = make.posted("choose_authorizer")
    assert (told.primitives["cause"], told.primitives["ends_at"]) == (
        "undeliverable",
        end_of_day(31).isoformat(),
    )


def test_a_letter_of_an_older_link_that_came_back_ends_nothing(rosa: Person) -> None:
    request = make.answered(make.request(), Answer.DECLINE)
    leave(NOW)
    nomination.replace(
        request.pk, by=request.requester, address="sam@acme-robotics.example", message="", now=NOW
    )
    nomination.release(named_in(request).pk, by=rosa, facts_version=1, now=NOW)
    OutgoingEmail.objects.filter(kind="nomination", to=PRIYA).update(state=State.BOUNCED)
    unfreeze(freeze(request, rosa), rosa, now=NOW + DAY)
    assert request.authorization == "pending"


def _seen(letter: OutgoingEmail) -> Any:
    return policies.seen(letter)


# Revoke


def test_a_revoked_authorization_asks_the_requester_for_another(rosa: Person) -> None:
    request = revoke(make.answered(make.request(), Answer.AUTHORIZE), rosa)
    assert (request.authorization, named_in(request).state) == ("revoked", "revoked")
    (letter,) = make.posted("choose_authorizer")
    assert (letter.to, letter.primitives["cause"], letter.primitives["note"]) == (
        DANA,
        "revoked",
        "The company objects.",
    )
    assert letter.primitives["ends_at"] == end_of_day(30).isoformat() == request.expires_at.isoformat()  # type: ignore[union-attr]


def test_a_nomination_that_waits_is_revoked_with_its_link(rosa: Person) -> None:
    request = make.request()
    link = make.link_of(request)
    revoke(request, rosa)
    link.refresh_from_db()
    assert (request.authorization, link.state) == ("revoked", "revoked")
    with pytest.raises(authorization.LinkDead) as dead:
        authorization.look(link.pk, now=NOW)
    assert dead.value.cause == "revoked"


@pytest.mark.parametrize("authorized", [True, False])
def test_an_authorizer_who_was_written_to_is_told_of_the_revocation(rosa: Person, authorized: bool) -> None:
    request = make.request()
    leave(NOW)
    if authorized:
        make.answered(request, Answer.AUTHORIZE)
    revoke(request, rosa)
    (letter,) = make.posted("nothing_to_do")
    assert (letter.to, letter.primitives["cause"], letter.primitives["was_authorized"]) == (
        PRIYA,
        "revoked",
        authorized,
    )


def test_an_authorizer_whose_letter_never_left_hears_nothing_of_it(rosa: Person) -> None:
    revoke(make.request(), rosa)
    assert make.posted("nothing_to_do") == []


def test_from_set_up_it_goes_back_and_keeps_approval_and_reservation(rosa: Person) -> None:
    request = make.in_setup()
    revoke(request, rosa)
    assert (request.state, request.domain, request.setup_entered_at) == ("pending", "approved", None)
    assert not SetUp.objects.exists()
    holder = reservations.holder("acme-robotics.example")
    assert holder
    assert holder.request == str(request.pk)
    assert request.expires_at == end_of_day(30)


def test_set_up_begins_anew_after_another_authorization(rosa: Person) -> None:
    request = revoke(make.in_setup(), rosa)
    nomination.replace(
        request.pk, by=request.requester, address="sam@acme-robotics.example", message="", now=NOW + DAY
    )
    make.answered(request, Answer.AUTHORIZE, now=NOW + 2 * DAY)
    assert (request.state, request.setup_entered_at) == ("setup", NOW + 2 * DAY)
    assert SetUp.objects.get().agreement_accepted_at is None
    assert len(make.posted("setup")) == 2


def test_on_yes_the_own_authorization_is_revoked(rosa: Person) -> None:
    request = revoke(make.request(authority=Authority.YES), rosa)
    assert request.authorization == "revoked"
    assert nomination.may_name(request) == 3
    assert make.posted("choose_authorizer")[0].primitives["nominations_left"] == 3


def test_revoking_lifts_the_freeze_and_lets_letters_leave(rosa: Person, deliver: Any) -> None:
    request = make.answered(make.request(), Answer.AUTHORIZE)
    review.ask_change(request.pk, by=rosa, facts_version=1, proposal="", question="Which?", now=NOW)
    freeze(request, rosa)
    revoke(request, rosa, now=NOW + 5 * DAY)
    assert (request.frozen_at, request.frozen_by, request.authorization) == (None, None, "revoked")
    assert request.domain_since == NOW + 5 * DAY
    deliver()
    assert "waiting" not in {row.state for row in make.posted()}


def test_revoking_again_changes_nothing(rosa: Person) -> None:
    request = revoke(make.answered(make.request(), Answer.AUTHORIZE), rosa)
    before = counts()
    revoke(request, rosa, now=NOW + HOUR)
    assert counts() == before
    with pytest.raises(NotAllowed):
        revoke(request, make.reviewer("sam@operator.example"))


@pytest.mark.parametrize("state", ["held", "declined", "active"])
def test_there_is_nothing_to_revoke(rosa: Person, state: str) -> None:
    if state == "held":
        request = make.request(authorizer_address=LEE)
    elif state == "declined":
        request = make.answered(make.request(), Answer.DECLINE)
    else:
        request = make.activated()
    before = counts()
    with pytest.raises(NotAllowed):
        revoke(request, rosa)
    assert counts() == before
    assert AuthorizationLink.objects.filter(state="revoked").count() == 0
