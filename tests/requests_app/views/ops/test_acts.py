"""Every act by hand is confirmed, is done once, and asks who is there before it can do harm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client

from notifications import outbox
from notifications.emails import PasswordReset
from notifications.models import OutgoingEmail, RouteState, State
from people import second_factor
from people.models import Person
from tests import make
from tests.make import NOW
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db
HARMFUL = (
    "/ops/letters/{letter}/discard/",
    "/ops/letters/{letter}/bounced/",
    "/ops/stuck/dead/discard/",
    "/ops/routes/urgent/pause/",
    "/ops/outbox/hold/",
    "/ops/outbox/release/",
)
HARMLESS = ("/ops/letters/{letter}/try-again/", "/ops/stuck/dead/try-again/", "/ops/routes/bulk/resume/")


def dead(count: int = 1) -> list[OutgoingEmail]:
    for number in range(OutgoingEmail.objects.count(), OutgoingEmail.objects.count() + count):
        outbox.post(PasswordReset.sample(), to="eve@globex.example", key=f"reset {number}")
    OutgoingEmail.objects.update(state=State.DEAD, created_at=NOW)
    return make.posted()


def states() -> list[str]:
    return [row.state for row in make.posted()]


@pytest.mark.parametrize("path", HARMFUL)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_can_do_harm_asks_first_who_is_there(
    otto: Person, sit_down: Callable[..., Client], path: str, method: str
) -> None:
    (row,) = dead()
    address = path.format(letter=row.pk)
    answer = getattr(sit_down(otto), method)(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Fops%2F")
    assert (states(), RouteState.objects.filter(held_at__isnull=False).count()) == (["dead"], 0)


def test_a_press_after_a_long_look_is_done_once_the_proof_is_given(office: Client, otto: Person) -> None:
    (row,) = dead()
    address = f"/ops/letters/{row.pk}/discard/"
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        asked = office.post(address)
        assert (asked.status_code, states()) == (302, ["dead"])
        proof = {"code": second_factor.current_code(otto)}
        shown = office.post(f"/accounts/2fa/reauthenticate/?next={address}", proof)
        assert (shown.status_code, shown["Location"]) == (303, f"/ops/letters/{row.pk}/")
        assert "1 letter is discarded." in text_of(office.get(f"/ops/letters/{row.pk}/"))  # type: ignore[arg-type]
    assert states() == ["cancelled"]


@pytest.mark.parametrize("path", [*HARMFUL, *HARMLESS])
def test_opening_the_page_does_nothing_and_names_the_act(office: Client, path: str) -> None:
    (row,) = dead()
    answer = office.get(path.format(letter=row.pk))
    assert answer.status_code == 200
    assert answer.context["plan"].what in text_of(answer)  # type: ignore[arg-type]
    assert (states(), RouteState.objects.count(), LogEntry.objects.count()) == (["dead"], 0, 0)


@pytest.mark.parametrize("path", HARMLESS)
def test_what_does_no_harm_needs_no_new_proof(
    otto: Person, sit_down: Callable[..., Client], path: str
) -> None:
    (row,) = dead()
    assert sit_down(otto).get(path.format(letter=row.pk)).status_code == 200


@pytest.mark.parametrize(("act", "state"), [("try-again", "queued"), ("discard", "cancelled")])
def test_a_letter_is_acted_on_and_its_page_says_so(office: Client, act: str, state: str) -> None:
    (row,) = dead()
    answer = office.post(f"/ops/letters/{row.pk}/{act}/", follow=True)
    assert answer.redirect_chain == [(f"/ops/letters/{row.pk}/", 303)]
    assert "1 letter is" in text_of(answer)
    assert states() == [state]


def test_retrying_all_twice_is_one_batch_of_what_the_page_showed(office: Client) -> None:
    dead(3)
    shown = office.get("/ops/stuck/dead/try-again/").context["plan"]
    assert shown.count == 3
    (later,) = dead()[3:]
    first = office.post("/ops/stuck/dead/try-again/", {"upto": shown.upto}, follow=True)
    assert "3 letters are queued again." in text_of(first)
    again = office.post("/ops/stuck/dead/try-again/", {"upto": shown.upto}, follow=True)
    assert "Nothing was left to do" in text_of(again)
    later.refresh_from_db()
    assert (states().count("queued"), later.state, LogEntry.objects.count()) == (3, "dead", 3)


@pytest.mark.parametrize("upto", ["", "x", "-1", "9" * 30])
def test_a_batch_without_its_end_touches_nothing(office: Client, upto: str) -> None:
    dead(2)
    assert "Nothing was left to do" in text_of(
        office.post("/ops/stuck/dead/discard/", {"upto": upto}, follow=True)
    )
    assert states() == ["dead", "dead"]


def test_a_route_is_paused_and_resumed(office: Client) -> None:
    assert "You paused the bulk route." in text_of(office.post("/ops/routes/bulk/pause/", follow=True))
    assert "The bulk route was so already." in text_of(office.post("/ops/routes/bulk/pause/", follow=True))
    assert "You resumed the bulk route." in text_of(office.post("/ops/routes/bulk/resume/", follow=True))


def test_the_outbox_is_held_and_released(office: Client) -> None:
    answer = office.post("/ops/outbox/hold/", follow=True)
    assert "You held the outbox." in text_of(answer)
    assert "Hold the outbox" not in text_of(answer)
    assert "You released the outbox." in text_of(office.post("/ops/outbox/release/", follow=True))


@pytest.mark.parametrize(
    "path",
    [
        "/ops/letters/999999/discard/",
        "/ops/letters/{letter}/burn/",
        "/ops/stuck/late/try-again/",
        "/ops/stuck/dead/bounced/",
        "/ops/stuck/nothing/discard/",
        "/ops/routes/slow/pause/",
        "/ops/routes/bulk/stop/",
        "/ops/outbox/empty/",
    ],
)
def test_acts_that_do_not_exist_are_not_there(office: Client, path: str) -> None:
    (row,) = dead()
    for method in (office.get, office.post):
        assert method(path.format(letter=row.pk)).status_code == 404


def test_only_operations_act(sit_down: Callable[..., Client]) -> None:
    (row,) = dead()
    for person in (make.reviewer(), make.person("eve@globex.example")):
        browser: Any = sit_down(person, proven=True)
        for path in (*HARMFUL, *HARMLESS):
            assert browser.post(path.format(letter=row.pk)).status_code == 404
    assert states() == ["dead"]
