"""An upgrade without a break: the last release's processes go on, on the new schema and beside the new ones."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.faults.scene import ROOT, Scene
from tests.upgrades import released

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.release]
URGENT, BULK = "already_registered", "email_changed"


@pytest.fixture
def last_release(tmp_path: Path) -> Path:
    """The last release's files, out of the history."""
    archive = subprocess.run(
        ["git", "archive", released.COMMIT],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(tmp_path, filter="data")
    return tmp_path


def test_the_last_releases_workers_send_what_the_new_one_promises(scene: Scene, last_release: Path) -> None:
    scene.ask("submit", name="dana")
    scene.post(URGENT, prefix="urgent", count=3)
    scene.post(BULK, prefix="bulk", count=3)
    scene.start_worker("urgent", root=last_release)
    scene.start_worker("bulk", root=last_release)
    scene.start_beat()
    scene.smtp.wait_for(8, seconds=90)
    scene.until_states({"sent": 8}, seconds=10)
    assert len(scene.smtp.arrived) == 8


def test_the_new_workers_send_what_the_last_release_promises(scene: Scene, last_release: Path) -> None:
    scene.hire_clerk(last_release)
    scene.post(URGENT, prefix="urgent", count=3)
    scene.post(BULK, prefix="bulk", count=3)
    scene.start_worker("urgent")
    scene.start_worker("bulk")
    scene.start_beat()
    scene.smtp.wait_for(6, seconds=90)
    scene.until_states({"sent": 6}, seconds=10)
    assert len(scene.smtp.arrived) == 6
