"""The system's Chromium, and the product behind it on a real socket, as browsers really send forms to it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from people import second_factor
from tests import make
from tests.browser.window import Window
from tests.journeys.browsing import Deliver
from tests.journeys.conftest import SECRET, Clock

Meet = Callable[[str], Window]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each test has windows of its own in it, with cookies of their own."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium on the PATH")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; the database is asked beside it, never inside it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # A busy machine takes its time; what is awaited comes at once on an idle one.
        expect.set_options(timeout=10_000)
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Put the test's SQLite into a file: the server's threads each need a connection of their own."""
    from django.db import connections

    for connection in connections.all():
        if connection.vendor == "sqlite":
            name = tmp_path_factory.mktemp("database") / "browser.sqlite3"
            connection.settings_dict["TEST"]["NAME"] = str(name)


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    """The address of the product, which its letters carry, too."""
    settings.BASE_URL = live_server.url.replace("127.0.0.1", "localhost")
    settings.EVEN_ANSWER_SECONDS = 0
    # Its table is no model's, so it is not emptied between tests: the limits of sign-in are counted there.
    cache.clear()
    return settings.BASE_URL


@pytest.fixture
def clock(site: str) -> Iterator[Clock]:
    """The server's clock, which runs, and can be moved on."""
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=True) as moving:
        yield Clock(moving, now=now)


@pytest.fixture
def script() -> bool:
    """Whether pages may run their script; a test that goes without says so by its parameters."""
    return True


@pytest.fixture
def stranger(browser: Browser, site: str, script: bool, deliver: Deliver) -> Iterator[Meet]:
    """Meet somebody who has no account. At the end no window may have logged an error of its page."""
    windows: list[Window] = []

    def meet_stranger(address: str) -> Window:
        windows.append(Window(address, deliver, browser=browser, site=site, script=script))
        return windows[-1]

    yield meet_stranger
    for window in windows:
        window.close()
    assert [error for window in windows for error in window.errors] == []


@pytest.fixture
def meet(stranger: Meet) -> Meet:
    """Meet somebody who registered a while ago, and is not signed in."""

    def known(address: str) -> Window:
        name = " ".join(word.capitalize() for word in address.partition("@")[0].split("."))
        make.person(address, name=name, created_at=datetime.now(UTC) - timedelta(days=30))
        return stranger(address)

    return known


@pytest.fixture
def rosa(stranger: Meet) -> Window:
    """The reviewer at her desk, where she showed her second factor."""
    person = make.reviewer()
    second_factor.enrol(person, secret=SECRET)
    window = stranger(person.email)
    window.take_place(with_second_factor=True)
    return window.open("/review/")


@pytest.fixture
def otto(stranger: Meet) -> Window:
    """Somebody of operations, who showed the second factor just now."""
    person = make.person("otto.ops@operator.example", name="Otto Ops", is_staff=True, is_ops=True)
    second_factor.enrol(person, secret=SECRET)
    window = stranger(person.email)
    window.take_place(with_second_factor=True)
    return window.open("/ops/")
