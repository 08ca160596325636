"""A form sent twice by a double click, without JavaScript: the second one finds what the first began."""

import re
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings as product
from django.contrib.sessions.backends import cache as cached_sessions
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from people import one_press
from people.one_press import one_press_at_a_time
from tests.people.signing_in import ADDRESS, NAME, PASSWORD, a_person, code_to, letters_to

SIGN_UP, RESET = "/accounts/signup/", "/accounts/password/reset/"
REGISTERING = {"email": ADDRESS, "full_name": NAME, "password1": PASSWORD}


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


class Browser:
    """A browser that was never here before, with CSRF enforced."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)

    def send(self, url: str, fields: dict[str, str]) -> Any:
        if product.CSRF_COOKIE_NAME not in self.client.cookies:
            self.client.get(url)
        token = self.client.cookies[product.CSRF_COOKIE_NAME].value
        return self.client.post(url, {**fields, "csrfmiddlewaretoken": token})

    def send_again_before_the_answer(self, url: str, fields: dict[str, str]) -> Any:
        """As the second of two clicks: the first one's cookie was not read yet."""
        del self.client.cookies[product.SESSION_COOKIE_NAME]
        return self.send(url, fields)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "fields", "then"),
    [
        (SIGN_UP, REGISTERING, "/accounts/confirm-email/"),
        (RESET, {"email": ADDRESS}, "/accounts/password/reset/confirm/"),
    ],
)
def test_a_double_click_leads_to_the_page_of_the_one_code_that_was_sent(
    form: str, fields: dict[str, str], then: str
) -> None:
    if form == RESET:
        a_person()
    browser = Browser()
    first = browser.send(form, fields)
    second = browser.send_again_before_the_answer(form, fields)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"]) == (303, then)
    assert len(letters_to()) == 1
    assert re.fullmatch(
        "/accounts/(password/reset/complete/)?|/administration/",
        browser.send(then, {"code": code_to()})["Location"],
    )


@pytest.mark.django_db
def test_another_browser_does_not_get_into_the_session() -> None:
    a_person()
    Browser().send(RESET, {"email": ADDRESS})
    other = Browser()
    assert other.send(RESET, {"email": ADDRESS}).status_code == 429
    assert product.SESSION_COOKIE_NAME not in other.client.cookies


def test_the_second_press_waits_for_the_end_of_the_first(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "presses"}
    }
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    has_begun, waits, may_end = Event(), Event(), Event()
    monkeypatch.setattr(one_press.time, "sleep", lambda seconds: waits.set())
    answers: dict[str, tuple[str, str | None]] = {}

    def view(request: HttpRequest) -> HttpResponse:
        if "code" in request.session:
            return HttpResponse("the code was sent")
        request.session["code"] = "1"
        has_begun.set()
        assert may_end.wait(10)
        return HttpResponse("sent")

    def press(name: str) -> None:
        request = RequestFactory().post("/")
        request.META["CSRF_COOKIE"] = "a secret of this browser"
        request.session = cached_sessions.SessionStore()
        answer = one_press_at_a_time(view)(request)
        answers[name] = (answer.content.decode(), request.session.session_key)

    first, second = Thread(target=press, args=("first",)), Thread(target=press, args=("second",))
    first.start()
    assert has_begun.wait(10)
    second.start()
    assert waits.wait(10)
    may_end.set()
    first.join(10)
    second.join(10)
    assert answers["first"][0] == "sent"
    assert answers["second"] == ("the code was sent", answers["first"][1])


def test_a_first_press_that_never_ends_keeps_the_second_waiting_only_so_long(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "hanging"}
    }
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    now, waited = 1000.0, []

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds
        waited.append(seconds)

    monkeypatch.setattr(one_press.time, "monotonic", lambda: now)
    monkeypatch.setattr(one_press.time, "sleep", wait)
    request = RequestFactory().post("/")
    request.META["CSRF_COOKIE"] = "a secret of this browser"
    request.session = cached_sessions.SessionStore()
    cache.add(one_press._browser(request), one_press._UNDER_WAY)
    answer = one_press_at_a_time(lambda request: HttpResponse("answered by itself"))(request)
    assert answer.content == b"answered by itself"
    assert 4 < sum(waited) < 6
