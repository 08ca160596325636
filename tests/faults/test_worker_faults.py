"""Workers that die, are told to stop, or are told the same a hundred times."""

import signal
import threading

import pytest

from tests.faults.conftest import DATABASES
from tests.faults.scene import Scene
from tests.faults.smtp_server import PATIENCE_SECONDS

pytestmark = pytest.mark.faults
on_both = pytest.mark.parametrize("scene", DATABASES, indirect=True)

URGENT = "already_registered"
BULK = "email_changed"


@on_both
def test_a_posted_letter_leaves_by_the_nudge_alone(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.post(URGENT, prefix="first")
    scene.smtp.wait_for(1)
    scene.post(URGENT, prefix="second", count=5)
    scene.smtp.wait_for(6)
    scene.until_states({"sent": 6})


@pytest.mark.fault(3)
def test_killed_before_sending_the_letter_leaves_once(scene: Scene) -> None:
    scene.smtp.order("mail", delay_seconds=30, times=1)
    worker = scene.start_worker("urgent")
    scene.post(URGENT, prefix="reader")
    scene.until(lambda: scene.smtp.commands["MAIL"] == 1)
    scene.kill(worker)
    scene.start_worker("urgent")
    scene.start_beat()
    scene.smtp.wait_for(1)
    scene.until_states({"sent": 1})
    assert [one.to for one in scene.smtp.arrived] == ["reader0@reader.example"]
    assert scene.ask("rows")["reader:0"]["lost_leases"] == 1


@pytest.mark.fault(3)
def test_killed_after_the_letter_was_taken_it_comes_twice_at_most_and_the_same(scene: Scene) -> None:
    scene.smtp.order("answer", delay_seconds=30, times=1)
    worker = scene.start_worker("urgent")
    scene.post(URGENT, prefix="reader")
    scene.smtp.wait_for(1)
    scene.kill(worker)
    scene.start_worker("urgent")
    scene.start_beat()
    scene.until_states({"sent": 1})
    first, second = scene.smtp.arrived
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert first.message.get_body(("html",)).get_content() == second.message.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.fault(5)
def test_told_to_stop_the_letter_in_hand_finishes_and_the_rest_is_given_back(scene: Scene) -> None:
    scene.environment |= {"LEASE_SECONDS_URGENT": "120", "LETTER_SECONDS_URGENT": "60"}
    goes_on = threading.Event()
    scene.smtp.order("answer", times=1, held_until=goes_on)
    scene.post(URGENT, prefix="reader", count=6)
    worker = scene.start_worker("urgent")
    scene.smtp.wait_for(1)
    worker.send_signal(signal.SIGTERM)
    log = scene.folder / "worker-urgent.log"
    scene.until(lambda: "Warm shutdown" in log.read_text())
    goes_on.set()
    worker.wait(PATIENCE_SECONDS)
    assert scene.states() == {"sent": 1, "queued": 5}
    assert {row["attempts"] for row in scene.ask("rows").values() if row["state"] == "queued"} == {0}
    assert len(scene.smtp.arrived) == 1
    scene.start_worker("urgent")
    scene.start_beat()
    scene.smtp.wait_for(6)
    scene.until_states({"sent": 6})
    assert len({one.to for one in scene.smtp.arrived}) == len(scene.smtp.arrived) == 6


@pytest.mark.fault(6)
def test_the_same_task_a_hundred_times_and_from_two_beats_sends_one_letter(scene: Scene) -> None:
    """The letters take longer than a sweep: the next run begins while the one before still works on them."""
    scene.smtp.order("answer", delay_seconds=0.5)
    scene.start_beat()
    scene.start_beat()
    scene.post(URGENT, prefix="reader", count=5)
    scene.ask("publish", task="deliver_urgent", queue="urgent", count=100)
    scene.start_worker("urgent", processes=2)
    scene.start_worker("urgent", processes=2)
    scene.smtp.wait_for(5)
    scene.until(lambda: scene.redis().llen("urgent") == 0)
    scene.until_states({"sent": 5})
    assert len(scene.smtp.arrived) == 5


def test_a_heartbeat_goes_the_whole_way_when_beat_starts(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_worker("bulk")
    scene.start_beat()
    both = {"urgent", "bulk"}
    scene.until(lambda: set(scene.ask("heartbeats")) == both, told=lambda: f"{scene.ask('heartbeats')}")
