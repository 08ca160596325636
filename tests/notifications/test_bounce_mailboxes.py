"""`manage.py read_bounces` at a real IMAP connection: in order, refused, and cut at every step."""

import mailbox
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from notifications import composing, outbox, policies
from notifications.emails import Nomination
from notifications.models import DeliveryEvent, OutgoingEmail, State, Why
from tests.certificates import self_signed
from tests.notifications.imap_server import PASSWORD, USER, Cut, ImapServer
from tests.notifications.test_bounces import bounce

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
ROOT = Path(__file__).resolve().parent.parent.parent
QUESTION = b"From: ida@acme.example\r\nSubject: a question\r\n\r\nMay I ask?\r\n"


@pytest.fixture(autouse=True)
def _return_path(settings: Settings) -> None:
    settings.RETURN_PATH = "bounces@operator.example"


@pytest.fixture
def told() -> list[str]:
    """Whose nominations were told to have come back, once for each telling."""
    heard: list[str] = []

    def undeliverable(letter: outbox.PostedLetter, why: Why) -> None:
        heard.append(letter.to)

    policies.policy("nomination", undeliverable=undeliverable)
    return heard


def sent(number: int) -> OutgoingEmail:
    outbox.post(Nomination.sample(), to=f"a{number}@acme.example", key=f"nomination:{number}")
    OutgoingEmail.objects.filter(key=f"nomination:{number}").update(state=State.SENT, sent_at=timezone.now())
    return OutgoingEmail.objects.get(key=f"nomination:{number}")


def came_back(number: int, *, more: bytes = b"") -> bytes:
    """What a mail system says of the letter of this number."""
    return bounce(to=composing.return_path(sent(number).pk), number=number) + more


@pytest.fixture
def bounces(told: list[str]) -> list[bytes]:
    """Three letters that came back."""
    return [came_back(number) for number in (1, 2, 3)]


def url(server: ImapServer, *, scheme: str = "imap", password: str = PASSWORD, folder: str = "INBOX") -> str:
    return f"{scheme}://{quote(USER, safe='')}:{quote(password, safe='')}@localhost:{server.port}/{folder}"


def read(url: str) -> str:
    out = StringIO()
    call_command("read_bounces", url, stdout=out)
    return out.getvalue()


def states() -> list[str]:
    return [letter.state for letter in OutgoingEmail.objects.order_by("id")]


def test_bounces_are_understood_and_removed_and_anything_else_stays(
    bounces: list[bytes], told: list[str]
) -> None:
    nobodys = bounce(to="requests@operator.example", returned="<unknown@elsewhere.example>")
    with ImapServer(bounces[0], QUESTION, bounces[1], nobodys, bounces[2]) as server:
        assert read(url(server)) == "3 bounce messages understood.\n"
        assert list(server.messages.values()) == [QUESTION, nobodys]
        assert server.deleted == set()
        assert read(url(server)) == "0 bounce messages understood.\n"
        assert server.commands[-1] == "LOGOUT"
    assert states() == [State.BOUNCED] * 3
    assert told == ["a1@acme.example", "a2@acme.example", "a3@acme.example"]


def test_an_empty_mailbox_is_read_in_vain() -> None:
    with ImapServer() as server:
        assert read(url(server)) == "0 bounce messages understood.\n"


def test_of_a_huge_message_the_beginning_is_read_and_enough(told: list[str], tmp_path: Path) -> None:
    huge = came_back(1, more=b"Received: and so on\r\n" * 100_000)
    with ImapServer(huge, b"Subject: film\r\n\r\n" + b"\0\1\2\xff" * 500_000) as server:
        assert read(url(server)) == "1 bounce messages understood.\n"
        assert len(server.messages) == 1
        assert server.most_bytes_sent == 1_000_000
    box = mailbox.Maildir(str(tmp_path / "bounces"))
    box.add(huge)
    box.close()
    assert read(f"maildir://{tmp_path / 'bounces'}") == "1 bounce messages understood.\n"
    assert DeliveryEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("cut", "understood"),
    [
        (Cut("UID SEARCH"), 0),
        (Cut("UID FETCH", after=1), 1),
        (Cut("UID FETCH", after=1, late=True), 1),
        (Cut("UID STORE", after=1), 2),
        (Cut("UID STORE", after=1, late=True), 2),
        (Cut("EXPUNGE"), 3),
        (Cut("EXPUNGE", late=True), 3),
    ],
    ids=str,
)
def test_cut_anywhere_nothing_is_lost_and_nothing_counts_twice(
    bounces: list[bytes], told: list[str], cut: Cut, understood: int
) -> None:
    with ImapServer(*bounces, QUESTION) as server:
        server.cut = replace(cut)
        with pytest.raises(CommandError, match="broke off: ") as refused:
            read(url(server))
        assert f"{understood} bounce messages understood; what is left" in str(refused.value)
        assert len(told) == understood
        server.cut = None
        read(url(server))
        assert list(server.messages.values()) == [QUESTION]
    assert states() == [State.BOUNCED] * 3
    assert sorted(told) == ["a1@acme.example", "a2@acme.example", "a3@acme.example"]
    assert DeliveryEvent.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "wrong"}, "localhost refuses the login: [AUTHENTICATIONFAILED] Authentication failed."),
        ({"password": "wröng"}, "localhost refuses the login: IMAP takes user, password and folder in ASCII"),
        ({"folder": "Bounces"}, "does not open the folder Bounces: [NONEXISTENT] Unknown mailbox."),
        ({"scheme": "imap+tls"}, "localhost cannot be reached: TLS not supported by server"),
    ],
    ids=lambda given: str(given),
)
def test_a_refusal_is_said_in_words_without_the_password(
    bounces: list[bytes], wrong: dict[str, str], said: str
) -> None:
    with ImapServer(*bounces) as server, pytest.raises(CommandError) as refused:
        read(url(server, **wrong))
    assert said in str(refused.value)
    assert "wr" not in str(refused.value)
    assert states() == [State.SENT] * 3


def test_a_refused_login_ends_the_command_with_a_sentence_and_a_status() -> None:
    with ImapServer() as server:
        ended = subprocess.run(
            [sys.executable, "manage.py", "read_bounces", url(server, password="wrong")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "CommandError: localhost refuses the login: [AUTHENTICATIONFAILED]" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_where_nobody_listens_it_is_said() -> None:
    with ImapServer() as server:
        address = url(server)
    with pytest.raises(CommandError, match=r"localhost cannot be reached: .*refused"):
        read(address)


@pytest.mark.parametrize("scheme", ["imaps", "imap+tls"])
def test_over_tls_the_certificate_is_checked_before_the_password_is_said(
    bounces: list[bytes], scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = self_signed(tmp_path)
    with ImapServer(*bounces, tls=context, starttls=scheme == "imap+tls") as server:
        with pytest.raises(CommandError, match=r"localhost cannot be reached: .*certificate verify failed"):
            read(url(server, scheme=scheme))
        assert server.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert read(url(server, scheme=scheme)) == "3 bounce messages understood.\n"
        assert server.logins == [(USER, PASSWORD)]


@pytest.mark.parametrize(
    "address",
    ["", "ftp://localhost/", "imaps:///INBOX", "imap://host:port/", "imaps://a:b@[broken/INBOX"],
)
def test_what_names_no_mailbox_is_refused(address: str) -> None:
    with pytest.raises(CommandError, match="Name a mailbox: maildir:///path or imaps://"):
        read(address)


def test_a_password_is_not_sent_readable_over_a_network() -> None:
    with pytest.raises(CommandError, match="name the mailbox by imaps://"):
        read("imap://user:password@mail.operator.example/INBOX")


def test_a_maildir_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"There is no Maildir at {tmp_path}/none"):
        read(f"maildir://{tmp_path}/none")
