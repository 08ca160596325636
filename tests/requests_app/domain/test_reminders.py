"""When reminders leave, when waits end, and what a late or doubled run does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.domain import authorization, reminders, working_days
from requests_app.domain.allowances import Exhausted
from requests_app.domain.reminders import Due
from requests_app.domain.spans import Contradiction, Spans, moved_end

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = Spans()
PROMISED = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
LINK_END = datetime(2026, 12, 10, tzinfo=UTC)
FIRST, SECOND, THIRD = (
    datetime(2026, 11, 28, 9, tzinfo=UTC),
    datetime(2026, 12, 2, 9, tzinfo=UTC),
    datetime(2026, 12, 7, 9, tzinfo=UTC),
)


def authorizer_clock(**facts):
    facts = {"link_ends_at": LINK_END, "letter_sent_at": PROMISED, "spans": USUAL} | facts
    return reminders.authorizer_clock(PROMISED, **facts)


def test_the_authorizer_is_reminded_on_days_3_7_and_12_at_nine():
    assert reminders.plan(authorizer_clock(), now=PROMISED) == (
        Due(1, FIRST, is_last=False),
        Due(2, SECOND, is_last=False),
        Due(3, THIRD, is_last=True),
    )


def test_the_plan_of_a_letter_not_sent_yet_is_the_same():
    assert reminders.plan(authorizer_clock(letter_sent_at=None), now=PROMISED) == reminders.plan(
        authorizer_clock(), now=PROMISED
    )


def test_no_reminder_is_due_before_the_letter_was_sent():
    clock = authorizer_clock(letter_sent_at=None)
    assert reminders.next_due(clock, now=FIRST) == Due(2, SECOND, is_last=False)


def test_a_reminder_is_due_at_its_moment_and_not_before():
    for now in (FIRST - HOUR, FIRST, FIRST + HOUR):
        assert reminders.next_due(authorizer_clock(), now=now) == Due(1, FIRST, is_last=False)


def test_a_handled_reminder_is_not_due_again():
    assert reminders.next_due(authorizer_clock(handled=1), now=FIRST) == Due(2, SECOND, is_last=False)


@pytest.mark.parametrize(
    ("sent_at", "number"),
    [
        (FIRST - DAY, 1),
        (FIRST - DAY + timedelta(seconds=1), 2),
        (FIRST - HOUR, 2),
        (FIRST + HOUR, 2),
    ],
)
def test_a_reminder_within_a_day_after_another_letter_is_dropped(sent_at, number):
    clock = authorizer_clock(letter_sent_at=sent_at)
    assert reminders.next_due(clock, now=FIRST + 2 * HOUR).number == number


def test_a_dropped_reminder_stays_dropped_on_later_days():
    clock = authorizer_clock(letter_sent_at=FIRST - HOUR)
    assert reminders.next_due(clock, now=FIRST + 3 * DAY) == Due(2, SECOND, is_last=False)


def test_a_late_reminder_keeps_its_distance_to_the_next():
    clock = authorizer_clock(letter_sent_at=SECOND - HOUR, handled=1)
    assert reminders.next_due(clock, now=SECOND) == Due(3, THIRD, is_last=True)


def test_a_reminder_whose_successor_is_due_is_skipped():
    assert reminders.next_due(authorizer_clock(), now=SECOND - timedelta(seconds=1)).number == 1
    assert reminders.next_due(authorizer_clock(), now=SECOND).number == 2
    assert reminders.next_due(authorizer_clock(), now=THIRD + DAY).number == 3


def test_nothing_is_reminded_of_after_the_end():
    clock = authorizer_clock()
    assert not reminders.has_ended(clock, now=LINK_END - timedelta(microseconds=1))
    assert reminders.next_due(clock, now=LINK_END - timedelta(microseconds=1)).number == 3
    assert reminders.has_ended(clock, now=LINK_END)
    assert reminders.next_due(clock, now=LINK_END) is None
    assert reminders.plan(clock, now=LINK_END) == ()


def test_a_reminder_after_an_early_end_is_never_planned():
    clock = authorizer_clock(link_ends_at=THIRD)
    assert reminders.plan(clock, now=PROMISED)[-1] == Due(2, SECOND, is_last=True)


@pytest.mark.parametrize(("sent_in_all", "planned"), [(0, [1, 2, 3]), (2, [1]), (3, [])])
def test_a_nomination_sees_three_automatic_reminders_over_all_its_links(sent_in_all, planned):
    plan = reminders.plan(authorizer_clock(sent_in_all=sent_in_all), now=PROMISED)
    assert [due.number for due in plan] == planned
    assert [due.is_last for due in plan] == [number == planned[-1] for number in planned]


@given(
    runs=st.lists(st.integers(1, 4 * 24 * 60), max_size=30),
    letters=st.lists(st.integers(0, 15 * 24 * 60), max_size=4),
)
def test_however_the_runs_fall_reminders_keep_the_rules(runs, letters):
    sent, letter_times = [], [PROMISED, *(PROMISED + timedelta(minutes=minute) for minute in sorted(letters))]
    now, handled = PROMISED, 0
    for minutes in runs:
        now += timedelta(minutes=minutes)
        latest = max([moment for moment in letter_times if moment <= now] + sent)
        clock = authorizer_clock(letter_sent_at=latest, handled=handled, sent_in_all=len(sent))
        due = reminders.next_due(clock, now=now)
        if due is not None and due.at <= now:
            assert due.at - latest >= DAY
            assert due.number > handled
            assert now < LINK_END
            later = [moment for moment in (FIRST, SECOND, THIRD) if moment > due.at]
            assert not later or later[0] > now, "its successor was due already"
            sent.append(now)
            handled = due.number
    assert len(sent) <= 3


@given(
    now=st.integers(0, 16 * 24 * 60),
    letter=st.none() | st.integers(0, 16 * 24 * 60),
    handled=st.integers(0, 3),
    sent_in_all=st.integers(0, 3),
)
def test_the_plan_begins_with_what_is_due_next_and_moves_forward(now, letter, handled, sent_in_all):
    now = PROMISED + timedelta(minutes=now)
    clock = authorizer_clock(
        letter_sent_at=letter if letter is None else PROMISED + timedelta(minutes=letter),
        handled=handled,
        sent_in_all=sent_in_all,
    )
    plan = reminders.plan(clock, now=now)
    assert plan[:1] == tuple(filter(None, [reminders.next_due(clock, now=now)]))
    assert [due.number for due in plan] == sorted({due.number for due in plan})
    assert all(due.at < LINK_END for due in plan)
    assert len(plan) <= 3 - sent_in_all
    assert [due.is_last for due in plan].count(True) == bool(plan)


def test_reminders_by_hand_are_two_and_a_day_apart():
    def opens_at(*sent_at):
        return reminders.manual_opens_at(PROMISED, sent_at=sent_at, most=2)

    assert opens_at() == PROMISED
    assert opens_at(PROMISED - HOUR) == PROMISED + 23 * HOUR
    assert opens_at(PROMISED - DAY) == PROMISED
    with pytest.raises(Exhausted):
        opens_at(PROMISED - 9 * DAY, PROMISED - 5 * DAY)


@pytest.mark.parametrize(
    ("clock", "days", "last_day"),
    [
        (reminders.requester_clock, (7, 21), 30),
        (reminders.setup_clock, (3, 7, 14), 60),
        (reminders.draft_clock, (83,), 90),
        (reminders.held_clock, (), 30),
    ],
)
def test_each_other_wait_has_its_reminders_and_its_end(clock, days, last_day):
    midnight = datetime(2026, 11, 25, tzinfo=UTC)
    wait = clock(PROMISED, spans=USUAL)
    assert [due.at for due in reminders.plan(wait, now=PROMISED)] == [
        midnight + day * DAY + 9 * HOUR for day in days
    ]
    assert wait.ends_at == midnight + (last_day + 1) * DAY
    assert reminders.has_ended(wait, now=wait.ends_at)
    assert not reminders.has_ended(wait, now=wait.ends_at - timedelta(microseconds=1))


def test_letters_do_not_drop_the_requesters_reminders():
    clock = replace(reminders.requester_clock(PROMISED, spans=USUAL), letter_sent_at=PROMISED + 6.9 * DAY)
    assert reminders.next_due(clock, now=PROMISED + 7 * DAY).number == 1


def test_a_missed_reminder_of_the_requester_is_caught_up_once():
    since = PROMISED
    due = reminders.next_due(reminders.requester_clock(since, spans=USUAL), now=since + 22 * DAY)
    assert due == Due(2, datetime(2026, 12, 16, 9, tzinfo=UTC), is_last=True)
    handled = reminders.requester_clock(since, spans=USUAL, handled=2)
    assert reminders.next_due(handled, now=since + 22 * DAY) is None


def test_a_rejected_request_may_be_reopened_for_thirty_days():
    assert reminders.reopening_ends_at(PROMISED, spans=USUAL) == datetime(2026, 12, 26, tzinfo=UTC)


def test_an_operator_may_set_the_spans():
    spans = Spans(requester_reminders=(DAY, 2 * DAY, 3 * DAY), requester=5 * DAY)
    clock = reminders.requester_clock(PROMISED, spans=spans)
    assert [due.at.day for due in reminders.plan(clock, now=PROMISED)] == [26, 27, 28]
    assert clock.ends_at == datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "spans",
    [
        {"link": timedelta(hours=36)},
        {"link": 12 * DAY},
        {"authorizer_reminders": (7 * DAY, 3 * DAY)},
        {"requester": timedelta(0), "requester_reminders": ()},
        {"setup_reminders": (61 * DAY,)},
        {"draft_warning": 90 * DAY},
        {"draft_warning": timedelta(0)},
        {"held": -DAY},
        {"reopening": timedelta(0)},
        {"quiet": -HOUR},
        {"automatic_reminders": 2},
        {"reopening": 90 * DAY},
        {"review_target": 0},
    ],
)
def test_spans_that_contradict_each_other_are_refused(spans):
    with pytest.raises(Contradiction) as wrong:
        Spans(**spans)
    assert set(spans) & set(wrong.value.fields)


@pytest.mark.parametrize(
    ("by", "end"), [(timedelta(0), 10), (HOUR, 11), (DAY, 11), (DAY + timedelta(microseconds=1), 12)]
)
def test_an_end_moved_by_a_freeze_is_rounded_up_to_midnight(by, end):
    assert moved_end(LINK_END, by=by) == datetime(2026, 12, end, tzinfo=UTC)


def test_a_frozen_span_loses_the_authorizer_no_day():
    frozen_for = 5 * DAY + 3 * HOUR
    assert moved_end(LINK_END, by=frozen_for) >= authorization.link_end(PROMISED + frozen_for, spans=USUAL)


HOLIDAYS = working_days.read_holidays(["2026-12-25", " 2026-12-26 ", "2026-12-28"])


def test_a_holiday_that_is_no_date_is_named():
    with pytest.raises(ValueError, match=r"'25\.12\.2026' is not a date like 2026-12-25"):
        working_days.read_holidays(["2026-12-25", "25.12.2026"])


@pytest.mark.parametrize(
    ("day", "works"), [(24, True), (25, False), (26, False), (27, False), (28, False), (29, True)]
)
def test_reviewers_work_monday_to_friday_without_holidays(day, works):
    assert working_days.is_working_day(date(2026, 12, day), holidays=HOLIDAYS) is works


@pytest.mark.parametrize(
    ("since", "target"),
    [
        (datetime(2026, 11, 25, 14, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)),  # Wednesday → Friday
        (datetime(2026, 11, 27, 0, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)),  # Friday → Tuesday
        (datetime(2026, 11, 29, 8, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)),  # Sunday → Tuesday
        (datetime(2026, 12, 24, 23, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)),  # over the holidays
    ],
)
def test_a_review_is_to_be_done_by_the_end_of_the_second_working_day(since, target):
    assert working_days.review_target_at(since, holidays=HOLIDAYS, spans=USUAL) == target


def test_an_operator_may_set_the_review_target():
    target = working_days.review_target_at(PROMISED, holidays=frozenset(), spans=Spans(review_target=1))
    assert target == datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize(("day", "days"), [(24, 0), (25, 0), (28, 0), (29, 1), (31, 3)])
def test_waiting_is_counted_in_working_days(day, days):
    since = datetime(2026, 12, 24, 16, tzinfo=UTC)
    now = datetime(2026, 12, day, 17, tzinfo=UTC)
    assert working_days.waited(since, now=now, holidays=HOLIDAYS) == days


@pytest.mark.parametrize(
    ("after", "digest"),
    [
        (datetime(2026, 12, 24, 8, 59, tzinfo=UTC), datetime(2026, 12, 24, 9, tzinfo=UTC)),
        (datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2026, 12, 29, 9, tzinfo=UTC)),
        (datetime(2026, 12, 26, 7, tzinfo=UTC), datetime(2026, 12, 29, 9, tzinfo=UTC)),
    ],
)
def test_the_digest_leaves_at_nine_of_the_next_working_day(after, digest):
    assert working_days.next_digest_at(after, holidays=HOLIDAYS) == digest
