"""The trail of a letter: under one id from the request that promised it to what the mail system said of it."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from notifications import outbox, tracking, trail
from notifications.emails import Nomination, RequestSent
from notifications.models import OutgoingEmail
from project import celery, logs
from project.origin import HEADER, Origin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies", "nobody_nudged")]
PRIYA = "priya@acme.example"
GROUPS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def nobody_nudged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.nudging.nudge", lambda route: True)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The records as the product's own handler would write them."""
    caplog.handler.addFilter(logs.Trail())
    caplog.set_level(logging.INFO, logger="notifications")
    return caplog


def request_that_promises(*keys: str, letter: type = Nomination) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        for key in keys:
            outbox.post(letter.sample(), to=PRIYA, key=key, about="request-1")
        return HttpResponse()

    return Origin(view)(RequestFactory().post("/", headers={HEADER: "chosen-by-a-stranger"}))


def test_one_id_leads_from_a_request_to_the_letters_fate(
    lines: pytest.LogCaptureFixture,
    deliver: Callable[..., Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = request_that_promises("nomination:1")
    trace = response.headers[HEADER]
    assert GROUPS.fullmatch(trace)
    trail.begin()
    deliver()
    letter = OutgoingEmail.objects.get()
    tracking.take(
        tracking.Report(provider="x", event=tracking.Event.BOUNCED, happened_at=timezone.now()),
        letter_id=letter.pk,
        now=timezone.now(),
    )
    on_the_way = [record for record in lines.records if vars(record).get("trace") == trace]
    assert [record.getMessage() for record in on_the_way] == [
        "A letter was promised.",
        "Tried to send: sent.",
        "A letter's fate was told: bounced.",
    ]
    for record in on_the_way:
        said = vars(record)
        assert (said["letter"], said["kind"], said["about"]) == (
            letter.pk,
            "nomination",
            "request-1",
        )
        assert PRIYA not in str(said)


def test_letters_that_left_together_share_a_line_that_the_search_finds(
    lines: pytest.LogCaptureFixture, deliver: Callable[..., Any]
) -> None:
    trace = request_that_promises("1", "2", "3", letter=RequestSent).headers[HEADER]
    deliver()
    (record,) = [record for record in lines.records if "Tried to send" in record.getMessage()]
    assert vars(record)["letters"].count(trace) == 3


def test_each_request_and_each_task_has_an_id_of_its_own_and_strangers_choose_none() -> None:
    seen = {request_that_promises(f"k{number}").headers[HEADER] for number in range(3)}
    assert len(seen) == 3
    assert "chosen-by-a-stranger" not in seen
    celery.begin_trail(task_id="7f0e")
    assert trail.facts() == {"trace": trail.shown(trail.origin.get()), "task": "7f0e"}
    assert trail.facts()["trace"] not in seen
    outbox.post(RequestSent.sample(), to=PRIYA, key="by a task")
    assert trail.shown(OutgoingEmail.objects.get(key="by a task").trace) == trail.facts()["trace"]
    celery.end_trail(task_id="7f0e")
    assert trail.facts() == {}


def test_an_id_is_not_taken_for_a_links_token() -> None:
    for _ in range(200):
        trail.begin()
        shown = trail.shown(trail.origin.get())
        assert logs.redact(shown) == shown


def test_a_letter_of_an_older_release_has_no_trail_and_is_sent_all_the_same(
    lines: pytest.LogCaptureFixture, deliver: Callable[..., Any]
) -> None:
    request_that_promises("1")
    OutgoingEmail.objects.update(trace="")
    assert len(deliver()) == 1
    assert [vars(record)["trace"] for record in lines.records if "Tried" in record.getMessage()] == [""]
