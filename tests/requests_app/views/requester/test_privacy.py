"""Reading, copying and erasing one's data: each asks for the password once more."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notifications import links
from people import services as people
from people.models import Person
from requests_app.models import SmartAccountRequest
from requests_app.services import retention
from requests_app.services.retention import RETENTION
from tests import make
from tests.make import DANA, PASSWORD

pytestmark = pytest.mark.django_db
GUARDED = ["/accounts/data/read/", "/accounts/data/erase/"]
REAUTHENTICATE = "/accounts/reauthenticate/"


@pytest.fixture
def dana() -> Person:
    return make.person(DANA)


def sign_in(address: str = DANA) -> Client:
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": address, "password": PASSWORD})
    assert answer.status_code == 303
    return browser


def proved() -> Client:
    """A browser in which the password was typed once more."""
    browser = sign_in()
    browser.post(REAUTHENTICATE, {"password": PASSWORD, "next": "/accounts/data/"})
    return browser


def words(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# Who may


@pytest.mark.parametrize("path", ["/accounts/data/", *GUARDED])
def test_strangers_are_sent_to_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", GUARDED)
def test_being_signed_in_is_not_enough(dana: Person, path: str) -> None:
    browser = sign_in()
    answer = browser.get(path)
    assert answer.status_code in {302, 303}
    assert answer["Location"].startswith(REAUTHENTICATE)
    proved = browser.post(REAUTHENTICATE, {"password": PASSWORD, "next": path})
    assert proved["Location"] == path
    assert browser.get(path).status_code == 200


def test_a_wrong_password_opens_nothing(dana: Person) -> None:
    browser = sign_in()
    browser.get("/accounts/data/read/")
    assert (
        browser.post(REAUTHENTICATE, {"password": "wrong", "next": "/accounts/data/read/"}).status_code == 422
    )
    assert browser.get("/accounts/data/read/").status_code in {302, 303}


@pytest.mark.parametrize("path", ["/accounts/data/download/", "/accounts/data/erase/"])
def test_a_post_without_the_password_does_nothing_yet(dana: Person, path: str) -> None:
    answer = sign_in().post(path)
    assert answer["Location"].startswith(REAUTHENTICATE)
    assert make.posted() == []
    assert not Person.objects.exclude(erases_at=None).exists()


def test_the_proof_of_the_password_wears_off(dana: Person) -> None:
    browser = proved()
    assert browser.get("/accounts/data/read/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert browser.get("/accounts/data/read/").status_code in {302, 303}


def test_the_account_page_leads_to_the_data(dana: Person) -> None:
    browser = sign_in()
    assert 'href="/accounts/data/"' in words(browser.get("/accounts/"))
    page = words(browser.get("/accounts/data/"))
    assert all(f'"{path}"' in page for path in ("/accounts/data/download/", *GUARDED))


# Reading and copying


def test_the_readable_page_shows_everything_and_writes_no_letter(dana: Person) -> None:
    made = make.request(message="Please look at <this>")
    before = len(make.posted())
    page = words(proved().get("/accounts/data/read/"))
    for shown in (made.reference, DANA, "Account domain", "Please look at &lt;this&gt;", "Request sent"):
        assert shown in page
    assert "25 November 2026" in page
    assert len(make.posted()) == before


def test_the_file_has_a_name_of_ours_and_holds_the_same(dana: Person) -> None:
    made = make.request()
    answer = proved().post("/accounts/data/download/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["requests"][0]["reference"] == made.reference
    (letter,) = make.posted("data_exported")
    assert letter.to == DANA


def test_the_file_is_only_given_to_a_post(dana: Person) -> None:
    assert proved().get("/accounts/data/download/").status_code == 405


# Erasing


def test_the_page_says_what_goes_until_when_and_what_is_withdrawn(dana: Person) -> None:
    made = make.request()
    page = words(proved().get("/accounts/data/erase/"))
    assert "<h1>Erase your account?</h1>" in page
    assert made.reference in page
    assert not Person.objects.exclude(erases_at=None).exists()


def test_after_confirming_every_session_is_over_and_the_next_page_says_when(dana: Person) -> None:
    elsewhere, browser = sign_in(), proved()
    answer = browser.post("/accounts/data/erase/")
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert "Your account will be erased after" in words(browser.get("/"))
    for each in (browser, elsewhere):
        assert each.get("/administration/").status_code == 302
    assert [letter.to for letter in make.posted("erasure_asked")] == [DANA]


def test_signing_in_undoes_it_and_says_so(dana: Person) -> None:
    proved().post("/accounts/data/erase/")
    browser = sign_in()
    assert "Your account stays" in words(browser.get("/administration/"))
    retention.run(now=timezone.now() + timedelta(days=30))
    dana.refresh_from_db()
    assert (dana.email, dana.erases_at) == (DANA, None)


def test_a_wrong_password_undoes_nothing(dana: Person) -> None:
    proved().post("/accounts/data/erase/")
    Client().post("/accounts/login/", {"login": DANA, "password": "wrong"})
    dana.refresh_from_db()
    assert dana.erases_at is not None


def test_nobody_signs_in_as_an_erased_person(dana: Person) -> None:
    proved().post("/accounts/data/erase/")
    retention.run(now=timezone.now() + timedelta(days=16))
    answer = Client().post("/accounts/login/", {"login": DANA, "password": PASSWORD})
    assert answer.status_code == 422
    assert people.holder_of(DANA) is None


def test_the_last_administrator_is_told_what_to_do(dana: Person) -> None:
    active = make.activated()
    browser = proved()
    page = words(browser.get("/accounts/data/erase/"))
    assert "Your account cannot be erased yet" in page
    assert f"/smart-accounts/{active.account_id}/" in page
    answer = browser.post("/accounts/data/erase/")
    assert answer.status_code == 409
    assert browser.get("/administration/").status_code == 200
    assert make.posted("erasure_asked") == []


def test_a_request_under_a_check_is_named(dana: Person) -> None:
    made = make.request()
    SmartAccountRequest.objects.filter(pk=made.pk).update(frozen_at=timezone.now())
    page = words(proved().get("/accounts/data/erase/"))
    assert f"Request {made.reference}" in page
    assert "Erase my account" not in page


# What is promised


def test_the_privacy_page_shows_the_table_the_nightly_run_keeps() -> None:
    page = Client().get("/privacy/").content.decode()
    for kept in RETENTION:
        for said in (kept.name, kept.what, kept.why, kept.until):
            assert said in page
    assert 'href="/accounts/data/"' in page


@pytest.mark.parametrize(
    ("name", "spans"),
    [
        ("Your account", ["14 days", "2 days"]),
        ("Drafts", ["90 days", "7 days"]),
        ("Requests", ["90 days"]),
        ("E-mails from us", ["30 days", "90 days"]),
        ("Access requests", ["90 days"]),
    ],
)
def test_the_spans_promised_are_those_of_the_rules(name: str, spans: list[str]) -> None:
    (kept,) = (kept for kept in RETENTION if kept.name == name)
    assert all(span in kept.until for span in spans)
    assert kept.steps


def test_whoever_has_no_account_learns_at_the_stop_link_how_to_ask() -> None:
    made = make.request()
    token = links.token(links.Label.STOP, made.nominations.get().stop_seed)
    assert "/privacy/#without-account" in Client().get(f"/n/{token}").content.decode()
    assert 'id="without-account"' in Client().get("/privacy/").content.decode()
