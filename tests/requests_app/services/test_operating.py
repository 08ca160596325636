"""What operations do by hand is done once and recorded, where it belongs."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from notifications import outbox
from notifications.emails import PasswordReset
from notifications.emails.letter import Route
from notifications.inert import inert
from notifications.models import OutgoingEmail, RouteState, State
from people.models import Person
from requests_app.models import HistoryLine, SmartAccountRequest
from requests_app.services import history, operating
from requests_app.services.operating import LetterAct, OutboxAct, RouteAct
from tests import make
from tests.make import NOW, PRIYA
from tests.requests_app.services.moments import leave

pytestmark = pytest.mark.django_db


@pytest.fixture
def otto() -> Person:
    return make.person("otto@operator.example", name="Otto Ops", is_staff=True, is_ops=True)


def act(what: LetterAct, letters: list[OutgoingEmail], by: Person) -> list[str]:
    done = operating.act_on_letters(what, [row.pk for row in letters], by=by, now=NOW)
    return [letter.kind for letter in done]


def lines(request: SmartAccountRequest) -> list[tuple[str, Any, str]]:
    kept = HistoryLine.objects.filter(request=request, actor="staff").order_by("id")
    return [(line.event, line.person, line.note) for line in kept]


def entries() -> list[tuple[int, str, str]]:
    rows = LogEntry.objects.order_by("id")
    return [(entry.user_id, entry.object_id or "", entry.change_message) for entry in rows]


STATES = {
    LetterAct.TRY_AGAIN: (State.DEAD, State.QUEUED),
    LetterAct.DISCARD: (State.DEAD, State.CANCELLED),
    LetterAct.BOUNCED: (State.SENT, State.BOUNCED),
}


@pytest.mark.parametrize("what", LetterAct)
def test_each_act_is_one_line_of_the_requests_history_and_one_of_the_log(
    what: LetterAct, otto: Person
) -> None:
    request = make.request()
    leave(NOW)
    before, after = STATES[what]
    (row,) = make.posted("request_sent")
    OutgoingEmail.objects.filter(pk=row.pk).update(state=before)
    assert act(what, [row], otto) == ["request_sent"]
    row.refresh_from_db()
    assert row.state == after
    ((event, person, note),) = lines(request)
    assert (person, note) == (otto, f"Request sent to {request.requester_address}")
    assert entries() == [(otto.pk, str(row.pk), what.value)]
    assert act(what, [row], otto) == []
    assert (len(lines(request)), len(entries())) == (1, 1)
    told = history.lines(request)[0]
    assert (told.what, told.who, told.note) == (history.WORDS[event], "by our staff", "")
    assert history.lines(request, for_staff=True)[0].note == inert(note)


def test_a_batch_touches_what_the_act_fits_and_each_letter_once(otto: Person) -> None:
    request = make.request()
    outbox.post(PasswordReset.sample(), to="eve@globex.example", key="reset")
    OutgoingEmail.objects.update(state=State.DEAD)
    OutgoingEmail.objects.filter(kind="request_sent").update(state=State.CANCELLED)
    assert act(LetterAct.TRY_AGAIN, make.posted(), otto) == ["nomination", "password_reset"]
    assert act(LetterAct.TRY_AGAIN, make.posted(), otto) == []
    assert [note for _, _, note in lines(request)] == [f"Nomination to {PRIYA}"]
    assert len(entries()) == 2


def test_a_bounce_by_hand_of_the_active_link_asks_for_another_authorizer(otto: Person) -> None:
    request = make.request()
    leave(NOW)
    act(LetterAct.BOUNCED, make.posted("nomination"), otto)
    request.refresh_from_db()
    assert request.authorization == "unreachable"
    assert [event for event, _, _ in lines(request)] == ["letter_marked_bounced"]
    assert make.posted("choose_authorizer")


def test_a_route_is_paused_and_resumed_once(otto: Person) -> None:
    def do(what: RouteAct) -> bool:
        return operating.act_on_route(what, Route.BULK, by=otto, now=NOW)

    assert [do(RouteAct.PAUSE), do(RouteAct.PAUSE)] == [True, False]
    assert RouteState.objects.get(route="bulk").held_at == NOW
    assert [do(RouteAct.RESUME), do(RouteAct.RESUME)] == [True, False]
    assert entries() == [(otto.pk, "bulk", "pause"), (otto.pk, "bulk", "resume")]


def test_the_outbox_is_held_and_released_as_a_whole(otto: Person, deliver: Any) -> None:
    make.request()
    assert operating.act_on_outbox(OutboxAct.HOLD, by=otto, now=NOW)
    assert not operating.act_on_outbox(OutboxAct.HOLD, by=otto, now=NOW)
    assert deliver() == []
    assert operating.act_on_outbox(OutboxAct.RELEASE, by=otto, now=NOW)
    assert len(deliver()) == 2
    assert [words for _, _, words in entries()] == ["pause", "pause", "resume", "resume"]
