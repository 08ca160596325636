"""A colleague is asked instead, under every rule of a nomination."""

import pytest

from notifications import links
from requests_app.domain.authorization import DeadCause
from requests_app.models import Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, evidence, handing_on, nomination
from requests_app.services.authorization import LinkDead
from requests_app.services.nomination import NominationRefused
from tests import make
from tests.make import DANA, NOW, PRIYA

pytestmark = pytest.mark.django_db

SAM = "sam.ito@acme-robotics.example"


def hand_on(made: SmartAccountRequest, colleague: str = SAM) -> Decision:
    link = make.link_of(made)
    challenge = authorization.ask_code(
        link.pk, answer=Answer.HAND_ON, colleague=colleague, facts_version=made.facts_version, now=NOW
    )
    return authorization.confirm(
        link.pk,
        code=links.code_for(str(challenge.pk)),
        ticked=False,
        reason="",
        facts_version=made.facts_version,
        now=NOW,
    )


def test_the_colleague_is_asked_and_all_three_are_told() -> None:
    made = make.request()
    old = make.link_of(made)
    decision = hand_on(made)
    made.refresh_from_db()
    first, second = made.nominations.all()
    assert (first.state, second.state, made.authorization) == ("handed_on", "pending", "pending")
    assert (second.address, second.message, second.handed_on) == (SAM, "", True)
    assert [(row.kind, row.to) for row in make.posted()[-3:]] == [
        ("handed_on", SAM),
        ("decision_receipt", PRIYA),
        ("handed_on_notice", DANA),
    ]
    assert make.posted("decision_receipt")[0].primitives["handed_to"] == SAM
    assert decision.text == f"{SAM} should answer instead of me."
    assert not list(evidence.verify())
    with pytest.raises(LinkDead) as dead:
        authorization.look(old.pk, now=NOW)
    assert dead.value.cause is DeadCause.HANDED_ON


def test_a_colleague_of_another_domain_is_held_and_written_to_after_the_release() -> None:
    made = make.request()
    hand_on(made, "sam@globex.example")
    made.refresh_from_db()
    named = nomination.latest(made)
    assert named is not None
    assert (made.authorization, named.reasons) == ("held", ["domains_disagree"])
    assert not make.posted(to="sam@globex.example")
    assert make.posted("handed_on_notice")[0].primitives["authorization"] == "held"
    nomination.release(named.pk, by=make.reviewer(), facts_version=1, now=NOW)
    [letter] = make.posted(to="sam@globex.example")
    assert (letter.kind, letter.primitives["handed_by"]) == ("handed_on", PRIYA)


@pytest.mark.parametrize(
    ("colleague", "words"),
    [
        (DANA, "person who asked"),
        ("dana.whitfield+x@acme-robotics.example", "person who asked"),
        (PRIYA, "asked in this request already"),
        ("priya.raman+me@acme-robotics.example", "asked in this request already"),
        ("postmaster@acme-robotics.example", "person's address"),
    ],
)
def test_who_cannot_be_asked_is_refused_before_a_code_leaves(colleague: str, words: str) -> None:
    made = make.request()
    with pytest.raises(NominationRefused, match=words):
        hand_on(made, colleague)
    assert not make.posted("authorizer_code")
    assert made.nominations.count() == 1


def test_an_address_asked_earlier_in_this_request_is_refused() -> None:
    made = make.request()
    hand_on(made)
    with pytest.raises(NominationRefused, match="asked in this request already"):
        hand_on(made, PRIYA)


def test_an_address_that_answers_another_request_of_the_same_requester_is_refused_without_naming_it() -> None:
    other = make.request(authorizer_address=SAM, account_domain="lab.acme-robotics.example")
    made = make.request()
    with pytest.raises(NominationRefused) as refused:
        hand_on(made)
    assert other.reference not in str(refused.value)


def test_where_the_operator_refuses_unproven_nominations_handing_on_does_too(
    settings: pytest.FixtureRequest,
) -> None:
    made = make.request()
    settings.UNPROVEN_NOMINATIONS = "refuse"  # type: ignore[attr-defined]
    with pytest.raises(NominationRefused, match="acme-robotics"):
        hand_on(made, "sam@globex.example")


def test_a_fourth_time_is_refused() -> None:
    made = make.request()
    for number in range(3):
        assert handing_on.left(made) == 3 - number
        hand_on(made, f"colleague{number}@acme-robotics.example")
    with pytest.raises(handing_on.NoneLeft):
        hand_on(made, "colleague4@acme-robotics.example")
    assert made.nominations.count() == 4


def test_handing_on_uses_up_none_of_the_requesters_three() -> None:
    made = make.request()
    before = nomination.left(made)
    hand_on(made)
    assert nomination.left(made) == before


def test_handing_on_counts_for_the_address(settings: pytest.FixtureRequest) -> None:
    settings.LIMIT_REQUESTERS_PER_ADDRESS = 1  # type: ignore[attr-defined]
    hand_on(make.request())
    lee = make.person("lee@acme-robotics.example")
    assert make.request(lee, authorizer_address=SAM).authorization == "held"


def test_the_code_is_bound_to_the_colleagues_address() -> None:
    made = make.request()
    link = make.link_of(made)
    first = authorization.ask_code(link.pk, answer=Answer.HAND_ON, colleague=SAM, facts_version=1, now=NOW)
    assert first.colleague == SAM
    with pytest.raises(Exception, match="limited"):
        authorization.ask_code(
            link.pk, answer=Answer.HAND_ON, colleague="lee@acme-robotics.example", facts_version=1, now=NOW
        )


def test_after_a_decline_the_colleagues_letter_is_held() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    named = nomination.replace(
        made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=NOW
    )
    nomination.release(named.pk, by=make.reviewer(), facts_version=1, now=NOW)
    hand_on(made)
    following = nomination.latest(made)
    assert following is not None
    assert following.reasons == ["after_decline"]
