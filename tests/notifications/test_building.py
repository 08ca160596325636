"""The quick builder's letters are the general builder's letters, to whoever parses them."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pytest_django.fixtures import Settings

from notifications import building, composing, envelope, rendering
from notifications.emails import KINDS, Nomination
from notifications.languages import Language
from notifications.models import OutgoingEmail
from notifications.rendering import Rendered

NOW = datetime(2026, 11, 25, 14, 1, 9, tzinfo=UTC)
SMTP = "django.core.mail.backends.smtp.EmailBackend"
every_letter = pytest.mark.parametrize("sort", ["sample", "hostile_sample"])
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(autouse=True)
def _smtp(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SMTP


def stored(
    kind: str = "nomination", *, to: str = "priya.raman@acme.example", language: str = "en"
) -> OutgoingEmail:
    return OutgoingEmail(
        pk=5, kind=kind, to=to, language=language, message_id=envelope.message_id(f"{kind}:x:0")
    )


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def headers(message: EmailMessage) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in message.items() if name not in {"Content-Type", "Date"}]


def built_by_django(kind: str, sort: str, language: str) -> bytes:
    letter, row = getattr(KINDS[kind], sort)(language), stored(kind, language=language)
    message = composing._message(*composing._write(letter, row), row)
    return message.message().as_bytes(linesep="\r\n")


@every_kind
@every_letter
def test_both_builders_make_the_same_letter(kind: str, sort: str) -> None:
    for language in Language:
        letter, row = getattr(KINDS[kind], sort)(language), stored(kind, language=language)
        quick = parsed(composing.parcel(letter, stored=row, now=NOW).content)
        general = parsed(built_by_django(kind, sort, language))
        assert headers(quick) == headers(general)
        assert quick.get_content_type() == general.get_content_type() == "multipart/alternative"
        assert not any(part.defects for part in quick.walk())
        for ours, theirs in zip(quick.iter_parts(), general.iter_parts(), strict=True):
            assert headers(ours) == headers(theirs)  # type: ignore[arg-type]
            assert ours["Content-Type"] == theirs["Content-Type"]
            assert ours.get_content() == theirs.get_content()
        assert quick["Date"].datetime == NOW
        assert quick["Content-Language"] == language


@every_kind
def test_no_usual_letter_takes_the_long_way(kind: str) -> None:
    for language in Language:
        row = stored(kind, language=language)
        content = composing.parcel(KINDS[kind].sample(language), stored=row, now=NOW).content
        assert content.startswith(b'Content-Type: multipart/alternative; boundary="=_')


@pytest.mark.parametrize("words", ["Zur\u00fcckgezogen: a=b?_c, SAR-7K2M-94QD", "\u00df", "\u5f20 3"])
def test_a_subject_in_another_script_is_one_encoded_word(words: str) -> None:
    line = build(subject=words).split(b"\r\nSubject: ")[1].split(b"\r\n")[0]
    assert line.isascii()
    assert len(line) <= 67
    assert b" " not in line
    assert parsed(build(subject=words))["Subject"] == words


@every_kind
@every_letter
def test_lines_end_as_smtp_wants_them_and_are_not_too_long(kind: str, sort: str) -> None:
    content = composing.parcel(getattr(KINDS[kind], sort)(), stored=stored(kind), now=NOW).content
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 998 and b"\r" not in line for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def build(
    text: str = "text\n",
    *,
    html: str = "<p>html</p>\n",
    to: str = "a@b.example",
    subject: str = "Subject",
    **more: str,
) -> bytes:
    lines = envelope.headers(Nomination.sample(), message_id="<a.b@c.example>") | more
    return building.build(Rendered(subject, text, html), headers=lines, to=to, boundary="=_mark")


@pytest.mark.parametrize(
    "unusual",
    [
        {"to": "pri\u00fda@acme.example"},
        {"to": '"priya raman"@acme.example'},
        {"to": "priya@acme.example\r\nBcc: x@y.example"},
        {"to": "priya@acme.example, other@acme.example"},
        {"text": "x" * 999 + "\n"},
        {"text": "x\n" * 600 + "y" * 999},
        {"text": "y" * 998 + "\n" + "x" * 999 + "\n"},
        {"html": "\u00fc" * 500},
        {"subject": "\u5f20" * 8},
        {"subject": "\u00fc\r\nBcc: x@y.example"},
        {"text": "one\rtwo\n"},
        {"text": "nul\0\n"},
        {"text": "--=_mark\n"},
        {"Feedback-ID": "n\u00f3"},
        {"Feedback-ID": "x\ny"},
        {"Feedback-ID": "x" * 500},
    ],
    ids=str,
)
def test_what_is_not_usual_is_left_to_the_general_builder(unusual: dict[str, str]) -> None:
    with pytest.raises(building.NotPlain):
        build(**unusual)


@pytest.mark.parametrize(
    "text", ["", "x" * 998, "x" * 998 + "\n" + "y" * 998 + "\n", "\n" * 3000, "x\n" * 2000]
)
def test_the_longest_line_that_smtp_allows_is_usual(text: str) -> None:
    assert text.replace("\n", "\r\n").encode() in build(text)


def test_an_unusual_letter_is_still_built(settings: Settings) -> None:
    settings.FROM_NAME = "Agence Qu\u00e9b\u00e9coise"
    parcel = composing.parcel(Nomination.sample(), stored=stored(to="priya@m\u00fcnchen.example"), now=NOW)
    assert parcel.to == "priya@xn--mnchen-3ya.example"
    message = parsed(parcel.content)
    assert message["From"].addresses[0].display_name == settings.FROM_NAME
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.replace("\r\n", "\n") == rendering.render(Nomination.sample()).text


def test_every_attempt_builds_the_same_bytes() -> None:
    first, second = (
        composing.parcel(Nomination.sample(), stored=stored(), now=NOW).content for _ in range(2)
    )
    assert without_date(first) == without_date(second)


def without_date(content: bytes) -> list[bytes]:
    return [line for line in content.split(b"\r\n") if not line.startswith(b"Date: ")]
