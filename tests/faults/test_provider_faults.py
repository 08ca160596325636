"""A provider that is busy, broken or not to be trusted, asked by a real worker: counted on the provider's side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import self_signed
from tests.faults.provider import Answer, Provider
from tests.faults.scene import Scene

pytestmark = [pytest.mark.faults, pytest.mark.fault(13)]
BULK, ONCE_ONLY = "email_changed", "reviewer_digest"
OPS = "ops@operator.example"


@pytest.fixture
def provider(scene: Scene) -> Iterator[Provider]:
    """A provider by whom letters leave."""
    with Provider() as provider:
        scene.environment |= {"EMAIL_URL": provider.email_url, "ALERT_EMAILS": OPS}
        yield provider


@pytest.mark.slow
def test_after_429_500_and_babble_every_letter_was_taken_once_and_no_sooner_than_asked(
    scene: Scene, provider: Provider
) -> None:
    provider.answers += [Answer(429, headers={"Retry-After": "4"}), Answer(500, "oops")]
    scene.post(BULK, prefix="reader", count=20)
    scene.start_worker("bulk")
    scene.start_beat()
    provider.wait_for(20)
    scene.until_states({"sent": 20})
    assert sorted(one.to for one in provider.taken) == sorted(f"reader{n}@reader.example" for n in range(20))
    assert {row["attempts"] for row in scene.ask("rows").values()} == {1}
    first, second, third = [asked.at for asked in provider.asked[:3]]
    assert second - first >= 4
    assert third - second >= 2

    # It says yes in words that nobody can read: a digest of that may be with its reader already.
    provider.answers.append(Answer(200, "<html>Welcome!</html>", takes=True))
    scene.post(ONCE_ONLY, prefix="once")
    provider.wait_for(21)
    scene.post(BULK, prefix="later", count=3)
    provider.wait_for(24)
    scene.until_states({"sent": 23, "unknown": 1})
    assert len({one.to for one in provider.taken}) == len(provider.taken) == 24


def test_a_provider_without_a_good_certificate_gets_nothing_until_it_has_one_and_ops_are_told(
    scene: Scene, tmp_path: Path
) -> None:
    certificate, context = self_signed(tmp_path)
    with Provider(tls=context) as provider:
        scene.environment |= {"EMAIL_URL": provider.email_url, "ALERT_EMAILS": OPS}
        scene.post(BULK, prefix="reader", count=5)
        worker = scene.start_worker("bulk")
        scene.start_beat()
        scene.until(lambda: scene.ask("routes").get("bulk"))
        scene.ask("age_routes", minutes=15)
        scene.until(lambda: scene.states() == {"queued": 6}, told=lambda: f"{scene.states()}")
        assert provider.asked == []
        scene.kill(worker)
        scene.environment["REQUESTS_CA_BUNDLE"] = str(certificate)
        scene.start_worker("bulk")
        provider.wait_for(6)
        scene.until_states({"sent": 6})
        readers = [f"reader{number}@reader.example" for number in range(5)]
        assert sorted(one.to for one in provider.taken) == sorted([OPS, *readers])
