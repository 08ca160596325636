"""The staff door: who may pass, and where the others are sent."""

import time
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from people import roles, second_factor, services
from people.middleware import STAFF_PATHS
from people.models import Person
from tests.people.signing_in import (
    NEXT,
    PASSWORD,
    a_person,
    a_reviewer,
    sign_in,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db
PAGES = [
    *STAFF_PATHS,
    "/review/00000000-0000-0000-0000-000000000000/",
    "/admin/people/person/",
    "/ops/nothing/",
]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def a_superuser() -> Person:
    person = services.make_staff(
        "root@operator.example", full_name="Ro Ot", password=PASSWORD, is_superuser=True
    )
    second_factor.enrol(person, secret=SECRET)
    return person


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_anonymous_people_are_sent_to_sign_in(path: str, method: str) -> None:
    answer = getattr(Client(), method)(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize("path", PAGES)
def test_for_people_who_are_not_staff_there_is_no_such_page(path: str) -> None:
    assert signed_in(a_person()).get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_staff_without_a_second_factor_are_sent_to_enrol(path: str) -> None:
    answer = signed_in(a_reviewer()).get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/")


@pytest.mark.parametrize("path", PAGES)
def test_staff_who_have_not_shown_their_second_factor_in_this_session_are_asked_for_it(path: str) -> None:
    person = a_reviewer()
    client = signed_in(person)
    second_factor.enrol(person, secret=SECRET)
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/2fa/reauthenticate/?next={path}")


def test_the_right_password_alone_signs_no_staff_in() -> None:
    person = a_reviewer(secret=SECRET)
    client = Client()
    assert sign_in(client, person.email)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get(NEXT).status_code == 302
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"


def test_staff_with_their_second_factor_pass() -> None:
    assert signed_in(a_reviewer(secret=SECRET)).get("/admin/").status_code == 200


def test_django_admins_own_sign_in_is_never_used() -> None:
    assert Client().get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"
    credentials = {"username": a_superuser().email, "password": PASSWORD}
    answer = Client().post("/admin/login/", credentials)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/admin/")


def test_in_django_admin_ones_own_password_is_changed_on_our_page() -> None:
    client = signed_in(a_superuser())
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"
    assert client.get("/admin/login/")["Location"] == "/admin/"


def test_a_staff_session_ends_after_eight_hours_used_or_not() -> None:
    started = time.time()
    with time_machine.travel(started, tick=False) as clock:
        client = signed_in(a_reviewer(secret=SECRET))
        for _ in range(8):
            clock.shift(3590)
            assert client.get("/admin/").status_code == 200
        clock.shift(100)
        assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"
        assert client.get(NEXT).status_code == 302


def test_other_peoples_sessions_do_not_end_with_the_staffs() -> None:
    started = time.time()
    with time_machine.travel(started, tick=False) as clock:
        client = signed_in(a_person())
        clock.shift(9 * 3600)
        assert client.get(NEXT).status_code == 200


def test_staff_enrol_an_app_and_then_pass() -> None:
    person = a_reviewer()
    client = signed_in(person)
    enrolment = client.get("/admin/")["Location"]
    answer = client.get(enrolment)
    assert answer["Location"] == f"/accounts/reauthenticate/?next={enrolment.replace('/', '%2F')}"
    assert client.post(answer["Location"], {"password": PASSWORD})["Location"] == enrolment
    page = client.get(enrolment)
    secret = client.session["mfa.totp.secret"]
    assert secret in text_of(page)
    assert "data:image/svg+xml;base64," in text_of(page)
    wrong = client.post(enrolment, {"code": "000000"})
    assert wrong.status_code == 422
    assert "<title>Error: Set up an authenticator app" in text_of(wrong)
    now = second_factor.code_of(secret)
    assert (
        client.post(enrolment, {"code": f"{now[:3]} {now[3:]}"})["Location"]
        == "/accounts/2fa/recovery-codes/"
    )
    assert text_of(client.get("/accounts/2fa/recovery-codes/")).count("<li><code>") == 10
    assert client.get("/admin/")["Location"] == "/accounts/2fa/reauthenticate/?next=/admin/"
    with time_machine.travel(time.time() + 120):
        again = client.post(
            "/accounts/2fa/reauthenticate/", {"code": second_factor.code_of(secret), "next": "/admin/"}
        )
        assert (again.status_code, again["Location"]) == (303, "/admin/")
        assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("guard", "passing"),
    [
        (roles.staff_required, {"reviewer", "ops", "superuser"}),
        (roles.reviewer_required, {"reviewer", "superuser"}),
        (roles.ops_required, {"ops", "superuser"}),
    ],
)
def test_each_role_opens_its_own_pages(guard: Any, passing: set[str]) -> None:
    people = {
        "person": Person(),
        "reviewer": Person(is_staff=True, is_reviewer=True),
        "ops": Person(is_staff=True, is_ops=True),
        "superuser": Person(is_staff=True, is_superuser=True),
        "no longer staff": Person(is_reviewer=True, is_ops=True, is_superuser=True),
    }
    view = guard(lambda request: HttpResponse("inside"))
    for name, person in people.items():
        request = RequestFactory().get("/review/")
        request.user = person
        if name in passing:
            assert view(request).content == b"inside"
        else:
            with pytest.raises(Http404):
                view(request)
    request = RequestFactory().get("/review/?page=2")
    request.user = AnonymousUser()
    assert view(request)["Location"] == "/accounts/login/?next=/review/%3Fpage%3D2"


def test_django_admin_leads_to_the_page_that_suspends_and_makes_or_erases_nobody() -> None:
    person = a_person()
    staff = signed_in(a_superuser())
    page = staff.get(f"/admin/people/person/{person.pk}/change/")
    assert (
        f'<a href="/review/people/{person.pk}/suspension/">Suspend this person</a>' in page.content.decode()
    )
    assert staff.get("/admin/people/person/").context["action_form"] is None
    assert staff.get("/admin/people/person/add/").status_code == 403
    assert staff.get("/admin/mfa/authenticator/").status_code == 404


@pytest.mark.parametrize(
    ("role", "asked", "arrives"),
    [
        ("is_reviewer", "", "/review/"),
        ("is_ops", "", "/ops/"),
        ("is_superuser", "", "/review/"),
        ("is_reviewer", "/help/", "/help/"),
    ],
)
def test_staff_begin_at_their_work_unless_they_asked_for_a_page(role: str, asked: str, arrives: str) -> None:
    person = services.make_staff(
        "rita@operator.example", full_name="Rita Stone", password=PASSWORD, **{role: True}
    )
    second_factor.enrol(person, secret=SECRET)
    client = Client()
    sign_in(client, person.email, next=asked)
    answer = client.post("/accounts/2fa/authenticate/", {"code": second_factor.current_code(person)})
    assert (answer.status_code, answer["Location"]) == (303, arrives)


def test_everybody_else_begins_at_administration() -> None:
    a_person()
    assert sign_in(Client(), next="")["Location"] == "/administration/"
