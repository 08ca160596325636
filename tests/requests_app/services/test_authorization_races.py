"""Many at once. On PostgreSQL alone: SQLite's transactions come one after the other anyway."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from notifications import links
from requests_app.models import Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import authorization, evidence, not_meant, taking_back, withdrawal
from tests import make
from tests.make import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WON = "won"
SAM = "sam.ito@acme-robotics.example"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run every act in a connection of its own, all starting together; say what each came to."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            act()
        except Exception as refusal:
            return type(refusal).__name__
        else:
            return WON
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.fault(11)
def test_of_fifty_decisions_at_once_exactly_one_is_recorded() -> None:
    made = make.request()
    link = make.link_of(made)
    challenge = authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)
    code = links.code_for(str(challenge.pk))

    def decide() -> object:
        return authorization.confirm(link.pk, code=code, ticked=True, reason="", facts_version=1, now=NOW)

    outcomes = at_once(*[decide] * 50)

    assert outcomes == ["LinkDead"] * 49 + [WON]
    assert Decision.objects.count() == 1
    assert len(make.posted("decision_receipt")) == 1


@pytest.mark.fault(11)
def test_of_fifty_different_answers_at_once_exactly_one_counts() -> None:
    made, priya = make.request(), make.person(make.PRIYA)
    link = make.link_of(made)

    def answer(given: Answer) -> Callable[[], object]:
        return lambda: authorization.confirm_signed_in(
            link.pk,
            person=priya,
            answer=given,
            ticked=True,
            reason="",
            facts_version=1,
            now=NOW,
            colleague=SAM,
        )

    def not_for_me() -> object:
        return not_meant.say_at_link(link.pk, now=NOW)

    given = [answer(each) for each in (Answer.AUTHORIZE, Answer.DECLINE, Answer.HAND_ON)]
    outcomes = at_once(*[*given, not_for_me] * 12, *given[:2])

    assert outcomes == ["LinkDead"] * 49 + [WON]
    made.refresh_from_db()
    decided = list(Decision.objects.values_list("answer", flat=True))
    receipts = len(make.posted("decision_receipt"))
    assert (made.authorization, decided, receipts) in [
        ("authorized", [Answer.AUTHORIZE], 1),
        ("declined", [Answer.DECLINE], 1),
        ("not_meant", [], 0),
        ("pending", [Answer.HAND_ON], len(make.posted("handed_on"))),
    ]
    assert not list(evidence.verify())


def test_a_guessed_code_is_tried_five_times_however_many_guess_at_once() -> None:
    made = make.request()
    link = make.link_of(made)
    challenge = authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)
    wrong = f"{(int(links.code_for(str(challenge.pk))) + 1) % 10**6:06}"

    def guess() -> object:
        return authorization.confirm(link.pk, code=wrong, ticked=True, reason="", facts_version=1, now=NOW)

    assert at_once(*[guess] * 12) == ["CodeRefused"] * 12
    challenge.refresh_from_db()
    assert challenge.tries == 5


@pytest.mark.fault(11)
def test_of_authorizing_and_withdrawing_at_once_the_later_finds_the_earlier() -> None:
    made = make.request()
    link = make.link_of(made)
    challenge = authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)
    code = links.code_for(str(challenge.pk))

    outcomes = at_once(
        lambda: authorization.confirm(link.pk, code=code, ticked=True, reason="", facts_version=1, now=NOW),
        lambda: withdrawal.withdraw(made.pk, by=made.requester, now=NOW),
    )

    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert outcomes in ([WON, WON], ["LinkDead", WON])
    assert Decision.objects.count() == outcomes.count(WON) - 1
    assert not list(evidence.verify())


def test_asked_for_many_times_at_once_one_code_leaves() -> None:
    made = make.request()
    link = make.link_of(made)

    def ask() -> object:
        return authorization.ask_code(link.pk, answer=Answer.AUTHORIZE, facts_version=1, now=NOW)

    assert at_once(*[ask] * 12) == [WON] * 12
    assert len(make.posted("authorizer_code")) == 1


def test_two_requests_handed_on_to_one_colleague_at_once_ask_them_once() -> None:
    first = make.request()
    second = make.request(
        authorizer_address="lee@acme-robotics.example", account_domain="lab.acme-robotics.example"
    )

    def hand_on(made: SmartAccountRequest) -> Callable[[], object]:
        link = make.link_of(made)
        challenge = authorization.ask_code(
            link.pk, answer=Answer.HAND_ON, colleague=SAM, facts_version=1, now=NOW
        )
        code = links.code_for(str(challenge.pk))
        return lambda: authorization.confirm(
            link.pk, code=code, ticked=False, reason="", facts_version=1, now=NOW
        )

    outcomes = at_once(hand_on(first), hand_on(second))

    assert outcomes == ["NominationRefused", WON]
    assert len(make.posted("handed_on", to=SAM)) == 1


def test_of_two_taking_back_at_once_one_does() -> None:
    made = make.answered(make.request(), Answer.AUTHORIZE)
    decision = made.decisions.get()
    challenge = taking_back.ask_code(decision.pk, now=NOW)
    code = links.code_for(str(challenge.pk))

    outcomes = at_once(*[lambda: taking_back.take_back(decision.pk, code=code, now=NOW)] * 8)

    assert outcomes == ["NothingToTakeBack"] * 7 + [WON]
    assert made.decisions.filter(answer=Answer.TAKE_BACK).count() == 1


def test_a_new_link_asked_for_many_times_at_once_is_one() -> None:
    made = make.request()
    link = make.link_of(made)

    outcomes = at_once(*[lambda: authorization.send_new_link(link.pk, now=link.expires_at)] * 12)

    assert outcomes == [WON] * 12
    assert len(make.posted("new_link")) == 1
