"""Why a link is dead, how long it lives, and how often something may be asked for again."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.domain import allowances, authorization, statement
from requests_app.domain.allowances import Allowance, Exhausted, Pace
from requests_app.domain.authorization import DeadCause, LinkState, NominationState
from requests_app.domain.lifecycle import AuthorizationState, RequestState
from requests_app.domain.spans import Spans

NOW = datetime(2026, 11, 25, 14, 1, tzinfo=UTC)
END = datetime(2026, 12, 10, tzinfo=UTC)
USUAL = Spans()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# nomination, request (open = pending or set-up), link, before its end → cause; `any` is every word.
CAUSES = """
authorized   any        any         any     answered
declined     any        any         any     answered
handed_on    any        any         any     handed_on
not_meant    any        any         any     not_meant
unreachable  any        any         any     undeliverable
replaced     any        any         any     replaced
refused      any        any         any     revoked
revoked      any        any         any     revoked
held         withdrawn  any         any     withdrawn
held         rejected   any         any     domain_rejected
held         expired    any         any     closed
held         active     any         any     closed
held         open       any         any     replaced
lapsed       withdrawn  any         any     withdrawn
lapsed       rejected   any         any     domain_rejected
lapsed       expired    any         any     closed
lapsed       active     any         any     closed
lapsed       open       superseded  any     renewed
lapsed       open       active      any     expired
lapsed       open       used        any     expired
lapsed       open       revoked     any     expired
lapsed       open       expired     any     expired
pending      withdrawn  any         any     withdrawn
pending      rejected   any         any     domain_rejected
pending      expired    any         any     closed
pending      active     any         any     closed
pending      open       used        any     renewed
pending      open       superseded  any     renewed
pending      open       revoked     any     renewed
pending      open       expired     any     renewed
pending      open       active      after   expired
pending      open       active      before  alive
"""


def _stated():
    stated = {}
    for line in CAUSES.split("\n")[1:-1]:
        nomination, request, link, when, cause = line.split()
        requests = {"any": list(RequestState), "open": ["pending", "setup"]}.get(request, [request])
        links = list(LinkState) if link == "any" else [link]
        moments = ["before", "after"] if when == "any" else [when]
        for combination in product([nomination], requests, links, moments):
            assert combination not in stated, f"stated twice: {line}"
            stated[combination] = None if cause == "alive" else DeadCause(cause)
    return stated


STATED = _stated()


@pytest.mark.parametrize("nomination", NominationState)
def test_every_dead_link_has_its_stated_cause(nomination):
    for request, link, when in product(RequestState, LinkState, ("before", "after")):
        cause = authorization.why_dead(
            link,
            nomination=nomination,
            request=request,
            expires_at=NOW + MINUTE if when == "before" else NOW,
            now=NOW,
        )
        assert cause == STATED[nomination, request, link, when], (request, link, when)


def test_every_cause_is_reached():
    assert set(STATED.values()) == {None, *DeadCause}


def test_a_nomination_knows_every_word_of_the_authorization():
    assert {str(state) for state in AuthorizationState} == set(NominationState) - {"handed_on", "replaced"}


@pytest.mark.parametrize(
    ("made_at", "end"),
    [
        (NOW, END),
        (datetime(2026, 11, 25, tzinfo=UTC), END),
        (datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC), END),
        (datetime(2026, 11, 26, 0, 30, tzinfo=UTC).astimezone(tz=None), datetime(2026, 12, 11, tzinfo=UTC)),
    ],
)
def test_a_link_ends_at_midnight_after_its_fourteenth_day(made_at, end):
    assert authorization.link_end(made_at, spans=USUAL) == end


def test_a_link_is_shown_to_end_one_minute_earlier():
    assert authorization.shown_end(END) == datetime(2026, 12, 9, 23, 59, tzinfo=UTC)


def test_an_operator_may_set_the_life_of_a_link():
    spans = Spans(link=20 * DAY)
    assert authorization.link_end(NOW, spans=spans) == datetime(2026, 12, 16, tzinfo=UTC)


def test_a_link_has_no_end_without_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        authorization.link_end(NOW.replace(tzinfo=None), spans=USUAL)


def test_a_link_dies_at_the_very_moment_of_its_end():
    def cause(now):
        return authorization.why_dead(
            LinkState.ACTIVE,
            nomination=NominationState.PENDING,
            request=RequestState.PENDING,
            expires_at=END,
            now=now,
        )

    assert cause(END - timedelta(microseconds=1)) is None
    assert cause(END) is DeadCause.EXPIRED


@pytest.mark.parametrize("ask", ["new_link", "fact_change"])
def test_new_links_and_fact_changes_are_a_day_apart_and_three(ask):
    opens_at = {
        "new_link": lambda earlier: authorization.new_link_opens_at(NOW, issued_at=earlier, most=3),
        "fact_change": lambda earlier: authorization.fact_change_opens_at(NOW, changed_at=earlier, most=3),
    }[ask]
    assert opens_at([]) == NOW
    assert opens_at([NOW - HOUR]) == NOW + 23 * HOUR
    assert opens_at([NOW - DAY]) == NOW
    assert opens_at([NOW - HOUR, NOW - 3 * DAY]) == NOW + 23 * HOUR
    with pytest.raises(Exhausted):
        opens_at([NOW - 9 * DAY, NOW - 8 * DAY, NOW - 7 * DAY])


def test_codes_come_one_a_minute_five_an_hour_and_twelve_a_link():
    def opens_at(*minutes_ago):
        return authorization.code_opens_at(NOW, sent_at=[NOW - ago * MINUTE for ago in minutes_ago])

    assert opens_at() == NOW
    assert opens_at(0.5) == NOW + 0.5 * MINUTE
    assert opens_at(1) == NOW
    assert opens_at(50, 40, 30, 20) == NOW
    assert opens_at(50, 40, 30, 20, 10) == NOW + 10 * MINUTE
    assert opens_at(60, 40, 30, 20, 10) == NOW
    assert opens_at(*range(1000, 1011)) == NOW
    with pytest.raises(Exhausted):
        opens_at(*range(1000, 1012))


@pytest.mark.parametrize(
    ("age", "wrong_tries", "over"),
    [
        (timedelta(0), 0, False),
        (10 * MINUTE - timedelta(seconds=1), 4, False),
        (10 * MINUTE, 0, True),
        (timedelta(0), 5, True),
    ],
)
def test_a_code_is_over_after_ten_minutes_or_five_wrong_tries(age, wrong_tries, over):
    assert authorization.code_is_over(NOW, created_at=NOW - age, wrong_tries=wrong_tries) is over


@given(gaps=st.lists(st.integers(0, 90), max_size=30))
def test_nobody_who_waits_until_it_opens_exceeds_a_pace(gaps):
    allowance = Allowance(10, (Pace(1, MINUTE), Pace(3, HOUR)))
    now, done = NOW, []
    for gap in gaps:
        now += gap * MINUTE
        try:
            opens_at = allowances.opens_at(now, earlier=done, allowance=allowance)
        except Exhausted:
            assert len(done) == 10
            return
        assert opens_at >= now
        now = opens_at
        done.append(now)
        for pace in allowance.paces:
            assert sum(moment > now - pace.span for moment in done) <= pace.count


def test_the_statement_names_the_facts_and_what_is_agreed_to():
    text = statement.text(
        "acme.example",
        account_name="Acme Robotics, Inc.",
        administrators=["dana@acme.example", "tomas@acme.example"],
        requester="dana@acme.example",
        operator="Example Licensing GmbH",
    )
    assert "If none of them has signed in by the time of activation" in text
    assert (
        "authority to create the account and to manage product and service entitlements, licence agreements,"
        " users and roles on behalf of the organization"
    ) in text
    for fact in (
        "acme.example",
        "“Acme Robotics, Inc.”",
        "dana@acme.example, tomas@acme.example",
        "Example Licensing GmbH",
    ):
        assert fact in text
    assert statement.VERSION == "2026-11.2"


def test_there_is_no_statement_about_an_account_that_nobody_would_administer():
    with pytest.raises(ValueError, match="Nobody"):
        statement.text(
            "acme.example",
            account_name="Acme",
            administrators=[],
            requester="dana@acme.example",
            operator="Operator",
        )


def test_where_the_requester_alone_administers_nothing_is_said_of_nobody_coming():
    for version in (statement.VERSION, statement.version_in("de")):
        alone, beside = (
            statement.text(
                "acme.example",
                account_name="Acme",
                administrators=administrators,
                requester="dana@acme.example",
                operator="Operator",
                version=version,
            )
            for administrators in (["dana@acme.example"], ["lee@acme.example"])
        )
        assert beside.replace("lee@", "dana@").startswith(alone)
        assert len(alone) < len(beside)


def test_the_requesters_own_statement_speaks_of_what_stands_above_it() -> None:
    text = statement.own_text(operator="Example Licensing GmbH")
    assert statement.AUTHORITY in text
    assert "Example Licensing GmbH" in text
    assert "the identifier, the name and the administrators given above" in text


def test_a_version_of_the_statement_names_one_text_in_one_language():
    assert statement.version_in("en") == statement.version_in("fr") == statement.VERSION
    german = statement.version_in("de")
    assert german == f"{statement.VERSION}-de"
    assert statement.is_in_force(statement.VERSION)
    assert statement.is_in_force(german)
    assert not statement.is_in_force("2025-01-de")
    text = statement.own_text(operator="Example Licensing GmbH", version=german)
    assert statement.authority(german) in text
    assert text != statement.own_text(operator="Example Licensing GmbH")
    with pytest.raises(KeyError):
        statement.own_text(operator="Example Licensing GmbH", version="2025-01")
