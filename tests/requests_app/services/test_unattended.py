"""A request that no reviewer may decide is told to the operator."""

from datetime import timedelta
from typing import Any

import pytest

from notifications import rendering
from notifications.emails import from_primitives
from requests_app.services import digesting, unattended
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.django_db
OPERATOR = "operator@operator.example"


@pytest.fixture(autouse=True)
def _told(settings: Any) -> None:
    settings.ALERT_EMAILS = [OPERATOR]


def test_the_only_reviewer_has_a_part_in_it_and_the_operator_is_told_at_once() -> None:
    rosa = make.reviewer()
    request = make.request(administrators=(rosa.email,))
    (letter,) = make.posted("operator_alert")
    assert (letter.to, letter.primitives["alert"]) == (OPERATOR, "no_reviewer")
    assert letter.primitives["page_path"] == f"/ops/requests/{request.pk}/"
    assert request.reference in letter.primitives["facts"][0]
    written = rendering.render(from_primitives(letter.kind, letter.primitives))
    assert written.subject == "Alert: No reviewer may decide a request"


def test_while_one_reviewer_may_decide_nobody_is_told() -> None:
    rosa = make.reviewer()
    make.reviewer("sam@operator.example")
    make.request(administrators=(rosa.email,))
    assert make.posted("operator_alert") == []


@pytest.mark.parametrize("why", ["none", "suspended"])
def test_a_reviewer_who_is_gone_decides_nothing(why: str) -> None:
    if why == "suspended":
        make.person("sam@operator.example", is_staff=True, is_reviewer=True, suspended_at=NOW)
    make.request()
    digesting.digest(now=NOW)
    (letter,) = make.posted("operator_alert")
    assert "There is no reviewer." in letter.primitives["facts"]


def test_what_nobody_may_decide_any_more_is_noticed_each_working_day() -> None:
    rosa = make.reviewer()
    make.request()
    assert make.posted("operator_alert") == []
    rosa.is_reviewer = False
    rosa.save()
    for hours in (0, 1, 24):
        digesting.digest(now=NOW + timedelta(hours=hours))
    assert len(make.posted("operator_alert")) == 2


def test_what_waits_for_no_reviewer_is_nobodys_concern() -> None:
    make.approved(make.request())
    assert unattended.look(now=NOW) == 0
