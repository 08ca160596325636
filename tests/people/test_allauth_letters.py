"""Every message that allauth can send is a letter of ours, is said on a page, or cannot come up."""

from pathlib import Path

import allauth
import pytest
from django.test import Client
from django.utils import timezone

from notifications.emails.registration_code import RegistrationCode
from notifications.models import OutgoingEmail
from people import codes, letters
from tests.people.signing_in import register

pytestmark = pytest.mark.django_db
TEMPLATES = Path(allauth.__file__).parent / "templates"
MESSAGES = sorted(
    f"{app}/email/{path.name.removesuffix('_subject.txt')}"
    for app in ("account", "mfa")
    for path in (TEMPLATES / app / "email").glob("*_subject.txt")
)
# Links, sign-in by code and second addresses are not offered; unknown addresses are not written to.
NEVER_SENT = {
    "account/email/email_confirm",
    "account/email/email_deleted",
    "account/email/login_code",
    "account/email/password_reset_key",
    "account/email/password_set",
    "account/email/unknown_account",
}
POSTED = {
    "account/email/account_already_exists": "already_registered",
    "account/email/email_changed": "email_changed",
    "account/email/email_confirmation": "registration_code",
    "account/email/email_confirmation_signup": "registration_code",
    "account/email/password_reset_code": "password_reset",
}


@pytest.mark.parametrize("message", MESSAGES)
def test_each_message_is_posted_said_on_a_page_or_refused(message: str) -> None:
    context = {"code": codes.new(), "to_email": "new@acme.example"}

    def post() -> None:
        letters.post(message, to="dana@acme.example", context=context, now=timezone.now())

    if message in NEVER_SENT:
        with pytest.raises(letters.UnknownMessage):
            post()
    else:
        post()
    kinds = list(OutgoingEmail.objects.values_list("kind", flat=True))
    assert kinds == ([POSTED[message]] if message in POSTED else [])
    assert (message in letters.ON_THE_PAGE_ONLY) == (message not in POSTED and message not in NEVER_SENT)


def test_there_are_no_rules_for_messages_that_do_not_exist() -> None:
    assert POSTED.keys() | NEVER_SENT | letters.ON_THE_PAGE_ONLY <= set(MESSAGES)


def test_a_code_that_no_challenge_stands_for_is_never_posted() -> None:
    with pytest.raises(AttributeError):
        letters.post(
            "account/email/password_reset_code",
            to="dana@acme.example",
            context={"code": "123456"},
            now=timezone.now(),
        )
    assert not OutgoingEmail.objects.exists()


def test_each_challenge_has_a_code_of_its_own_and_a_letter_is_promised_once() -> None:
    code = codes.new()
    assert code.isdecimal()
    assert len(code) == 6
    assert code != codes.new() or code != codes.new()
    for _ in range(2):
        letters.post(
            "account/email/email_confirmation",
            to="d@acme.example",
            context={"code": code},
            now=timezone.now(),
        )
    assert [letter.key for letter in OutgoingEmail.objects.all()] == [
        f"{RegistrationCode.kind}:{code.challenge_id}"
    ]


def test_a_letter_is_in_the_language_of_the_page_that_caused_it() -> None:
    register(Client(headers={"accept-language": "de"}))
    assert [(row.kind, row.language) for row in OutgoingEmail.objects.all()] == [("registration_code", "de")]
