"""Whoever keeps the others waiting is reminded: at the stored moments, each once, and no more than promised."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from requests_app.domain.authorization import LinkState, NominationState
from requests_app.domain.lifecycle import NotAllowed
from requests_app.domain.submission import Authority
from requests_app.models import AuthorizationLink, Draft, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import (
    authorization,
    drafting,
    expiring,
    facts,
    freezing,
    letters,
    nomination,
    reminding,
    review,
    stopping,
    transitions,
)
from requests_app.services.limits import LimitReached
from requests_app.services.transitions import Conflict
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day, leave, on_day

pytestmark = pytest.mark.django_db

LEE = "lee@globex.example"
SOON = timedelta(minutes=1)


def asked(**changed: object) -> SmartAccountRequest:
    """A request whose nomination letter has left."""
    made = make.request(**changed)
    leave(NOW + SOON)
    return made


def reminders(kind: str = "reminder") -> list[int]:
    """The numbers of the reminders promised so far."""
    return [letter.primitives["number"] for letter in make.posted(kind)]


def run_each_morning(first: int, last: int, *, after: datetime = NOW) -> list[int]:
    """The days on which a run at 09:00 promised something; what it promised leaves a minute later."""
    days = []
    for day in range(first, last + 1):
        if reminding.remind(now=on_day(day, after=after)):
            days.append(day)
        leave(on_day(day, after=after) + SOON)
    return days


# The authorizer


def test_an_authorizer_is_reminded_on_days_3_7_and_12_and_the_last_says_so() -> None:
    asked()
    assert run_each_morning(1, 14) == [3, 7, 12]
    assert reminders() == [1, 2, 3]
    assert [letter.primitives["is_last"] for letter in make.posted("reminder")] == [False, False, True]
    assert {letter.to for letter in make.posted("reminder")} == {PRIYA}


def test_a_reminder_is_due_at_nine_and_not_a_second_before() -> None:
    asked()
    assert reminding.remind(now=on_day(3) - timedelta(seconds=1)) == 0
    assert reminding.remind(now=on_day(3)) == 1


def test_a_second_run_of_the_same_minute_reminds_nobody_again() -> None:
    asked()
    assert [reminding.remind(now=on_day(3) + timedelta(seconds=s)) for s in (0, 1, 59)] == [1, 0, 0]


def test_nobody_is_reminded_of_a_letter_that_has_not_left() -> None:
    make.request()
    assert reminding.remind(now=on_day(3)) == 0
    leave(on_day(5))
    assert run_each_morning(5, 14) == [7, 12]


def test_a_new_link_is_not_repeated_before_its_own_letter_has_left() -> None:
    made = asked()
    again = NOW + timedelta(days=2)
    authorization.send_new_link(make.link_of(made).pk, now=again)
    assert reminding.remind(now=on_day(3, after=again)) == 0
    leave(on_day(4, after=again))
    assert run_each_morning(5, 8, after=again) == [7]


def test_a_reminder_is_dropped_while_the_one_before_still_waits_for_the_mail_server() -> None:
    asked()
    assert reminding.remind(now=on_day(3)) == 1
    assert reminding.remind(now=on_day(7)) == 0
    leave(on_day(7) + timedelta(hours=1))
    assert run_each_morning(8, 14) == [12]


@pytest.mark.parametrize(("hours", "days"), [(23, [7, 12]), (25, [3, 7, 12])])
def test_one_within_24_hours_after_the_nomination_letter_left_is_dropped(hours: int, days: list[int]) -> None:
    make.request()
    leave(on_day(3) - timedelta(hours=hours))
    assert run_each_morning(3, 14) == days


def test_one_within_24_hours_after_a_new_link_is_dropped_and_the_new_links_own_days_count() -> None:
    made = asked()
    again = on_day(3) - timedelta(hours=2)
    authorization.send_new_link(make.link_of(made).pk, now=again)
    leave(again + SOON)
    assert reminding.remind(now=on_day(3)) == 0
    assert run_each_morning(1, 14, after=again) == [3, 7, 12]


def test_changed_facts_count_anew_from_their_own_letter() -> None:
    made = asked()
    changed = on_day(3) - timedelta(hours=2)
    facts.change(
        made.pk,
        by=made.requester,
        account_name="Acme Robots",
        administrators=(),
        ticked=False,
        facts_version=made.facts_version,
        now=changed,
    )
    leave(changed + SOON)
    assert run_each_morning(0, 14, after=changed) == [3, 7, 12]


def test_one_within_24_hours_after_a_reminder_by_hand_is_dropped() -> None:
    made = asked()
    reminding.remind_by_hand(made.pk, by=made.requester, now=on_day(3) - timedelta(hours=3))
    leave(on_day(3) - timedelta(hours=2))
    assert run_each_morning(3, 14) == [7, 12]


def test_a_code_asked_for_drops_no_reminder() -> None:
    made = asked()
    at = on_day(3) - timedelta(hours=1)
    authorization.ask_code(make.link_of(made).pk, answer=Answer.DECLINE, facts_version=1, now=at)
    leave(at)
    assert reminding.remind(now=on_day(3)) == 1


def test_days_missed_are_caught_up_by_one_letter() -> None:
    asked()
    late = on_day(13)
    assert reminding.remind(now=late) == 1
    assert reminders() == [3]
    leave(late + SOON)
    assert reminding.remind(now=on_day(14)) == 0


def test_a_late_first_reminder_keeps_its_distance_to_the_second() -> None:
    asked()
    late = on_day(6) + timedelta(hours=12)
    assert reminding.remind(now=late) == 1
    leave(late + SOON)
    assert run_each_morning(7, 14) == [12]
    assert reminders() == [1, 3]


def test_nothing_repeats_a_link_that_has_ended_however_late_the_run() -> None:
    asked()
    assert reminding.remind(now=end_of_day(14)) == 0
    assert make.posted("reminder") == []


def test_three_automatic_reminders_are_all_a_nomination_gets_over_all_its_links() -> None:
    made = asked()
    assert run_each_morning(1, 8) == [3, 7]
    again = NOW + timedelta(days=8)
    authorization.send_new_link(make.link_of(made).pk, now=again)
    leave(again + SOON)
    assert run_each_morning(1, 14, after=again) == [3]
    assert make.posted("reminder")[-1].primitives["is_last"] is True
    assert Nomination.objects.get().reminders_sent == 3


def test_a_held_letter_is_repeated_by_nobody_and_its_days_count_from_the_release() -> None:
    make.request(authorizer_address=LEE)
    assert run_each_morning(1, 14) == []
    released = NOW + timedelta(days=20)
    nomination.release(Nomination.objects.get().pk, by=make.reviewer(), facts_version=1, now=released)
    leave(released + SOON)
    assert run_each_morning(1, 14, after=released) == [3, 7, 12]


@pytest.mark.parametrize("answer", [Answer.AUTHORIZE, Answer.DECLINE])
def test_who_has_answered_is_not_reminded(answer: Answer) -> None:
    make.answered(asked(), answer)
    assert run_each_morning(1, 6) == []


def test_who_asked_for_no_more_reminders_gets_none_by_clock_or_by_hand() -> None:
    made = asked()
    stopping.stop_reminders(Nomination.objects.get().pk, now=NOW + timedelta(days=1))
    assert run_each_morning(1, 14) == []
    with pytest.raises(Conflict, match="cannot be reminded"):
        reminding.remind_by_hand(made.pk, by=made.requester, now=on_day(4))


def test_a_frozen_request_reminds_nobody_and_goes_on_later_by_the_frozen_span() -> None:
    made = asked()
    rosa = make.reviewer()
    freezing.freeze(made.pk, by=rosa, reason="Odd.", now=NOW + timedelta(days=1))
    assert run_each_morning(1, 6) == []
    freezing.unfreeze(made.pk, by=rosa, now=NOW + timedelta(days=6))
    assert run_each_morning(6, 20) == [8, 12, 17]


def test_a_reminder_repeats_the_letters_own_link_under_it() -> None:
    made = asked()
    link = make.link_of(made)
    reminding.remind(now=on_day(3))
    (letter,) = make.posted("reminder")
    assert letter.primitives["link_seed"] == link.seed.packed
    assert letter.primitives["thread_key"] == letters.link_key(link)
    assert letter.key == f"reminder:{link.nomination_id}:1:1"


# By hand


def test_two_reminders_by_hand_24_hours_apart_are_all_there_are() -> None:
    made = asked()
    first = NOW + timedelta(hours=5)
    reminding.remind_by_hand(made.pk, by=made.requester, now=first)
    leave(first)
    with pytest.raises(LimitReached) as reached:
        reminding.remind_by_hand(made.pk, by=made.requester, now=first + timedelta(hours=23))
    assert reached.value.opens_at == first + timedelta(days=1)
    reminding.remind_by_hand(made.pk, by=made.requester, now=first + timedelta(days=1))
    leave(first + timedelta(days=1))
    with pytest.raises(Conflict, match="No more reminders"):
        reminding.remind_by_hand(made.pk, by=made.requester, now=first + timedelta(days=9))
    assert reminders() == [0, 0]
    assert [line.event for line in made.history.all()][1:] == ["reminded_by_hand"] * 2


def test_nobody_reminds_by_hand_of_a_letter_that_has_not_left() -> None:
    made = make.request()
    with pytest.raises(Conflict, match="on its way"):
        reminding.remind_by_hand(made.pk, by=made.requester, now=NOW + timedelta(hours=1))


def test_only_the_requester_reminds_by_hand() -> None:
    made = asked()
    with pytest.raises(transitions.NotYours):
        reminding.remind_by_hand(made.pk, by=make.person(), now=on_day(2))
    with pytest.raises(transitions.NotYours):
        reminding.remind_by_hand(uuid.uuid4(), by=made.requester, now=on_day(2))


def test_an_ended_link_is_not_repeated_by_hand() -> None:
    made = asked()
    with pytest.raises(Conflict, match="link has ended"):
        reminding.remind_by_hand(made.pk, by=made.requester, now=end_of_day(14))


@pytest.mark.parametrize("authority", [Authority.YES, Authority.NO])
def test_where_nobody_is_asked_nobody_is_reminded_by_hand(authority: Authority) -> None:
    made = make.request(
        authority=authority, **({} if authority is Authority.YES else {"authorizer_address": LEE})
    )
    with pytest.raises(NotAllowed):
        reminding.remind_by_hand(made.pk, by=made.requester, now=on_day(2))


# The requester


def declined() -> SmartAccountRequest:
    return make.answered(make.request(), Answer.DECLINE)


def test_a_requester_whose_turn_it_is_is_reminded_on_days_7_and_21() -> None:
    declined()
    leave(NOW)
    assert run_each_morning(1, 30) == [7, 21]
    assert reminders("your_turn") == [1, 2]
    assert {letter.primitives["asked"] for letter in make.posted("your_turn")} == {"choose_authorizer"}
    assert {letter.to for letter in make.posted("your_turn")} == {DANA}


def test_a_requester_is_reminded_of_the_question_that_still_waits() -> None:
    made = make.request(authority=Authority.YES)
    review.ask_change(made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which?", now=NOW)
    assert run_each_morning(1, 8) == [7]
    assert make.posted("your_turn")[0].primitives["asked"] == "answer_domain"


def test_a_requester_is_reminded_of_both_when_two_things_wait() -> None:
    made = declined()
    review.ask_change(made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which?", now=NOW)
    assert run_each_morning(1, 30) == [7, 21]
    first, last = make.posted("your_turn")
    assert (first.primitives["asked"], first.primitives["is_last"]) == ("both", False)
    assert (last.primitives["asked"], last.primitives["is_last"]) == ("both", True)


def test_a_requesters_missed_days_are_caught_up_by_one_letter() -> None:
    declined()
    assert reminding.remind(now=on_day(22)) == 1
    assert reminding.remind(now=on_day(23)) == 0
    assert reminders("your_turn") == [2]


def test_a_later_event_counts_the_requesters_days_anew() -> None:
    made = make.request()
    review.ask_change(made.pk, by=make.reviewer(), facts_version=1, proposal="", question="Which?", now=NOW)
    later = NOW + timedelta(days=9)
    assert reminding.remind(now=on_day(7)) == 1
    make.answered(made, Answer.DECLINE, now=later)
    assert run_each_morning(1, 22, after=later) == [7, 21]


def test_set_up_is_reminded_on_days_3_7_and_14() -> None:
    make.in_setup()
    assert run_each_morning(1, 60) == [3, 7, 14]
    letters_sent = make.posted("setup_reminder")
    assert reminders("setup_reminder") == [1, 2, 3]
    assert [letter.primitives["is_last"] for letter in letters_sent] == [False, False, True]


def test_nobody_is_reminded_of_an_active_or_withdrawn_request() -> None:
    from requests_app.services import withdrawal

    withdrawn = declined()
    withdrawal.withdraw(withdrawn.pk, by=withdrawn.requester, now=NOW)
    make.activated()
    assert run_each_morning(1, 61) == []


# Drafts


def draft() -> Draft:
    return drafting.begin(make.person(DANA), now=NOW)


def test_a_draft_is_warned_of_once_7_days_before_it_goes() -> None:
    made = draft()
    assert made.expires_at == end_of_day(90)
    assert run_each_morning(80, 90) == [83]
    (letter,) = make.posted("draft_ending")
    assert (letter.to, letter.primitives["ends_at"]) == (DANA, made.expires_at.isoformat())


def test_a_draft_saved_again_is_warned_of_again_at_its_own_time() -> None:
    made = draft()
    assert reminding.remind(now=on_day(83)) == 1
    saved = NOW + timedelta(days=84)
    drafting.save_page(made.pk, person=made.person, page="account", answers={}, now=saved)
    assert run_each_morning(1, 90, after=saved) == [83]


def test_a_draft_that_is_over_is_not_warned_of_any_more() -> None:
    draft()
    assert reminding.remind(now=end_of_day(90)) == 0


# The pass


def test_a_row_that_fails_is_logged_with_its_id_and_keeps_nobody_else_from_being_reminded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = asked()
    second = asked(
        requester=make.person("kim@globex.example"),
        account_domain="globex.example",
        authorizer_address="sam@globex.example",
    )
    broken = Nomination.objects.get(request=first)
    broken.links.update(key_id="", nonce="")
    assert reminding.remind(now=on_day(3)) == 1
    assert [letter.to for letter in make.posted("reminder")] == ["sam@globex.example"]
    (line,) = [line for line in caplog.records if line.name == "requests_app.services.passes"]
    assert (line.levelname, line.__dict__["row"]) == ("ERROR", str(broken.pk))
    assert "SeedUnreadable" in caplog.text
    (alert,) = make.posted("operator_alert")
    assert str(broken.pk) in alert.primitives["facts"][0]
    assert second.pk != first.pk


def test_a_row_that_failed_is_tried_again_by_the_next_run() -> None:
    made = asked()
    link = make.link_of(made)
    Nomination.objects.get().links.update(key_id="", nonce="")
    assert reminding.remind(now=on_day(3)) == 0
    Nomination.objects.get().links.update(key_id=link.key_id, nonce=link.nonce)
    assert reminding.remind(now=on_day(3) + SOON) == 1
    assert reminders() == [1]


def test_an_idle_run_asks_three_times_whatever_there_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        asked(
            requester=make.person(f"p{number}@acme-robotics.example"),
            authorizer_address=f"a{number}@acme-robotics.example",
        )
    make.in_setup()
    draft_of = make.person("d@acme-robotics.example")
    drafting.begin(draft_of, now=NOW)
    with django_assert_num_queries(3):
        assert reminding.remind(now=NOW + timedelta(hours=1)) == 0


def plans_of(act: Callable[..., int]) -> list[str]:
    """How the database finds the rows of each question of an idle run, by its parameters as they are bound."""
    asked_for: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "DELETE")):
            asked_for.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act(now=NOW + timedelta(hours=1))
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    plans = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # It would scan a table that fits on one page.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ANALYZE")
        for sql, params in asked_for:
            cursor.execute(f"{word} {sql}", params)
            plans.append("\n".join(str(row) for row in cursor.fetchall()))
    return plans


def copies(row: Any, number: str, unique: str, numbers: Iterable[int], state: str) -> Iterator[Any]:
    """The same row many times, numbered, in a state that waits for nothing."""
    for each in numbers:
        made = copy(row)
        made.pk, made.state = uuid.uuid4(), state
        setattr(made, number, each)
        setattr(made, unique, f"{each:064}")
        yield made


@pytest.mark.parametrize(
    ("act", "indexes"),
    [
        (reminding.remind, ["nomination_reminder_due", "request_reminder_due", "draft_warning_due"]),
        (
            expiring.expire,
            ["link_lapse_due", "nomination_held_due", "request_expiry_due", "requests_app_draft_expires"],
        ),
    ],
)
def test_an_idle_run_finds_what_is_due_by_an_index_of_what_waits(
    act: Callable[..., int], indexes: list[str]
) -> None:
    link = make.link_of(asked())
    over = range(2, 500)
    Nomination.objects.bulk_create(
        copies(link.nomination, "number", "stop_hash", over, NominationState.REPLACED)
    )
    AuthorizationLink.objects.bulk_create(
        copies(link, "generation", "token_hash", over, LinkState.SUPERSEDED)
    )
    plans = plans_of(act)
    assert len(plans) == len(indexes)
    for index, plan in zip(indexes, plans, strict=True):
        assert index in plan
        assert "SCAN requests_app" not in plan
