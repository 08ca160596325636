"""Letters that harm: one whose rendering ends the process each time, and a kind whose template is wrong."""

from collections import Counter

import pytest

from tests.faults.scene import Scene

pytestmark = pytest.mark.faults
URGENT = "already_registered"
OPS = "ops@operator.example"


@pytest.mark.slow
@pytest.mark.fault(4)
def test_a_letter_that_kills_its_worker_dies_alone_and_a_faulty_kind_dies_at_once(scene: Scene) -> None:
    scene.environment |= {
        "DJANGO_SETTINGS_MODULE": "tests.faults.sabotage.settings",
        "ALERT_EMAILS": OPS,
        "LEASE_SECONDS_URGENT": "2",
        "LETTER_SECONDS_URGENT": "1",
    }
    # The poison lies in the middle of what one claim takes.
    scene.post(URGENT, prefix="before", count=4)
    scene.post("poison", prefix="poison")
    scene.post("faulty", prefix="faulty", count=3)
    scene.post(URGENT, prefix="after", count=6)
    # Celery replaces an ended process within five seconds; the poison need not wait for it.
    scene.start_worker("urgent", processes=3)
    scene.start_worker("bulk")
    scene.start_beat()

    scene.until(lambda: scene.ask("rows")["poison:0"]["state"] == "dead")
    scene.until(lambda: len(scene.smtp.letters_to(OPS)) == 2)
    rows = scene.ask("rows")
    poison = rows.pop("poison:0")
    assert (poison["lost_leases"], poison["attempts"]) == (8, 8 + 1)
    told = " ".join(str(one.message.get_body(("plain",))) for one in scene.smtp.letters_to(OPS))
    assert "Kind poison" in told
    assert "Kind faulty" in told

    faulty = [rows.pop(f"faulty:{number}") for number in range(3)]
    assert {row["state"] for row in faulty} == {"dead"}
    assert {row["state"] for row in rows.values()} == {"sent"}
    assert max(row["lost_leases"] for row in [*rows.values(), *faulty]) <= 1
    arrived = Counter(one.to for one in scene.smtp.arrived if one.to != OPS)
    assert set(arrived) == {
        f"{key.replace(':', '')}@reader.example" for key in rows if key.startswith(("b", "af"))
    }
    # Twice is what was on the wire when the process ended, and then it is the same letter.
    ids = Counter(one.message["Message-ID"] for one in scene.smtp.arrived)
    assert len(ids) == len(arrived) + 2
    assert max(ids.values()) <= 2
