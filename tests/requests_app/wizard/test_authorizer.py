"""Who authorizes: what the two radios, the address and the message take, keep and refuse."""

import pytest
from django.http import HttpResponse

from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.models import Draft, SmartAccountRequest
from tests import make
from tests.requests_app.wizard.browsing import (
    NEW,
    NO,
    Visitor,
    Walk,
    assert_shown_again,
    errors,
    said,
    stored,
)

pytestmark = pytest.mark.django_db

ONE_FORMAT = "Enter an e-mail address in the correct format, like name@example.com"


@pytest.fixture
def dana() -> Visitor:
    return Visitor(make.person(make.DANA))


def send(visitor: Visitor, **fields: str) -> HttpResponse:
    answer: HttpResponse = visitor.post(
        NEW, {**NO, "draft": "5f0c9c0e-7a57-4b33-9a0e-000000000001", **fields}
    )
    return answer


def kept() -> dict[str, str]:
    answers: dict[str, str] = Draft.objects.get().answers["authorizer"]
    return answers


def test_nobody_is_chosen_at_first(dana: Visitor) -> None:
    page = dana.get(NEW)
    html = page.content.decode()
    assert "checked" not in html
    assert "Yes, I have the authority to represent my company and will authorize activation" in said(page)
    assert "No, the person specified below should be notified to authorize activation" in said(page)
    assert "authority to create the account and to manage product and service entitlements" in said(page)
    assert "may not authorize account creation on behalf of customers" in said(page)


def test_a_choice_is_required(dana: Visitor) -> None:
    before = stored()
    answer = send(dana, authority="")
    assert_shown_again(answer)
    assert errors(answer) == {"authority": ["Select who will authorize this Smart Account"]}
    assert stored() == before


@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param("", "Enter the authorizer's e-mail address", id="A1"),
        pytest.param("priya@", ONE_FORMAT, id="A4"),
        pytest.param("priya@acme", "domain needs a dot", id="A6"),
        pytest.param("priya@localhost", "domain needs a dot", id="A7"),
        pytest.param("priya@acme..example", ONE_FORMAT, id="A9"),
        pytest.param("priya@acme_robotics.example", ONE_FORMAT, id="A11"),
        pytest.param(".priya@acme.example", ONE_FORMAT, id="A12 leading dot"),
        pytest.param("pri..ya@acme.example", ONE_FORMAT, id="A12 two dots"),
        pytest.param("Priya <priya@acme.example>", "Enter only the address", id="A14"),
        pytest.param("a@x.example;b@x.example", "Enter one address", id="A16"),
        pytest.param("a@x.example\r\nBcc: v@y.example", ONE_FORMAT, id="A17"),
        pytest.param("priy\u0430@acme.example", "Use only a-z", id="A21"),
        pytest.param("a@\u0440\u0430ur\u0430l.example", "mixes alphabets", id="A22"),
        pytest.param("a@xn--invalid--.example", ONE_FORMAT, id="A24"),
        pytest.param(
            f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 54}.example", "254 characters at most", id="A26"
        ),
        pytest.param(f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 48}.example", "254", id="A27"),
        pytest.param(make.DANA, "Choose Yes if you authorize it yourself", id="A29"),
        pytest.param("dana.whitfield+x@acme-robotics.example", "Choose Yes", id="A29 tag"),
        pytest.param("postmaster@acme.example", "Enter a person's address", id="A31"),
        pytest.param("no-reply@acme.example", "Enter a person's address", id="A31 no-reply"),
        pytest.param("pri\0ya@acme.example", "Use only a-z", id="NUL"),
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused(dana: Visitor, address: str, message: str) -> None:
    before = stored()
    answer = send(dana, authorizer_address=address)
    assert_shown_again(answer)
    (found,) = errors(answer)["authorizer_address"]
    assert message in found
    assert NO["message"] in said(answer), "what was typed beside it is kept"
    assert stored() == before


def test_the_address_is_ignored_on_yes(dana: Visitor) -> None:
    """A2: even one that would be refused."""
    assert send(dana, authority="yes", authorizer_address="priya@", message="<b>").status_code == 303
    assert kept() == {"authority": "yes"}


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        pytest.param("\u00a0 priya@acme.example\u200b ", "priya@acme.example", id="A19"),
        pytest.param("priya@acme.example.", "priya@acme.example", id="A36"),
        pytest.param("mailto:Priya@Acme.example", "priya@acme.example", id="A37"),
        pytest.param("priya@gmail.com", "priya@gmail.com", id="A32"),
        pytest.param("priya@other.example", "priya@other.example", id="A34"),
    ],
)
def test_harmless_differences_are_put_right(typed: str, address: str) -> None:
    walk = Walk(authorizer_address=typed)
    assert address in said(walk.open("account"))


def test_a_closed_account_s_address_is_like_an_unknown_one(dana: Visitor) -> None:
    """A39."""
    make.person("gone@acme-robotics.example", is_active=False)
    assert send(dana, authorizer_address="gone@acme-robotics.example").status_code == 303


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("x" * 501, "500 characters or fewer, you have 501", id="B1"),
        pytest.param("see https://evil.example/login", "remove “https://evil.example/login”", id="B4 scheme"),
        pytest.param("see www.evil.example", "remove “www.evil.example”", id="B4 www"),
        pytest.param("javascript:alert(1)", "Links are not allowed", id="B6"),
        pytest.param("<a href=x>click</a>", "HTML is not allowed", id="B7"),
        pytest.param("abc\u202edef", "Direction control", id="B11"),
        pytest.param("a\0b", "cannot be read", id="B12"),
        pytest.param("a" + "\u0301" * 40, "Too many marks", id="B17"),
        pytest.param("a\ufffdb", "cannot be read", id="B19"),
        pytest.param("\n".join("123456789"), "8 lines or fewer", id="nine lines"),
    ],
)
def test_a_message_that_could_deceive_is_refused(dana: Visitor, text: str, message: str) -> None:
    before = stored()
    answer = send(dana, message=text)
    assert_shown_again(answer)
    (found,) = errors(answer)["message"]
    assert message in found
    assert stored() == before


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\U0001f600" * 500, id="B2"),
        pytest.param("see evil.example/login, ASP.NET, 123456789012", id="B4"),
        pytest.param("{{ settings.SECRET_KEY }} {% load x %}", id="B9"),
        pytest.param("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", id="B16"),
        pytest.param(" \u200b ", id="B14"),
    ],
)
def test_an_honest_message_is_kept_as_it_is(dana: Visitor, text: str) -> None:
    answer = send(dana, message=text)
    assert answer.status_code == 303
    assert kept()["message"] == text


def test_a_person_who_is_asked_already_is_not_asked_again(dana: Visitor) -> None:
    made = make.request(
        dana.person, account_domain="other.example", domain_edited=True, domain_note="ours too"
    )
    before = stored()
    answer = send(dana)
    assert_shown_again(answer)
    assert made.reference in errors(answer)["authorizer_address"][0]
    assert stored() == before


def test_a_free_mail_address_cannot_authorize_for_a_company() -> None:
    visitor = Visitor(make.person("dana@gmail.com"))
    before = stored()
    answer = send(visitor, authority="yes")
    assert_shown_again(answer)
    assert "Choose No and name a person of the company" in errors(answer)["authority"][0]
    assert stored() == before


@pytest.mark.parametrize("address", ["priya@gmail.com", "priya@other.example"])
def test_an_operator_may_refuse_what_others_hold(dana: Visitor, address: str, settings: object) -> None:
    settings.UNPROVEN_NOMINATIONS = "refuse"  # type: ignore[attr-defined]
    before = stored()
    answer = send(dana, authorizer_address=address)
    assert_shown_again(answer)
    assert "authorizer_address" in errors(answer)
    assert stored() == before


def test_extra_keys_are_ignored(dana: Visitor) -> None:
    """G7."""
    answer = send(dana, status="approved", requester="1", is_staff="1", account_domain="evil.example")
    assert answer.status_code == 303
    assert set(kept()) == set(NO)
    assert not Person.objects.filter(is_staff=True).exists()


def test_nothing_is_sent_before_submission(dana: Visitor) -> None:
    send(dana)
    assert not OutgoingEmail.objects.exists()
    assert not SmartAccountRequest.objects.exists()
