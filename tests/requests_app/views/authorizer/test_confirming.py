"""The code page and what comes after it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress

from requests_app.domain import statement
from requests_app.models import AuthorizationLink, Decision, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import evidence, review
from requests_app.views.authorizer import choosing
from tests import make
from tests.make import NOW, PASSWORD, PRIYA
from tests.requests_app.views.authorizer.browsing import (
    Browser,
    code_at,
    confirm_of,
    done_of,
    every_row,
    page_of,
    path_of,
    text_of,
    title_of,
    wrong_code_at,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
SAM = "sam.ito@acme-robotics.example"
TICK = {"agreed": statement.VERSION}


@pytest.fixture
def link() -> AuthorizationLink:
    return make.link_of(make.request())


@pytest.fixture
def browser(link: AuthorizationLink) -> Browser:
    """A browser that chose to authorize."""
    browser = Browser()
    browser.open(link)
    browser.choose(link, Answer.AUTHORIZE)
    return browser


def state_of(link: AuthorizationLink) -> str:
    return str(SmartAccountRequest.objects.get(pk=link.nomination.request_id).authorization)


def test_authorizing_shows_the_statement_and_records_it(browser: Browser, link: AuthorizationLink) -> None:
    page = browser.get(confirm_of(link))
    assert "I may act for the organization that uses acme-robotics.example" in text_of(page)
    assert "checked" not in page.content.decode()
    assert 'autocomplete="one-time-code"' in page.content.decode()
    response = browser.send(confirm_of(link), code=code_at(link), **TICK)
    assert (response.status_code, response.headers["Location"]) == (303, done_of(link))
    assert Decision.objects.get().answer == "authorize"
    assert not list(evidence.verify())
    text = text_of(browser.get(done_of(link)))
    assert "You authorized it" in text
    assert "take back" in text


@pytest.mark.parametrize("step", ["read", "check_same"])
def test_a_form_sent_twice_at_once_leads_to_what_it_recorded(
    step: str, browser: Browser, link: AuthorizationLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, sent = confirm_of(link), {"code": code_at(link), **TICK}
    first = getattr(choosing, step)

    def overtaken(*given: object) -> object:
        monkeypatch.setattr(choosing, step, first)
        if step == "check_same":
            first(*given)
        assert browser.send(page, **sent).headers["Location"] == done_of(link)
        return first(*given) if step == "read" else None

    monkeypatch.setattr(choosing, step, overtaken)
    response = browser.send(page, **sent)
    assert (response.status_code, response.headers["Location"]) == (303, done_of(link))
    assert Decision.objects.count() == 1


def test_declining_takes_a_reason_under_the_rules_of_messages(link: AuthorizationLink) -> None:
    browser = Browser()
    browser.open(link)
    browser.choose(link, Answer.DECLINE)
    refused = browser.send(confirm_of(link), code=code_at(link), reason="see https://evil.example/login")
    assert refused.status_code == 422
    assert "https://" in text_of(refused)
    assert browser.send(confirm_of(link), code=code_at(link), reason="x" * 501).status_code == 422
    assert state_of(link) == "pending"
    assert browser.send(confirm_of(link), code=code_at(link), reason="see evil.example").status_code == 303
    assert Decision.objects.get().reason == "see evil.example"
    assert "You declined" in text_of(browser.get(done_of(link)))


def test_handing_on_shows_the_colleague_and_asks_them(link: AuthorizationLink) -> None:
    browser = Browser()
    browser.open(link)
    browser.choose(link, Answer.HAND_ON, colleague=f" mailto:{SAM.upper()} ")
    assert SAM in text_of(browser.get(confirm_of(link)))
    assert browser.send(confirm_of(link), code=code_at(link)).status_code == 303
    assert SAM in text_of(browser.get(done_of(link)))
    assert make.posted("handed_on", to=SAM)


@pytest.mark.parametrize(
    ("colleague", "words"),
    [
        ("", "Enter your colleague's e-mail address"),
        ("sam@", "correct format"),
        (PRIYA, "asked in this request already"),
        (make.DANA, "person who asked"),
        ("abuse@acme-robotics.example", "person's address"),
    ],
)
def test_a_colleague_who_cannot_be_asked_is_422_at_the_field(
    link: AuthorizationLink, colleague: str, words: str
) -> None:
    browser = Browser()
    browser.open(link)
    before = every_row()
    response = browser.choose(link, Answer.HAND_ON, colleague=colleague)
    assert response.status_code == 422
    assert words in text_of(response)
    assert title_of(response).startswith("Error:")
    assert every_row() == before


def test_a_colleague_typed_at_another_answer_is_ignored(link: AuthorizationLink) -> None:
    browser = Browser()
    browser.open(link)
    assert browser.choose(link, Answer.DECLINE, colleague="nonsense").status_code == 303
    assert link.challenges.get().colleague == ""


def test_handing_on_a_fourth_time_is_neither_offered_nor_taken(link: AuthorizationLink) -> None:
    made = link.nomination.request
    for number in range(3):
        Browser().decide(make.link_of(made), Answer.HAND_ON, colleague=f"c{number}@acme-robotics.example")
    fourth = make.link_of(made)
    browser = Browser()
    page = browser.open(fourth)
    assert "Somebody else should answer" not in page.content.decode()
    assert browser.choose(fourth, Answer.HAND_ON, colleague=SAM).status_code == 409


def test_wrong_codes_are_counted_down_and_the_fifth_asks_for_a_new_one(
    browser: Browser, link: AuthorizationLink
) -> None:
    for left in ("4 tries", "3 tries", "2 tries", "1 try"):
        response = browser.send(confirm_of(link), code=wrong_code_at(link), **TICK)
        assert response.status_code == 422
        assert f"{left} left" in text_of(response)
    assert "Ask for a new code" in text_of(browser.send(confirm_of(link), code=wrong_code_at(link), **TICK))
    assert browser.send(confirm_of(link), code=code_at(link), **TICK).status_code == 422
    assert state_of(link) == "pending"


def test_a_code_is_too_old_after_ten_minutes(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + 10 * MINUTE + SECOND)
    response = browser.send(confirm_of(link), code=code_at(link), **TICK)
    assert response.status_code == 422
    assert "expired" in text_of(response)


def test_a_code_one_second_before_its_end_still_works(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + 10 * MINUTE - SECOND)
    assert browser.send(confirm_of(link), code=code_at(link), **TICK).status_code == 303


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} ", "full width"])
def test_a_code_is_taken_as_people_type_it(browser: Browser, link: AuthorizationLink, typed: str) -> None:
    code = code_at(link)
    if typed == "full width":
        code = "".join(chr(ord("０") + int(digit)) for digit in code)
    else:
        code = typed.format(code[:3], code[3:])
    assert browser.send(confirm_of(link), code=code, **TICK).status_code == 303


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "１２", "\u202e123456", "9" * 5000, "\x00"]
)
def test_what_is_no_code_is_422(browser: Browser, link: AuthorizationLink, code: str) -> None:
    assert browser.send(confirm_of(link), code=code, **TICK).status_code == 422
    assert state_of(link) == "pending"


@pytest.mark.parametrize("agreed", ["", "2020-01"])
def test_without_the_tick_under_this_very_text_nothing_is_authorized(
    browser: Browser, link: AuthorizationLink, agreed: str
) -> None:
    response = browser.send(confirm_of(link), code=code_at(link), agreed=agreed)
    assert response.status_code == 422
    assert "statement" in text_of(response)
    assert link.challenges.get().tries == 0
    assert state_of(link) == "pending"


def test_without_a_code_asked_for_the_page_leads_back(link: AuthorizationLink) -> None:
    browser = Browser()
    browser.open(link)
    for response in (browser.get(confirm_of(link)), browser.send(confirm_of(link), code="123456")):
        assert (response.status_code, response.headers["Location"]) == (303, page_of(link))


def test_a_new_code_replaces_the_old_one(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    old = code_at(link)
    clock.move_to(NOW + SECOND)
    assert browser.send(confirm_of(link), action="resend").status_code == 303
    assert "less than a minute ago" in text_of(browser.get(confirm_of(link)))
    clock.move_to(NOW + MINUTE)
    browser.send(confirm_of(link), action="resend")
    assert "We sent a new code" in text_of(browser.get(confirm_of(link)))
    response = browser.send(confirm_of(link), code=old, **TICK)
    assert response.status_code == 422
    assert "replaced by a newer one" in text_of(response)
    assert browser.send(confirm_of(link), code=code_at(link), **TICK).status_code == 303


def test_an_answer_chosen_in_another_tab_is_not_confirmed_by_this_one(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + MINUTE)
    browser.choose(link, Answer.DECLINE)
    response = browser.send(confirm_of(link), code=code_at(link), answer="authorize", colleague="", **TICK)
    assert response.status_code == 409
    assert not Decision.objects.exists()


def test_a_code_used_twice_leads_to_the_result_with_the_cookie_and_is_410_later(
    browser: Browser, link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    code = code_at(link)
    for _ in range(2):
        response = browser.send(confirm_of(link), code=code, **TICK)
        assert response.headers["Location"] == done_of(link)
    assert Decision.objects.count() == 1
    clock.move_to(NOW + 29 * MINUTE)
    assert browser.get(done_of(link)).status_code == 200
    clock.move_to(NOW + 31 * MINUTE)
    assert browser.get(done_of(link)).status_code == 410
    assert browser.send(confirm_of(link), code=code, **TICK).status_code == 410


def test_after_the_answer_the_page_of_the_link_is_410(browser: Browser, link: AuthorizationLink) -> None:
    browser.send(confirm_of(link), code=code_at(link), **TICK)
    response = browser.get(path_of(link))
    assert response.status_code == 410
    assert "was answered" in title_of(response)


def test_the_result_of_an_open_link_leads_back(browser: Browser, link: AuthorizationLink) -> None:
    assert browser.get(done_of(link)).headers["Location"] == page_of(link)


def test_the_code_shows_what_else_waits_for_the_address_and_opens_it(link: AuthorizationLink) -> None:
    other = make.link_of(make.request(make.person("lee@acme-robotics.example", name="Lee Park")))
    browser = Browser()
    browser.decide(link, Answer.DECLINE)
    response = browser.get(done_of(link))
    assert "Also waiting for your answer" in text_of(response)
    assert page_of(other) in response.content.decode()
    assert browser.get(page_of(other)).status_code == 200


def test_the_link_alone_shows_nobodys_other_requests(link: AuthorizationLink) -> None:
    make.request(make.person("lee@acme-robotics.example"))
    onlooker = Browser()
    onlooker.open(link)
    Browser().decide(link, Answer.DECLINE)
    response = onlooker.get(done_of(link))
    assert response.status_code == 200
    assert "Also waiting" not in text_of(response)


def test_the_domain_taken_meanwhile_stops_no_decision(browser: Browser, link: AuthorizationLink) -> None:
    rival = make.request(make.person("lee@acme-robotics.example"), authorizer_address=SAM)
    review.approve(rival.pk, by=make.reviewer(), facts_version=1, now=NOW)
    assert browser.send(confirm_of(link), code=code_at(link), **TICK).status_code == 303
    assert state_of(link) == "authorized"


def test_a_fresh_sign_in_with_the_address_needs_no_code_but_the_tick(link: AuthorizationLink) -> None:
    make.person(PRIYA, name="Priya Raman")
    browser = Browser()
    browser.get("/accounts/login/")
    browser.send("/accounts/login/", login=PRIYA, password=PASSWORD)
    assert "no code is needed" in text_of(browser.get(page_of(link)))
    assert browser.choose(link, Answer.AUTHORIZE).headers["Location"] == confirm_of(link)
    page = browser.get(confirm_of(link))
    assert "I may act for the organization" in text_of(page)
    assert 'name="code"' not in page.content.decode()
    assert browser.send(confirm_of(link)).status_code == 422
    assert browser.send(confirm_of(link), **TICK).headers["Location"] == done_of(link)
    assert not make.posted("authorizer_code")
    assert Decision.objects.get().challenge_id is None
    assert "You authorized it" in text_of(browser.get(done_of(link)))


def test_a_sign_in_of_half_an_hour_ago_needs_the_code(
    link: AuthorizationLink, clock: time_machine.Traveller
) -> None:
    make.person(PRIYA, name="Priya Raman")
    browser = Browser()
    browser.get("/accounts/login/")
    browser.send("/accounts/login/", login=PRIYA, password=PASSWORD)
    browser.get(page_of(link))
    browser.choose(link, Answer.DECLINE)
    clock.move_to(NOW + 30 * MINUTE)
    assert browser.get(confirm_of(link)).headers["Location"] == page_of(link)
    browser.choose(link, Answer.DECLINE)
    assert len(make.posted("authorizer_code")) == 1
    assert 'name="code"' in browser.get(confirm_of(link)).content.decode()


def test_the_requester_who_also_reads_the_address_cannot_authorize(
    browser: Browser, link: AuthorizationLink
) -> None:
    EmailAddress.objects.create(user=link.nomination.request.requester, email=PRIYA, verified=True)
    response = browser.send(confirm_of(link), code=code_at(link), **TICK)
    assert response.status_code == 403
    assert not Decision.objects.exists()
