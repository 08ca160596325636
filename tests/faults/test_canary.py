"""No link and no code stands anywhere but in the letters: not in a log, Redis, the database or the dashboard.

Everything runs as in earnest: gunicorn, Celery's workers and beat, Redis, Flower and a mail server. People go the
whole way over HTTP; then every place that keeps something is searched for what their letters carried."""

import base64
import binascii
import re
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
import redis
from pytest_django.fixtures import Settings

from tests.faults.conftest import DATABASES
from tests.faults.office import Office, Person
from tests.faults.scene import Scene
from tests.journeys import asking
from tests.journeys.test_reference_example import DANA, PRIYA, register

pytestmark = pytest.mark.faults

SAM = "sam.ortiz@cco-esup.example"


class Wire:
    """Writes down every command that reaches Redis, from the first to the last."""

    def __init__(self, path: Path) -> None:
        self._heard = bytearray()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(path))
        self._socket.sendall(b"MONITOR\r\n")
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while chunk := self._socket.recv(65536):
            self._heard += chunk

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    @property
    def heard(self) -> str:
        return self._heard.decode(errors="replace")


@pytest.fixture
def office(scene: Scene, settings: Settings) -> Iterator[Office]:
    """The whole product in processes of its own."""
    with Office(scene) as office:
        settings.BASE_URL = office.url
        yield office


@pytest.mark.parametrize("scene", DATABASES, indirect=True)
def test_no_link_and_no_code_is_kept_anywhere(office: Office) -> None:
    scene = office.scene
    with closing(Wire(scene.socket)) as wire:
        secrets = go_the_whole_way(office)
        seen_by_ops = read_the_dashboard(office)
        office.stop_workers()
        ask_once_more(office)

    places = {
        "the commands that reached Redis": wire.heard,
        "Redis": dump_of_redis(scene),
        "the database": dump_of_database(scene.environment["DATABASE_URL"]),
        "the dashboard": seen_by_ops,
        **{f"the file {path.name}": text for path, text in files(scene.folder)},
    }
    check_that_the_search_would_find(places)
    found = [
        f"{what} in {place}"
        for place, text in places.items()
        for what, pattern in secrets.items()
        if pattern.search(text) or pattern.search(inside(text))
    ]
    assert found == []


def go_the_whole_way(office: Office) -> dict[str, re.Pattern[str]]:
    """Register, ask, be asked, and authorize, with the mistakes that end up in logs; returns what to search for."""
    dana, priya = Person(DANA, office), Person(PRIYA, office)
    register(dana)
    codes = {"the code of the registration": dana.read[0].code}
    asking.ask(dana, authorizer=PRIYA)
    letter = priya.letter("nomination")
    link, stop = letter.link("/a/"), letter.link("/n/")
    for path in (link, stop, f"{link}>", f"{link}=0A", f"{link}?from=mail", f"{stop}/not-meant/"):
        priya.open(path)
    # What Django itself complains of, with the path in its words: another method, and a form without its proof.
    assert priya.client.send("PUT", link).status_code == 405
    assert priya.client.send("POST", f"{stop}/not-meant/").status_code == 403
    priya.open(link).choose("Authorize activation").press("Continue").is_at("Authorize activation?")
    codes["the code of the authorizer"] = code = priya.letter("authorizer_code").code
    priya.tick("I have read this statement").type("Code", f"{code[:3]} {code[3:]}0").press(
        "Authorize activation"
    )
    assert priya.status == 422
    priya.type("Code", f"{code[:3]} {code[3:]}").press("Authorize activation").is_at("You authorized it")
    receipt = priya.letter("decision_receipt").link("/r/")
    priya.open(receipt).is_at("You authorized this")
    priya.open(link)
    assert priya.status == 410
    tokens = {"the authorization link": link, "the stop link": stop, "the receipt's link": receipt}
    return {
        **{name: token_pattern(path.rpartition("/")[2]) for name, path in tokens.items()},
        **{name: code_pattern(code.replace(" ", "")) for name, code in codes.items()},
    }


def ask_once_more(office: Office) -> None:
    """Leave something in the queues for which there is no worker any more."""
    sam = Person(SAM, office)
    sam.open("/accounts/signup/").type("E-mail address", SAM).type("Full name", "Sam Ortiz")
    sam.type("Password", "four quiet herons wade").press("Register Now").is_at("Enter the code")


def read_the_dashboard(office: Office) -> str:
    """Read Flower as ops do, through the door, and its own interface behind the door, too."""
    otto = office.ops()
    pages = [read(otto, f"/ops/flower/{page}") for page in ("", "tasks", "broker", "workers")]
    told = office.ask_flower("/ops/flower/api/tasks?limit=1000")
    ids = re.findall(r'"uuid": "([0-9a-f-]{36})"', told)
    assert ids, "the dashboard saw no task"
    pages += [read(otto, f"/ops/flower/task/{one}") for one in ids[:20]]
    pages += [office.ask_flower(f"/ops/flower/api/task/info/{one}") for one in ids]
    pages += [
        office.ask_flower(f"/ops/flower/api/{part}") for part in ("workers", "queues/length", "task/types")
    ]
    return "\n".join([told, *pages])


def read(otto: Person, path: str) -> str:
    answer = otto.client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def token_pattern(token: str) -> re.Pattern[str]:
    """Match a token, in any case, and its letters as hexadecimal digits."""
    assert re.fullmatch("[a-z2-7]{32}", token)
    return re.compile(f"{token}|{token.encode().hex()}", re.IGNORECASE)


def code_pattern(code: str) -> re.Pattern[str]:
    """Match a code that stands alone: the fraction of a second or an id may hold the same digits."""
    assert re.fullmatch("[0-9]{6}", code)
    return re.compile(rf"(?<![\w.:+-]){code[:3]} ?{code[3:]}(?![\w.:+-])")


def inside(text: str) -> str:
    """Return what stands in base64 in a text: Celery's messages do."""
    found = []
    for run in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        with suppress(binascii.Error):
            found.append(base64.b64decode(run + "=" * (-len(run) % 4)).decode("latin-1"))
    return "\n".join(found)


def dump_of_redis(scene: Scene) -> str:
    """Return every key with its value, whatever its type."""
    readers = {
        "string": lambda client, key: client.get(key),
        "list": lambda client, key: client.lrange(key, 0, -1),
        "hash": lambda client, key: client.hgetall(key),
        "set": lambda client, key: client.smembers(key),
        "zset": lambda client, key: client.zrange(key, 0, -1, withscores=True),
        "stream": lambda client, key: client.xrange(key),
    }
    with redis.Redis(unix_socket_path=str(scene.socket), decode_responses=True) as client:
        return "\n".join(f"{key}: {readers[client.type(key)](client, key)}" for key in client.scan_iter())


def dump_of_database(url: str) -> str:
    """Return every column of every row of every table."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return "\n".join(connection.iterdump())
    host, name = url.partition("host=")[2], re.findall(r"@/(\w+)\?", url)[0]
    lines: list[str] = []
    with psycopg.connect(host=host, user="postgres", dbname=name) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f'SELECT row::text FROM "{table}" AS row'.encode()).fetchall()
            lines += [f"{table}: {row}" for (row,) in rows]
    return "\n".join(lines)


def files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file that the product wrote, its database as bytes among them."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes().decode("latin-1")


def check_that_the_search_would_find(places: dict[str, str]) -> None:
    """Check that each place holds what it must: an empty one would prove nothing."""
    assert "/a/[token]" in places["the file web.log"]
    assert "deliver_urgent" in places["the commands that reached Redis"]
    assert '"callbacks"' in inside(places["the commands that reached Redis"])
    assert "_kombu.binding." in places["Redis"]
    assert '"callbacks"' in inside(places["Redis"])
    assert PRIYA in places["the database"]
    assert "deliver_urgent" in places["the dashboard"]
    assert "worker-urgent.log" in " ".join(places)
