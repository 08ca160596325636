"""The switch at the foot of the pages: works without script, goes back to pages of ours, keeps the choice."""

import pytest
from django.conf import settings
from django.test import Client

from people.models import Person
from tests import make

pytestmark = pytest.mark.django_db
COOKIE = settings.LANGUAGE_COOKIE_NAME


def switch(client: Client, language: str = "de", **sent: str) -> tuple[int, str]:
    answer = client.post("/language/", {"language": language} | sent)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_press_brings_the_same_page_in_the_other_language() -> None:
    browser = Client()
    page = browser.get("/help/?from=foot").content.decode()
    assert '<input type="hidden" name="next" value="/help/?from=foot">' in page
    assert '<button class="as-link" name="language" value="de" lang="de">Deutsch</button>' in page
    assert not browser.cookies
    assert switch(browser, next="/help/?from=foot") == (303, "/help/?from=foot")
    assert "<h1>Hilfe</h1>" in browser.get("/help/?from=foot").content.decode()
    assert switch(browser, "en", next="/") == (303, "/")
    assert "<h1>Help</h1>" in browser.get("/help/").content.decode()


def test_the_choice_is_a_cookie_of_this_host_that_scripts_do_not_read() -> None:
    browser = Client()
    switch(browser)
    cookie = browser.cookies[COOKIE]
    assert (cookie.value, cookie["path"], cookie["domain"]) == ("de", "/", "")
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)


def test_a_signed_in_persons_choice_counts_for_their_letters_too() -> None:
    person = make.person()
    browser = Client()
    browser.force_login(person)
    switch(browser)
    assert Person.objects.get(pk=person.pk).language == "de"
    switch(browser, "en")
    assert Person.objects.get(pk=person.pk).language == "en"


def test_the_way_back_leads_to_pages_of_ours_alone() -> None:
    elsewhere = (
        "",
        "//evil.example/",
        "///evil.example/",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        r"/\evil.example",
        r"\\evil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/help/\r\nSet-Cookie: a=b",
        " /help/",
        "help/",
        "/nothing-here/",
        "/@evil.example",
        "/language/",
        "/" + "a" * 10_000,
    )
    browser = Client()
    assert {url: switch(browser, next=url) for url in elsewhere} == dict.fromkeys(elsewhere, (303, "/"))


def test_after_a_page_that_only_takes_forms_one_comes_to_the_page_above_it() -> None:
    number = "6a1f4d6e-0000-4000-8000-000000000000"
    found = {
        path: switch(Client(), next=path)[1]
        for path in (f"/requests/{number}/remind/", f"/smart-accounts/{number}/invite/")
    }
    assert list(found.values()) == [f"/requests/{number}/", f"/smart-accounts/{number}/"]


def test_a_language_that_there_is_not_is_refused() -> None:
    for strange in ("", "fr", "DE", "de-DE", "\x00", "x" * 1000):
        browser = Client()
        assert switch(browser, strange) == (422, "")
        assert COOKIE not in browser.cookies


def test_a_form_of_another_site_changes_nothing() -> None:
    person = make.person()
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ):
        browser = Client(headers=headers)
        browser.force_login(person)
        assert switch(browser) == (403, "")
        assert COOKIE not in browser.cookies
    for headers in ({"origin": "http://testserver"}, {"sec-fetch-site": "same-origin", "origin": "null"}, {}):
        assert switch(Client(headers=headers))[0] == 303
    assert Person.objects.get(pk=person.pk).chosen_language == ""


def test_the_switch_is_a_form_and_no_page() -> None:
    assert Client().get("/language/").status_code == 405
