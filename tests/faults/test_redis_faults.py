"""Redis refused, silent, full or emptied: a submission is late at most, never lost."""

import os
import signal

import pytest

from tests.faults.scene import Scene

pytestmark = pytest.mark.faults
URGENT = "already_registered"


def test_with_redis_refused_a_post_is_quick_and_its_letter_leaves_after_the_return(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_beat()
    scene.post(URGENT, prefix="before")
    scene.smtp.wait_for(1, seconds=40)
    scene.kill(scene.redis_process)
    assert scene.post(URGENT, prefix="reader", count=3) < 0.5
    assert len(scene.ask("rows")) == 4
    scene.start_redis()
    scene.smtp.wait_for(4, seconds=60)
    scene.until_states({"sent": 4}, seconds=5)
    assert len(scene.smtp.arrived) == 4


def test_with_redis_silent_the_first_post_waits_a_moment_and_the_next_do_not(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_beat()
    scene.post(URGENT, prefix="before")
    scene.smtp.wait_for(1, seconds=40)
    os.killpg(scene.redis_process.pid, signal.SIGSTOP)
    assert scene.post(URGENT, prefix="first") < 1.5
    assert scene.post(URGENT, prefix="next", count=20) < 0.3
    os.killpg(scene.redis_process.pid, signal.SIGCONT)
    scene.smtp.wait_for(22, seconds=60)
    scene.until_states({"sent": 22}, seconds=5)
    assert len(scene.smtp.arrived) == 22


def test_with_redis_full_a_post_is_quick_and_its_letter_leaves_when_there_is_room(scene: Scene) -> None:
    scene.start_worker("urgent")
    scene.start_beat()
    scene.redis().config_set("maxmemory", 1)
    assert scene.post(URGENT, prefix="reader", count=3) < 1.5
    scene.redis().config_set("maxmemory", 0)
    scene.smtp.wait_for(3, seconds=60)
    scene.until_states({"sent": 3}, seconds=5)
    assert len(scene.smtp.arrived) == 3


def test_redis_emptied_between_commit_and_send_loses_no_letter_and_doubles_none(scene: Scene) -> None:
    scene.post(URGENT, prefix="before", count=3)
    scene.redis().flushall()
    scene.start_worker("urgent")
    scene.start_beat()
    scene.smtp.wait_for(3, seconds=30)
    # Worker, beat and clerk now hold connections that once declared their queues; those are gone.
    scene.redis().flushall()
    scene.post(URGENT, prefix="after", count=3)
    scene.smtp.wait_for(6, seconds=30)
    scene.until_states({"sent": 6}, seconds=5)
    assert len(scene.smtp.arrived) == 6
