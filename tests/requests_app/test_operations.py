"""What operations find: every letter and what became of it. What they are shown, they may open."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from notifications import suppression
from notifications.models import Attempt, Outcome, OutgoingEmail, Scope, State, Suppression
from people.models import Person
from tests import make

pytestmark = pytest.mark.django_db
SitDown = Callable[[Person], Client]
LETTERS = "/admin/notifications/outgoingemail/"


@pytest.fixture
def ops(sit_down: SitDown) -> Client:
    return sit_down(make.person("otto.ops@operator.example", is_staff=True, is_ops=True))


@pytest.fixture
def reviewer(sit_down: SitDown) -> Client:
    return sit_down(make.reviewer())


def test_operations_read_a_letter_with_its_attempts(ops: Client) -> None:
    make.request()
    letter = OutgoingEmail.objects.filter(kind="nomination").get()
    Attempt.objects.create(
        email=letter, number=1, outcome=Outcome.RETRY, error_code="450", error_text="greylisted, come again"
    )
    assert letter.to in ops.get(LETTERS).content.decode()
    assert "greylisted, come again" in ops.get(f"{LETTERS}{letter.pk}/change/").content.decode()


def test_a_letter_there_leads_to_where_it_is_acted_on_and_nothing_is_done_in_the_list(ops: Client) -> None:
    make.request()
    letter = OutgoingEmail.objects.filter(kind="nomination").get()
    OutgoingEmail.objects.filter(pk=letter.pk).update(state=State.DEAD)
    assert f'href="/ops/letters/{letter.pk}/"' in ops.get(f"{LETTERS}{letter.pk}/change/").content.decode()
    ops.post(LETTERS, {"action": "try_again", "_selected_action": [letter.pk]})
    letter.refresh_from_db()
    assert letter.state == State.DEAD


def test_operations_lift_a_suppression(ops: Client) -> None:
    suppression.add(make.PRIYA, scope=Scope.BOUNCE, source="test")
    row = Suppression.objects.get()
    ops.post(f"/admin/notifications/suppression/{row.pk}/delete/", {"post": "yes"})
    assert not Suppression.objects.exists()


def test_operations_change_no_letter(ops: Client) -> None:
    make.request()
    letter = OutgoingEmail.objects.filter(kind="nomination").get()
    assert ops.post(f"{LETTERS}{letter.pk}/change/", {"to": "v@y.example"}).status_code == 403
    assert ops.post(f"{LETTERS}{letter.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_reviewer_reads_no_letters_there_without_a_permission(reviewer: Client) -> None:
    assert reviewer.get(LETTERS).status_code == 403


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("ops", ["/administration/", "/ops/"]), ("reviewer", ["/administration/", "/review/"])],
)
def test_the_head_of_the_page_leads_staff_only_to_what_they_may_open(
    kind: str, shown: list[str], request: pytest.FixtureRequest
) -> None:
    browser: Client = request.getfixturevalue(kind)
    assert _navigation(browser) == shown
    assert {browser.get(path).status_code for path in shown} <= {200, 503}


def _navigation(browser: Client) -> list[str]:
    head = browser.get("/administration/").content.decode().split("</header>")[0]
    return re.findall(r'<li><a href="([^"]+)">', head)
