"""Beat dead for three days, two beats at once, a server in Europe/Berlin, and workers whose clock is wrong."""

import pytest

from tests.faults.scene import Scene
from tests.make import DANA, PRIYA

pytestmark = pytest.mark.faults
BULK = "email_changed"
OPS = "ops@operator.example"


def kinds(scene: Scene, to: str) -> list[str]:
    """Name the kinds of the letters that arrived at an address."""
    return [str(one.message["Feedback-ID"]).partition(":")[0] for one in scene.smtp.letters_to(to)]


def let_clock_run(scene: Scene, *, times: int, name: str) -> None:
    """Have the one worker run the clock's tasks so many times, and send what they promise."""
    for _ in range(times):
        for task in ("remind", "expire"):
            scene.ask("publish", task=f"requests_app.tasks.{task}", queue="bulk", count=1)
    # It takes one task after the other: the heartbeat behind them says that they are done. Their letters are due
    # before one that is posted only then, and so leave before it.
    before = scene.ask("heartbeats")
    scene.ask("publish", task="heartbeat", queue="bulk", count=1, arguments=["bulk"])
    scene.until(lambda: scene.ask("heartbeats") != before)
    scene.post(BULK, prefix=name)
    scene.until(lambda: scene.smtp.letters_to(f"{name}0@reader.example"))


@pytest.mark.fault(7, 8)
def test_after_three_days_without_beat_a_link_ends_once_and_nobody_is_reminded_of_it(scene: Scene) -> None:
    scene.environment["TZ"] = "Europe/Berlin"
    scene.ask("submit_long_ago", days=15.5, reminded=[3, 7])
    scene.start_worker("bulk")
    # Two beats, as after a fail-over that found the first one alive.
    let_clock_run(scene, times=2, name="first")
    let_clock_run(scene, times=1, name="second")
    assert kinds(scene, DANA) == ["choose_authorizer"]
    assert kinds(scene, PRIYA) == []
    assert scene.ask("request")["authorization"] == "lapsed"


@pytest.mark.fault(8)
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_worker_whose_clock_is_wrong_ends_nothing_tells_ops_and_still_sends(
    scene: Scene, hours: int
) -> None:
    scene.environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.faults.sabotage.settings",
        "ALERT_EMAILS": OPS,
    }
    scene.ask("submit_long_ago", days=15.5, reminded=[3, 7])
    scene.environment["CLOCK_SKEW_SECONDS"] = str(hours * 3600)
    scene.start_worker("bulk")
    let_clock_run(scene, times=2, name="reader")
    scene.until(lambda: scene.smtp.letters_to(OPS))
    assert set(kinds(scene, OPS)) == {"operator_alert"}
    said = [str(one.message.get_body(("plain",))) for one in scene.smtp.letters_to(OPS)]
    assert any("in the database" in text for text in said)
    assert kinds(scene, DANA) == kinds(scene, PRIYA) == []
    assert scene.ask("request")["authorization"] == "pending"
