"""A mail server that refuses one, refuses all, is busy, or hangs up at the wrong moment."""

import pytest

from tests.faults.scene import Scene

pytestmark = [pytest.mark.faults, pytest.mark.fault(12)]
BULK = "email_changed"


def test_one_unknown_address_among_many_costs_one_letter(scene: Scene) -> None:
    scene.smtp.order("rcpt", "550 5.1.1 no such user", to=r"^reader57@")
    scene.post(BULK, prefix="reader", count=200)
    scene.start_worker("bulk", processes=2)
    scene.start_beat()
    scene.smtp.wait_for(199)
    scene.until_states({"sent": 199, "refused": 1})
    assert scene.ask("rows")["reader:57"]["error_code"] == "550 5.1.1"
    assert len({one.to for one in scene.smtp.arrived}) == len(scene.smtp.arrived) == 199


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("rcpt", "550 5.7.1 your network is listed"),
        pytest.param("mail", "451 4.3.0 try later", marks=pytest.mark.slow),
    ],
)
def test_a_server_that_refuses_everybody_burns_no_letter(scene: Scene, stage: str, reply: str) -> None:
    scene.smtp.order(stage, reply)
    scene.post(BULK, prefix="reader", count=20)
    scene.start_worker("bulk", processes=2)
    scene.start_beat()
    scene.until(lambda: scene.smtp.commands["MAIL"] >= 2)
    scene.until(lambda: scene.ask("routes").get("bulk"))
    scene.until_states({"queued": 20})
    # The route rests and is probed: nobody hammers a server that refuses.
    assert scene.smtp.commands["MAIL"] <= 5
    scene.smtp.obey_no_more()
    scene.smtp.wait_for(20)
    scene.until_states({"sent": 20})
    assert len(scene.smtp.arrived) == 20
    assert {row["attempts"] for row in scene.ask("rows").values()} == {1}


@pytest.mark.slow
def test_a_server_that_is_away_gets_every_letter_once_when_it_returns(scene: Scene) -> None:
    scene.smtp.stop()
    scene.post(BULK, prefix="reader", count=20)
    scene.start_worker("bulk", processes=2)
    scene.start_beat()
    scene.until(lambda: scene.ask("routes").get("bulk"))
    scene.smtp.start()
    scene.smtp.wait_for(20)
    scene.until_states({"sent": 20})
    assert len(scene.smtp.arrived) == 20


def test_a_line_cut_after_data_makes_one_letter_wait_and_the_others_flow(scene: Scene) -> None:
    scene.smtp.order("answer", cut=True, times=1)
    scene.post(BULK, prefix="reader", count=10)
    scene.start_worker("bulk", processes=1)
    scene.smtp.wait_for(10)
    scene.until_states({"sent": 9, "queued": 1})
    unanswered = [one.to for one in scene.smtp.arrived if not one.was_answered]
    assert unanswered == ["reader0@reader.example"]
