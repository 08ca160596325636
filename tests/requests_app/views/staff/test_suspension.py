"""The page that suspends a person asks for a proof and a reason, and says what stands still."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from people import second_factor
from people.models import Person
from requests_app.services import suspending
from tests import make
from tests.make import DANA, NOW
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db
SitDown = Callable[..., Client]


def url(person: Person) -> str:
    return f"/review/people/{person.pk}/suspension/"


@pytest.fixture
def dana() -> Person:
    return make.person(DANA)


@pytest.fixture
def proven(rita: Person, sit_down: SitDown) -> Client:
    """The browser of a reviewer who has just shown the second factor again."""
    return sit_down(rita, proven=True)


def test_the_proof_is_asked_before_anything_is_typed(desk: Client, rita: Person, dana: Person) -> None:
    answer = desk.get(url(dana))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Freview%2Fpeople")
    shown = desk.post(
        f"/accounts/2fa/reauthenticate/?next={url(dana)}", {"code": second_factor.current_code(rita)}
    )
    assert (shown.status_code, shown["Location"]) == (303, url(dana))
    assert desk.get(url(dana)).status_code == 200


def test_a_person_is_suspended_with_a_reason_and_let_in_again(
    proven: Client, dana: Person, client: Client
) -> None:
    request = make.request(dana)
    client.force_login(dana)
    page = text_of(proven.get(url(dana)))
    assert request.reference in page
    assert proven.post(url(dana), {"act": "suspend", "reason": ""}).status_code == 422
    answer = proven.post(url(dana), {"act": "suspend", "reason": "Writes to strangers."}, follow=True)
    assert "Dana Whitfield is suspended. Requests that stand still by it: 1." in text_of(answer)
    assert client.get("/administration/").status_code == 302
    desk_page = text_of(proven.get(f"/review/{request.pk}/"))
    assert "Stopped, the requester is suspended" in desk_page
    assert "Writes to strangers." in desk_page
    again = proven.post(url(dana), {"act": "suspend", "reason": "Writes to strangers."})
    assert again.status_code == 303
    answer = proven.post(url(dana), {"act": "lift", "reason": ""}, follow=True)
    assert "Dana Whitfield can sign in again. Requests that go on: 1." in text_of(answer)
    dana.refresh_from_db()
    assert dana.suspended_at is None


def test_a_stop_by_suspension_is_lifted_with_the_suspension_alone(proven: Client, dana: Person) -> None:
    request = make.request(dana)
    suspending.suspend(dana, by=make.reviewer(), reason="Check.", now=NOW)
    answer = proven.post(f"/review/{request.pk}/", {"act": "unfreeze", "facts_version": 1})
    assert answer.status_code == 409
    assert "Lift the suspension first" in text_of(answer)  # type: ignore[arg-type]


def test_reviewers_and_operations_find_the_page_and_nobody_else(sit_down: SitDown, dana: Person) -> None:
    ops = make.person("otto@operator.example", is_staff=True, is_ops=True)
    assert sit_down(ops, proven=True).get(url(dana)).status_code == 200
    plain = make.person("paul@operator.example", is_staff=True)
    assert sit_down(plain, proven=True).get(url(dana)).status_code == 404
    assert sit_down(make.person("eve@globex.example")).get(url(dana)).status_code == 404
    assert Client().get(url(dana))["Location"].startswith("/accounts/login/")
    Person.objects.filter(pk=dana.pk).update(erased_at=timezone.now())
    assert sit_down(ops, proven=True).get(url(dana)).status_code == 404


def test_who_may_not_suspend_is_told_why(proven: Client, rita: Person) -> None:
    answer = proven.post(url(rita), {"act": "suspend", "reason": "Myself."})
    assert answer.status_code == 409
    assert "You cannot suspend yourself" in text_of(answer)  # type: ignore[arg-type]
    assert f'href="{url(rita)}"' in answer.content.decode()
