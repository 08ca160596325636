"""A link that lapsed unanswered stays dead once somebody else was named."""

import pytest

from requests_app.domain.authorization import DeadCause
from requests_app.domain.lifecycle import AuthorizationState
from requests_app.services import authorization, expiring, nomination
from requests_app.services.authorization import LinkDead
from tests import make
from tests.requests_app.services.moments import end_of_day

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("later_answer", ["open", "lapsed too"])
def test_no_new_link_brings_back_a_lapsed_nomination_after_which_another_was_named(later_answer: str) -> None:
    made = make.request()
    old, over = make.link_of(made), end_of_day(14)
    expiring.expire(now=over)
    nomination.replace(made.pk, by=made.requester, address="lee@acme-robotics.example", message="", now=over)
    now = over
    if later_answer == "lapsed too":
        now = end_of_day(14, after=over)
        expiring.expire(now=now)
    with pytest.raises(LinkDead) as dead:
        authorization.send_new_link(old.pk, now=now)
    assert dead.value.cause is DeadCause.REPLACED
    assert authorization.cause_of(authorization.find(old.pk), now=now) is DeadCause.REPLACED
    made.refresh_from_db()
    expected = AuthorizationState.PENDING if later_answer == "open" else AuthorizationState.LAPSED
    assert made.authorization == expected
    assert not make.posted("new_link")
