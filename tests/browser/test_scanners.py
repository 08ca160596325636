"""Mail scanners at the links of a letter: they open, run scripts and submit forms, and nothing is decided by it."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from notifications.models import OutgoingEmail
from requests_app.models import CodeChallenge, Decision, SmartAccountRequest
from tests import make
from tests.browser.conftest import Meet
from tests.journeys import asking
from tests.journeys.browsing import Deliver, Letter
from tests.journeys.conftest import Clock
from tests.make import DANA, PRIYA

pytestmark = [pytest.mark.browser, pytest.mark.fault(15)]

# How far a scanner goes on from the page it opened, form by form.
DEPTH = 3


@pytest.fixture
def nomination(meet: Meet, stranger: Meet, clock: Clock) -> Letter:
    """The letter of a request that waits for authorizer and reviewer."""
    meet(DANA)
    make.request(now=clock.now)
    return stranger(PRIYA).letter("nomination")


@pytest.fixture
def scanner(browser: Browser, site: str) -> Iterator[Page]:
    """A browser without a person."""
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


def check_nothing_is_decided(letter: Letter, stranger: Meet) -> None:
    """Nobody decided, the state is as it was, one code at most left, and the link still leads to the answer."""
    request = SmartAccountRequest.objects.get()
    assert (request.state, request.authorization, request.domain) == ("pending", "pending", "pending")
    assert not Decision.objects.exists()
    assert OutgoingEmail.objects.filter(kind="authorizer_code").count() <= 1
    assert CodeChallenge.objects.count() <= 1
    assert OutgoingEmail.objects.filter(kind__in=("choose_authorizer", "declined", "handed_on")).count() == 0
    priya = stranger(PRIYA)
    asking.open_link(priya, letter).is_at("May you act for acme-robotics.example?")


def test_a_scanner_that_asks_for_heads_and_opens_three_times_changes_nothing(
    nomination: Letter, stranger: Meet, site: str
) -> None:
    before = OutgoingEmail.objects.count()
    with closing(HTTPConnection(urlsplit(site).netloc, timeout=10)) as connection:
        for path, status in ((nomination.link("/a/"), 303), (nomination.link("/n/"), 200)):
            for method in ("HEAD", "GET", "GET", "GET"):
                connection.request(method, path)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == status
    assert OutgoingEmail.objects.count() == before
    check_nothing_is_decided(nomination, stranger)


def test_a_scanner_that_runs_the_pages_script_changes_nothing(
    nomination: Letter, stranger: Meet, scanner: Page
) -> None:
    before = OutgoingEmail.objects.count()
    for beginning in ("/a/", "/n/"):
        scanner.goto(nomination.link(beginning), wait_until="networkidle")
    assert OutgoingEmail.objects.count() == before
    check_nothing_is_decided(nomination, stranger)


@pytest.mark.parametrize("beginning", ["/a/", "/n/"])
def test_a_scanner_that_submits_every_form_decides_nothing(
    nomination: Letter, stranger: Meet, scanner: Page, deliver: Deliver, beginning: str
) -> None:
    seen: set[tuple[str, int, int]] = set()
    submit_everything(scanner, nomination.link(beginning), seen=seen, depth=DEPTH)
    assert len(seen) > 1, "no form was found to submit"
    check_nothing_is_decided(nomination, stranger)
    deliver()
    check_nothing_is_decided(nomination, stranger)


def submit_everything(scanner: Page, address: str, *, seen: set[tuple[str, int, int]], depth: int) -> None:
    """Submit each form of a page as it stands and with each of its radios, and go on where that leads."""
    scanner.goto(address)
    counts: list[int] = scanner.evaluate(
        "() => [...document.forms].map(form => form.querySelectorAll('input[type=radio]').length)"
    )
    for number, radios in enumerate(counts):
        for radio in range(-1, radios):
            scanner.goto(address)
            here = (scanner.url, number, radio)
            # What was submitted before may have taken a form away: reminders are stopped once.
            if here in seen or number >= scanner.evaluate("() => document.forms.length"):
                continue
            seen.add(here)
            with scanner.expect_navigation():
                scanner.evaluate(
                    "([number, radio]) => {"
                    " const form = document.forms[number];"
                    " if (radio >= 0) form.querySelectorAll('input[type=radio]')[radio].checked = true;"
                    " form.querySelector('button:not([type=button])').click(); }",
                    [number, radio],
                )
            if depth > 1 and scanner.url != address:
                submit_everything(scanner, scanner.url, seen=seen, depth=depth - 1)
    links = scanner.evaluate("() => [...document.querySelectorAll('main a[href]')].map(link => link.href)")
    for link in itertools.islice((each for each in links if "/n/" in each or "/authorize/" in each), 6):
        if depth > 1 and (link, -1, -1) not in seen:
            seen.add((link, -1, -1))
            submit_everything(scanner, link, seen=seen, depth=depth - 1)
