"""The database restarted in the middle of things, or only reading: success or an honest 503, and nothing half."""

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from pytest_django.fixtures import Settings

from tests.faults.conftest import Databases
from tests.faults.office import Browser, Office, Person
from tests.faults.scene import Scene
from tests.journeys.asking import NO
from tests.make import DANA, PRIYA

pytestmark = [pytest.mark.faults, pytest.mark.fault(9)]
BULK = "email_changed"
FORM = "application/x-www-form-urlencoded"
LONG = {"LEASE_SECONDS_BULK": "60", "LETTER_SECONDS_BULK": "30"}
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def office(scene: Scene, settings: Settings) -> Iterator[Office]:
    """Web, workers and beat in processes of their own."""
    scene.environment |= LONG
    with Office(scene, parts=("web", "worker-urgent", "worker-bulk", "beat")) as office:
        settings.BASE_URL = office.url
        yield office


@contextmanager
def session(scene: Scene, **options: Any) -> Iterator[psycopg.Connection]:
    """Hold a session of one's own in the scene's database; the server may end before it does."""
    parts = urlsplit(scene.environment["DATABASE_URL"])
    host = parse_qs(parts.query)["host"][0]
    connection = psycopg.connect(host=host, user="postgres", dbname=parts.path.lstrip("/"), **options)
    try:
        yield connection
    finally:
        connection.close()


def at_the_last_page(office: Office) -> Person:
    """Dana has answered everything and looks at her answers."""
    office.scene.ask("meet", address=DANA)
    dana = Person(DANA, office)
    dana.sign_in().press("Request a Smart Account").choose(NO).type("Email Address", PRIYA).press("Continue")
    dana.type("Account Name", "Acme Robotics, Inc.").press("Continue").press("Continue").press("Continue")
    dana.is_at("Check your answers and submit the request")
    return dana


def kinds(scene: Scene) -> list[str]:
    """Name the kinds of the letters that arrived, in alphabetical order."""
    return sorted(str(one.message["Feedback-ID"]).partition(":")[0] for one in scene.smtp.arrived)


@pytest.mark.fault(10)
def test_a_submission_cut_by_a_restart_is_a_503_and_the_form_sent_20_times_again_is_one_request(
    office: Office, databases: Databases
) -> None:
    scene, dana = office.scene, at_the_last_page(office)
    review = dana.page, dana.path
    with session(scene) as ours, session(scene, autocommit=True) as watching, ThreadPoolExecutor(1) as pool:
        # The request, its administrators and its history are written by then; its nomination is not.
        ours.execute("LOCK TABLE requests_app_nomination IN EXCLUSIVE MODE")
        pressed = pool.submit(dana.press, "Submit Request")
        scene.until(lambda: watching.execute(WAITING).fetchone() == (1,))
        databases.server.stop(signal.SIGQUIT)
        pressed.result(60)
        dana.is_at("We are not available for a moment", status=503)
        dana.open("/administration/").is_at("We are not available for a moment", status=503)
    databases.server.start()
    assert set(scene.ask("counts").values()) == {0}

    dana.page, dana.path = review
    form = dana.form("Submit Request")
    browser = cast(Browser, dana.client)
    browser.post_and_leave(*form, content_type=FORM)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: browser.post(*form, content_type=FORM, follow=True), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.redirect_chain[-1][0].split("/requests/")[1][:36] for answer in answers}) == 1
    scene.smtp.wait_for(2)
    scene.until_states({"sent": 2})
    assert kinds(scene) == ["nomination", "request_sent"]


def test_letters_on_the_wire_while_the_database_restarts_arrive_once(
    scene: Scene, databases: Databases
) -> None:
    scene.environment |= LONG
    scene.smtp.order("answer", delay_seconds=0.2)
    scene.post(BULK, prefix="reader", count=60)
    scene.start_worker("bulk")
    scene.start_beat()
    scene.until(lambda: scene.states().get("sent", 0) >= 8)
    databases.server.stop(signal.SIGQUIT)
    databases.server.start()
    scene.smtp.wait_for(60)
    scene.until_states({"sent": 60})
    assert len({one.to for one in scene.smtp.arrived}) == len(scene.smtp.arrived) == 60


def test_while_the_database_only_reads_nothing_is_taken_nor_sent_and_afterwards_each_letter_once(
    office: Office, databases: Databases
) -> None:
    scene, dana = office.scene, at_the_last_page(office)
    review = dana.page, dana.path
    goes_on = threading.Event()
    scene.smtp.order("answer", times=1, held_until=goes_on)
    scene.post(BULK, prefix="reader", count=3)
    # One letter is the mail server's, but we do not know it yet.
    scene.smtp.wait_for(1)
    with session(scene, autocommit=True) as ours:
        set_read_only(scene, ours, "on")
        try:
            goes_on.set()
            dana.press("Submit Request").is_at("We are not available for a moment", status=503)
            before = scene.ask("counts")
            assert before["SmartAccountRequest"] == 0
        finally:
            set_read_only(scene, ours, "off")
    scene.smtp.wait_for(3)
    scene.until_states({"sent": 3})
    dana.page, dana.path = review
    dana.press("Submit Request").is_at("Access Request Sent")
    scene.smtp.wait_for(5)
    scene.until_states({"sent": 5})
    assert kinds(scene) == [BULK, BULK, BULK, "nomination", "request_sent"]
    assert len({one.message["Message-ID"] for one in scene.smtp.arrived}) == len(scene.smtp.arrived)


def set_read_only(scene: Scene, ours: psycopg.Connection, value: str) -> None:
    """Let every session only read from its next transaction on, as on a server that became a standby; or end that."""
    ours.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}".encode())
    ours.execute("SELECT pg_reload_conf()")
    scene.until(lambda: ours.execute("SHOW default_transaction_read_only").fetchone() == (value,))
