"""The operators' pages: five numbers, what is stuck, what is found, and one request with all its letters."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from notifications import heartbeat, outbox, tracking
from notifications.emails import PasswordReset
from notifications.emails.letter import Route
from notifications.models import OutgoingEmail, RouteState, State
from requests_app.views.ops import numbers
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.people.signing_in import text_of
from tests.requests_app.services.moments import leave

pytestmark = pytest.mark.django_db


def levels(answer: Any) -> dict[str, str]:
    return {number.label: number.level for number in answer.context["numbers"]}


def beat(*, ago: timedelta = timedelta()) -> None:
    for route in Route:
        heartbeat.beat(route, now=NOW - ago)


def letters(count: int, **changed: Any) -> None:
    for number in range(count):
        key = f"reset {number} {changed}"
        outbox.post(PasswordReset.sample(), to="eve@globex.example", key=key)
        OutgoingEmail.objects.filter(key=key).update(**{"created_at": NOW, **changed})


def test_only_operations_find_the_page(office: Client, sit_down: Callable[..., Client]) -> None:
    assert office.get("/ops/").status_code == 200
    assert sit_down(make.reviewer()).get("/ops/").status_code == 404
    assert sit_down(make.person("eve@globex.example")).get("/ops/").status_code == 404
    assert Client().get("/ops/")["Location"].startswith("/accounts/login/")
    chief = make.person("chief@operator.example", is_staff=True, is_superuser=True)
    assert sit_down(chief).get("/ops/").status_code == 200


def test_a_well_post_office_has_five_good_numbers(office: Client) -> None:
    beat()
    answer = office.get("/ops/")
    assert set(levels(answer).values()) == {"ok"}
    assert len(levels(answer)) == 5
    for address in ("/ops/flower/", "/readyz", "/metrics", "/ops/outbox/hold/"):
        assert f'href="{address}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("label", "level", "arrange"),
    [
        ("Oldest due letter", "bad", lambda: letters(1, created_at=NOW - timedelta(minutes=3))),
        ("Dead letters", "bad", lambda: letters(1, state=State.DEAD)),
        ("Queued in the outbox", "wait", lambda: letters(4)),
        ("Heartbeat of the workers", "bad", lambda: beat(ago=timedelta(minutes=4))),
        ("Heartbeat of the workers", "wait", lambda: None),
        ("Bounced in 24 hours", "bad", lambda: letters(20, state=State.BOUNCED, sent_at=NOW)),
        ("Bounced in 24 hours", "ok", lambda: letters(19, state=State.BOUNCED, sent_at=NOW)),
    ],
)
def test_each_number_says_when_it_is_not_well(
    office: Client, monkeypatch: pytest.MonkeyPatch, label: str, level: str, arrange: Callable[[], None]
) -> None:
    monkeypatch.setattr(numbers, "QUEUE_LIMITS", {Route.URGENT: 3, Route.BULK: 3})
    arrange()
    assert levels(office.get("/ops/"))[label] == level


def test_what_is_stuck_is_listed_with_what_can_be_done(office: Client) -> None:
    letters(2, state=State.DEAD, error_code="5.3.0", error_text="no such template")
    letters(1, state=State.UNKNOWN)
    letters(1, state=State.WAITING, created_at=NOW - timedelta(days=2))
    letters(1, created_at=NOW - timedelta(hours=1))
    answer = office.get("/ops/")
    assert {group["sort"]: group["count"] for group in answer.context["sorts"]} == {
        "dead": 2,
        "late": 1,
        "kept": 1,
        "unknown": 1,
    }
    text = text_of(answer)  # type: ignore[arg-type]
    assert "no such template" in text
    assert "Try again, all 2" in text


def test_a_paused_and_a_sick_route_are_shown(office: Client) -> None:
    RouteState.objects.create(route="urgent", held_at=NOW)
    RouteState.objects.create(
        route="bulk", sick_since=NOW, paused_until=NOW + timedelta(minutes=5), error_text="421 busy"
    )
    text = text_of(office.get("/ops/"))  # type: ignore[arg-type]
    assert "421 busy" in text
    for act in ("urgent/resume", "bulk/resume", "bulk/pause"):
        assert f'href="/ops/routes/{act}/"' in text
    assert 'href="/ops/routes/urgent/pause/"' not in text


def test_the_page_costs_the_same_whatever_lies_there(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    letters(1, state=State.DEAD)
    with django_assert_max_num_queries(40) as few:
        office.get("/ops/")
    letters(30, state=State.DEAD)
    letters(30)
    with django_assert_max_num_queries(len(few)):
        office.get("/ops/")


# Find


@pytest.mark.parametrize("typed", ["reference", "lower", "id"])
def test_a_reference_leads_to_its_request(office: Client, typed: str) -> None:
    request = make.request()
    text = {"reference": request.reference, "lower": request.reference.lower(), "id": str(request.pk)}[typed]
    assert office.get("/ops/search/", {"q": f" {text} "}).url == f"/ops/requests/{request.pk}/"  # type: ignore[attr-defined]


def test_an_address_finds_person_requests_and_letters(office: Client) -> None:
    request = make.request()
    answer = office.get("/ops/search/", {"q": DANA})
    text = text_of(answer)  # type: ignore[arg-type]
    assert "Suspend this person" in text
    assert [one.pk for one, _ in answer.context["requests"]] == [request.pk]
    assert [shown.row.kind for shown in answer.context["letters"]] == ["request_sent"]
    found = office.get("/ops/search/", {"q": PRIYA})
    assert [one.pk for one, _ in found.context["requests"]] == [request.pk]
    assert [shown.row.kind for shown in found.context["letters"]] == ["nomination"]


def test_message_id_and_key_find_their_letter(office: Client) -> None:
    make.request()
    (row,) = make.posted("nomination")
    for typed in (row.message_id, row.key):
        found = office.get("/ops/search/", {"q": typed}).context["letters"]
        assert [shown.row.pk for shown in found] == [row.pk]


def test_what_is_nowhere_and_what_is_too_long_say_so(office: Client) -> None:
    assert "Nothing was found" in text_of(office.get("/ops/search/", {"q": "SAR-0000-0000"}))  # type: ignore[arg-type]
    assert office.get("/ops/search/").status_code == 200
    assert office.get("/ops/search/", {"q": "x" * 300}).status_code == 422
    assert office.get("/ops/search/", {"q": "a\0b"}).status_code == 422


# One request, one letter


def test_a_request_shows_letters_tries_and_events(office: Client) -> None:
    request = make.request()
    leave(NOW)
    (row,) = make.posted("nomination")
    tracking.take(
        tracking.Report(
            provider="postmark", event=tracking.Event.DELIVERED, happened_at=NOW, text="250 accepted"
        ),
        letter_id=row.pk,
        now=NOW,
    )
    text = text_of(office.get(f"/ops/requests/{request.pk}/"))  # type: ignore[arg-type]
    for words in (request.reference, PRIYA, "Try 1: sent", "Told: delivered", "postmark, 250 accepted"):
        assert words in text
    assert office.get("/ops/requests/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_request_page_costs_the_same_whatever_its_letters(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    request = make.request()
    with django_assert_max_num_queries(40) as few:
        office.get(f"/ops/requests/{request.pk}/")
    for number in range(10):
        outbox.post(PasswordReset.sample(), to=DANA, key=f"{number}", about=str(request.pk))
    leave(NOW)
    with django_assert_max_num_queries(len(few)):
        office.get(f"/ops/requests/{request.pk}/")


def test_a_letter_shows_where_it_is_and_never_what_it_says(office: Client) -> None:
    make.request(message="Please look at the robots.")
    (row,) = make.posted("nomination")
    text = text_of(office.get(f"/ops/letters/{row.pk}/"))  # type: ignore[arg-type]
    for words in (row.key, row.message_id, "deliver_urgent", "/ops/flower/tasks"):
        assert words in text
    assert "robots." not in text.replace("acme-robotics.example", "")
    assert "link_seed" not in text
    assert office.get("/ops/letters/999999/").status_code == 404


def test_acts_are_offered_where_they_fit(office: Client) -> None:
    make.request()
    (row,) = make.posted("nomination")

    def offered(state: State) -> set[str]:
        OutgoingEmail.objects.filter(pk=row.pk).update(state=state, sent_at=NOW)
        shown = office.get(f"/ops/letters/{row.pk}/").context["shown"]
        return {act.value for act, _ in shown.acts}

    assert offered(State.DEAD) == {"try-again", "discard"}
    assert offered(State.SENT) == {"bounced"}
    assert offered(State.UNKNOWN) == {"try-again", "discard", "bounced"}
    assert offered(State.CANCELLED) == set()


def test_operations_are_led_there_from_every_page(office: Client, sit_down: Callable[..., Client]) -> None:
    assert 'href="/ops/"' in office.get("/administration/").content.decode()
    other = sit_down(make.reviewer()).get("/administration/").content.decode()
    assert 'href="/ops/"' not in other
