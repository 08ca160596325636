"""Redis refused, silent, full or emptied: a submission is late at most, never lost."""

import os
import signal
import threading

import pytest

from tests.faults.scene import Scene

pytestmark = pytest.mark.faults
URGENT = "already_registered"
PROMISED_SECONDS = 60
"""So long after Redis' return a letter may take."""


@pytest.mark.fault(1)
def test_with_redis_refused_a_post_is_quick_and_its_letter_leaves_after_the_return(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_beat()
    scene.post(URGENT, prefix="before")
    scene.smtp.wait_for(1)
    scene.kill(scene.redis_process)
    assert scene.post(URGENT, prefix="reader", count=3) < 0.5
    assert len(scene.ask("rows")) == 4
    scene.start_redis()
    scene.smtp.wait_for(4, seconds=PROMISED_SECONDS)
    scene.until_states({"sent": 4})
    assert len(scene.smtp.arrived) == 4


@pytest.mark.fault(1)
def test_with_redis_silent_the_first_post_waits_a_moment_and_the_next_do_not(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_beat()
    scene.post(URGENT, prefix="before")
    scene.smtp.wait_for(1)
    os.killpg(scene.redis_process.pid, signal.SIGSTOP)
    assert scene.post(URGENT, prefix="first") < 1.5
    assert scene.post(URGENT, prefix="next", count=20) < 0.3
    os.killpg(scene.redis_process.pid, signal.SIGCONT)
    scene.smtp.wait_for(22, seconds=PROMISED_SECONDS)
    scene.until_states({"sent": 22})
    assert len(scene.smtp.arrived) == 22


@pytest.mark.fault(1)
def test_with_redis_full_a_post_is_quick_and_its_letter_leaves_when_there_is_room(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_beat()
    scene.redis().config_set("maxmemory", 1)
    assert scene.post(URGENT, prefix="reader", count=3) < 1.5
    scene.redis().config_set("maxmemory", 0)
    scene.smtp.wait_for(3, seconds=PROMISED_SECONDS)
    scene.until_states({"sent": 3})
    assert len(scene.smtp.arrived) == 3


@pytest.mark.fault(2)
def test_redis_emptied_between_commit_and_send_loses_no_letter_and_doubles_none(scene: Scene) -> None:
    scene.post(URGENT, prefix="before", count=3)
    scene.redis().flushall()
    scene.start_worker("urgent")
    scene.start_beat()
    scene.smtp.wait_for(3)
    # Worker, beat and clerk now hold connections that once declared their queues; those are gone.
    scene.redis().flushall()
    scene.post(URGENT, prefix="after", count=3)
    scene.smtp.wait_for(6)
    scene.until_states({"sent": 6})
    assert len(scene.smtp.arrived) == 6


@pytest.mark.fault(2)
def test_a_worker_that_holds_a_task_it_has_not_begun_outlives_its_redis(scene: Scene) -> None:
    """Both of its processes are busy, it has taken one task more, and waits for the next when the line breaks."""
    scene.environment |= {"LEASE_SECONDS_URGENT": "120", "LETTER_SECONDS_URGENT": "60"}
    goes_on = threading.Event()
    scene.smtp.order("answer", times=2, held_until=goes_on)
    worker = scene.start_worker("urgent", processes=2)
    for number in (1, 2):
        scene.post(URGENT, prefix=f"held{number}x")
        scene.smtp.wait_for(number)
    scene.ask("publish", task="deliver_urgent", queue="urgent", count=1)
    scene.until(lambda: scene.redis().hlen("unacked"))
    scene.kill(scene.redis_process)
    log = scene.folder / "worker-urgent.log"
    scene.until(lambda: "Connection to broker lost" in log.read_text())
    goes_on.set()
    scene.start_redis()
    scene.post(URGENT, prefix="after")
    scene.start_beat()
    scene.until(lambda: len(scene.smtp.arrived) == 3 or worker.poll() is not None)
    scene.until_states({"sent": 3})
    assert worker.poll() is None


@pytest.mark.fault(2)
def test_redis_restarted_five_times_under_load_loses_no_letter_and_doubles_none(scene: Scene) -> None:
    scene.start_worker("urgent", processes=2)
    scene.start_beat()
    scene.post(URGENT, prefix="first")
    scene.smtp.wait_for(1)
    for number in range(5):
        scene.post(URGENT, prefix=f"before{number}x", count=10)
        scene.kill(scene.redis_process)
        scene.post(URGENT, prefix=f"without{number}x", count=5)
        scene.start_redis()
        scene.post(URGENT, prefix=f"after{number}x", count=10)
    scene.smtp.wait_for(126)
    scene.until_states({"sent": 126})
    # The workers consume again: a letter leaves by them after the last restart, with all queues empty before it.
    scene.post(URGENT, prefix="last")
    scene.smtp.wait_for(127)
    scene.until_states({"sent": 127})
    assert len({one.to for one in scene.smtp.arrived}) == len(scene.smtp.arrived) == 127
