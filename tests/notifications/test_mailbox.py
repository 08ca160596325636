"""The demonstration's mailbox: files on disk, and the pages that show them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from notifications import mailbox, outbox
from notifications.emails import PasswordReset, RequestSent
from notifications.mailbox import KeptLetter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_policies")]
Deliver = Callable[..., list[KeptLetter]]


def deliver_two(deliver: Deliver) -> list[KeptLetter]:
    outbox.post(RequestSent.sample(), to="dana@acme.example", key="one")
    deliver()
    outbox.post(PasswordReset.sample(), to="priya@acme.example", key="two")
    return deliver()


def test_each_letter_is_a_whole_file_named_by_time_and_kind(deliver: Deliver, settings: Settings) -> None:
    deliver_two(deliver)
    names = sorted(path.name for path in Path(settings.MAILBOX_DIR).iterdir())
    assert len(names) == 2
    assert re.fullmatch(r"\d{8}T\d{12}-request_sent-1\.eml", names[0])
    assert re.fullmatch(r"\d{8}T\d{12}-password_reset-1\.eml", names[1])


def test_the_newest_letter_stands_first_and_an_address_narrows_the_list(deliver: Deliver) -> None:
    assert [letter.kind for letter in deliver_two(deliver)] == ["password_reset", "request_sent"]
    assert [letter.kind for letter in mailbox.letters(to="DANA@")] == ["request_sent"]


def test_letters_kept_at_the_same_moment_do_not_overwrite_each_other(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = mailbox.timezone.now()
    monkeypatch.setattr(mailbox.timezone, "now", lambda: moment)
    for number in range(3):
        outbox.post(RequestSent.sample(), to="dana@acme.example", key=f"key:{number}")
    assert [letter.name.rpartition("-")[2] for letter in deliver()] == ["3.eml", "2.eml", "1.eml"]


def test_the_page_lists_to_subject_and_time(client: Client, deliver: Deliver) -> None:
    newest, oldest = deliver_two(deliver)
    page = client.get("/mailbox/").content.decode()
    assert page.index(newest.subject) < page.index(oldest.subject)
    assert "priya@acme.example" in page
    filtered = client.get("/mailbox/", {"to": "dana"}).content.decode()
    assert oldest.subject in filtered
    assert newest.subject not in filtered


def test_a_letter_is_shown_as_html_in_a_sandbox_as_text_and_with_its_headers(
    client: Client, deliver: Deliver
) -> None:
    letter = deliver_two(deliver)[0]
    page = client.get(f"/mailbox/{letter.name}/").content.decode()
    assert f'src="/mailbox/{letter.name}/html"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "Auto-Submitted: auto-generated" in page
    framed = client.get(f"/mailbox/{letter.name}/html")
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "Message-ID" in client.get(f"/mailbox/{letter.name}/source").content.decode()


@pytest.mark.parametrize(
    "name",
    ["nothing.eml", "..%2Fsecrets.json", "20260101T000000000000-request_sent-1.eml", "%2Fetc%2Fpasswd"],
)
@pytest.mark.parametrize("page", ["", "html", "source"])
def test_no_other_file_can_be_read(client: Client, name: str, page: str) -> None:
    assert client.get(f"/mailbox/{name}/{page}").status_code == 404


@pytest.mark.parametrize(
    "changes", [{"DEMO": False}, {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}], ids=str
)
def test_the_mailbox_exists_in_the_demonstration_alone(
    client: Client, deliver: Deliver, settings: Settings, changes: dict[str, object]
) -> None:
    letter = deliver_two(deliver)[0]
    for name, value in changes.items():
        setattr(settings, name, value)
    for page in ("", f"{letter.name}/", f"{letter.name}/html", f"{letter.name}/source"):
        assert client.get(f"/mailbox/{page}").status_code == 404
