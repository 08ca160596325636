"""A backup of an hour ago is restored: nothing is sent again without an operator's word."""

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import with_postgres
from tests.faults.scene import Scene

pytestmark = [pytest.mark.faults, pytest.mark.fault(16)]


def _tool(name: str, database_url: str, *words: str | Path) -> None:
    """Run one of PostgreSQL's own tools on the server of a database."""
    host = parse_qs(urlsplit(database_url).query)["host"][0]
    tool = (with_postgres.binaries() / "initdb").resolve().with_name(name)
    if not tool.exists():
        pytest.skip(f"{tool} is missing")
    command = [tool, "--host", host, "--username", "postgres", *words]
    subprocess.run(command, check=True, capture_output=True)


def _restored(scene: Scene, backup: Path) -> str:
    """Restore the backup into a database of its own; returns its URL."""
    url = scene.environment["DATABASE_URL"]
    name = urlsplit(url).path.lstrip("/")
    _tool("createdb", url, f"{name}restored")
    _tool("pg_restore", url, "--exit-on-error", "--dbname", f"{name}restored", backup)
    return url.replace(f"/{name}?", f"/{name}restored?")


def _manage(scene: Scene, *words: str) -> str:
    return str(scene.ask("manage", words=list(words))["said"])


def test_after_a_restore_nothing_leaves_without_a_word_and_then_each_letter_once(scene: Scene) -> None:
    backup = scene.folder / "backup"
    scene.ask("submit", name="first")
    _manage(scene, "send_due")
    scene.smtp.wait_for(2, seconds=20)
    scene.ask("submit", name="second")
    url = scene.environment["DATABASE_URL"]
    _tool("pg_dump", url, "--format", "custom", "--file", backup, urlsplit(url).path.lstrip("/"))
    # Life goes on, until the database is lost.
    _manage(scene, "send_due")
    scene.ask("submit", name="third")
    _manage(scene, "send_due")
    scene.smtp.wait_for(6, seconds=20)
    sent_since = {str(one.message["Message-ID"]): one for one in scene.smtp.arrived[2:4]}

    scene.move_to(_restored(scene, backup))
    said = _manage(scene, "hold_outbox")
    assert "2 would leave" in said
    listed = {line.split()[0]: line for line in _manage(scene, "hold_outbox", "--list").splitlines()}
    assert set(listed) == set(sent_since)
    assert all(sent_since[message_id].to in line for message_id, line in listed.items())

    for route in ("urgent", "bulk"):
        scene.ask("publish", task=f"deliver_{route}", queue=route, count=2)
        scene.start_worker(route)
    scene.start_beat()
    # A heartbeat stands behind the deliveries in its worker's queue.
    scene.until(lambda: set(scene.ask("heartbeats")) == {"urgent", "bulk"}, seconds=60)
    assert scene.states() == {"sent": 2, "queued": 2}
    assert len(scene.smtp.arrived) == 6

    # The mail system's log shows one of the two; the other is sent again, as the same letter.
    known, other = sent_since
    log = scene.folder / "mail.log"
    log.write_text(f"Nov 25 14:01:02 mail postfix/cleanup[77]: 4AB: message-id={known}\n")
    assert "sent: 1." in _manage(scene, "hold_outbox", "--sent", str(log))
    _manage(scene, "hold_outbox", "--release")
    scene.smtp.wait_for(7, seconds=30)
    scene.until_states({"sent": 4}, seconds=10)
    assert len(scene.smtp.arrived) == 7
    again = scene.smtp.arrived[6]
    assert again.message["Message-ID"] == other
    assert again.message.get_body(("plain",)) is not None
    first = sent_since[other].message.get_body(("plain",))
    assert again.message.get_body(("plain",)).get_content() == first.get_content()  # type: ignore[union-attr]
