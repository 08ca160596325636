"""Registration: a code proves the address, and nobody learns whether an address has an account."""

import json
import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from notifications.models import OutgoingEmail
from people import evenly, services
from people.models import Person
from tests.people.signing_in import (
    ADDRESS,
    NAME,
    NEW_PASSWORD,
    NEXT,
    PASSWORD,
    a_person,
    code_to,
    confirm,
    is_signed_in,
    letters_to,
    register,
    sign_in,
    text_of,
    wrong_code,
)

pytestmark = pytest.mark.django_db
CODE_PAGE = f"/accounts/confirm-email/?next={NEXT.replace('/', '%2F')}"


@pytest.fixture(autouse=True)
def _at_once(settings: Any) -> None:
    settings.EVEN_ANSWER_SECONDS = 0


def test_the_sign_in_page_offers_register_now_and_the_registration_page_has_the_button() -> None:
    assert '<a class="btn btn-2" href="/accounts/signup/">Register Now</a>' in text_of(
        Client().get("/accounts/login/")
    )
    assert '<button class="btn">Register Now</button>' in text_of(Client().get("/accounts/signup/"))


def test_nobody_is_signed_in_before_the_address_is_proved() -> None:
    client = Client(enforce_csrf_checks=False)
    answer = register(client)
    assert (answer.status_code, answer["Location"]) == (303, "/accounts/confirm-email/")
    assert not is_signed_in(client)
    assert sign_in(Client()).status_code == 422
    assert services.holder_of(ADDRESS) is None


def test_the_code_proves_the_address_and_signs_in() -> None:
    client = Client()
    register(client)
    before = client.session.session_key
    answer = confirm(client, code_to())
    assert (answer.status_code, answer["Location"]) == (303, NEXT)
    assert is_signed_in(client)
    assert client.session.session_key != before
    person = services.holder_of(ADDRESS)
    assert person is not None
    assert person.full_name == NAME
    assert person.check_password(PASSWORD)
    assert services.verified(person) == [ADDRESS]
    assert client.get(NEXT).status_code == 200


@pytest.mark.parametrize("spell", ["{0}{1}", " {0} {1} ", "{0}-{1}", "{0}–{1}", "{0}\u00a0{1}"])
def test_spaces_and_hyphens_in_a_code_are_accepted(spell: str) -> None:
    client = Client()
    register(client)
    code = code_to()
    assert confirm(client, spell.format(code[:3], code[3:])).status_code == 303
    assert is_signed_in(client)


def test_full_width_digits_are_digits() -> None:
    client = Client()
    register(client)
    confirm(client, code_to().translate({ord("0") + n: ord("０") + n for n in range(10)}))
    assert is_signed_in(client)


def test_the_code_field_invites_the_phone_to_fill_it_in() -> None:
    client = Client()
    register(client)
    page = text_of(client.get("/accounts/confirm-email/"))
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page


def test_the_outbox_holds_the_challenge_and_never_the_code() -> None:
    register(Client())
    (letter,) = letters_to()
    assert letter.kind == "registration_code"
    assert set(letter.primitives) == {"purpose", "challenge_id", "expires_at"}
    row = json.dumps(OutgoingEmail.objects.values().get(), default=str)
    assert code_to() not in row.replace(letter.primitives["expires_at"], "")


def test_a_known_address_is_answered_like_a_new_one() -> None:
    a_person("known@acme.example")
    pages = []
    for address in ("known@acme.example", "fresh@acme.example"):
        client = Client()
        answer = register(client, address)
        page = client.get(answer["Location"])
        resent = text_of(confirm(client, "000000")).replace(address, "…")
        pages.append(
            (
                answer.status_code,
                answer["Location"],
                set(answer.cookies),
                page.status_code,
                text_of(page).replace(address, "…"),
                resent,
            )
        )
    assert pages[0] == pages[1]
    assert [letter.kind for letter in letters_to("known@acme.example")] == ["already_registered"]
    assert Person.objects.filter(email="known@acme.example").count() == 1


def test_no_code_opens_a_registration_with_somebody_elses_address() -> None:
    a_person()
    client = Client()
    register(client, password1=NEW_PASSWORD)
    expected = client.session["account_email_verification_code"]["code"]
    assert confirm(client, expected).status_code == 422
    assert not is_signed_in(client)
    assert sign_in(Client(), password=NEW_PASSWORD).status_code == 422


def test_giving_up_a_registration_looks_alike_for_known_and_new_addresses() -> None:
    a_person("known@acme.example")
    for address in ("known@acme.example", "fresh@acme.example"):
        client = Client()
        register(client, address)
        answer = client.post("/accounts/logout/", {"next": "/accounts/signup/"})
        assert answer["Location"] == "/accounts/signup/"
        assert client.get("/accounts/confirm-email/")["Location"] == "/accounts/login/"


def test_whoever_proves_the_address_decides_name_and_password() -> None:
    stranger, owner = Client(), Client()
    register(stranger, full_name="Not Dana", password1=NEW_PASSWORD)
    with time_machine.travel(time.time() + 61):
        register(owner)
        confirm(owner, code_to())
    person = services.holder_of(ADDRESS)
    assert person is not None
    assert person.full_name == NAME
    assert not person.check_password(NEW_PASSWORD)
    assert is_signed_in(owner)
    assert not is_signed_in(stranger)


def test_an_earlier_code_of_the_same_address_changes_nothing_once_it_is_proved() -> None:
    stranger, owner = Client(), Client()
    register(stranger, full_name="Not Dana", password1=NEW_PASSWORD)
    first = code_to()
    with time_machine.travel(time.time() + 61):
        register(owner)
        confirm(owner, code_to())
        confirm(stranger, first)
    assert not is_signed_in(stranger)
    assert sign_in(Client(), password=NEW_PASSWORD).status_code == 422
    assert sign_in(Client()).status_code == 303


def test_a_wrong_code_is_an_error_of_the_field() -> None:
    client = Client()
    register(client)
    answer = confirm(client, wrong_code())
    assert answer.status_code == 422
    page = text_of(answer)
    assert "<title>Error: Enter the code" in page
    assert page.count("That code is not right. Use the one from the newest e-mail") == 2
    assert '<a href="#id_code">' in page


def test_the_fifth_wrong_code_ends_the_challenge() -> None:
    client = Client()
    register(client)
    assert [confirm(client, wrong_code()).status_code for _ in range(5)] == [422, 422, 422, 422, 303]
    assert confirm(client, code_to())["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_a_code_works_for_ten_minutes() -> None:
    client = Client()
    register(client)
    with time_machine.travel(time.time() + 601):
        assert confirm(client, code_to())["Location"] == "/accounts/login/"
    assert not is_signed_in(client)


def test_a_new_code_replaces_the_one_before() -> None:
    client = Client()
    register(client)
    first = code_to()
    with time_machine.travel(time.time() + 61):
        assert client.post("/accounts/confirm-email/", {"action": "resend"}).status_code == 303
        assert len(letters_to()) == 2
        assert confirm(client, first).status_code == 422
        assert confirm(client, code_to()).status_code == 303
    assert is_signed_in(client)


def test_a_second_code_within_a_minute_is_too_many_and_says_when() -> None:
    client = Client()
    register(client)
    answer = client.post("/accounts/confirm-email/", {"action": "resend"})
    assert answer.status_code == 429
    assert 30 <= int(answer["Retry-After"]) <= 60
    assert f"in {answer['Retry-After']} seconds" in text_of(answer) or "in 1 minute" in text_of(answer)
    assert len(letters_to()) == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"email": ""}, "Enter your e-mail address"),
        ({"email": "dana@"}, "Enter an e-mail address in the correct format"),
        ({"email": "dana@localhost"}, "needs a dot"),
        ({"email": "a@x.example\r\nBcc: v@y.example"}, "Enter"),
        ({"full_name": ""}, "Enter your full name"),
        ({"full_name": "\u200b"}, "Enter your full name"),
        ({"full_name": "Win a prize evil.example"}, "Names cannot contain a web address"),
        ({"full_name": "<script>alert(1)</script>"}, "Names cannot contain"),
        ({"password1": ""}, "Choose a password"),
        ({"password1": "seven77"}, "Use 12 characters or more, you have 7"),
        ({"password1": "password1234"}, "Use a less common password"),
        ({"password1": "123456789012"}, "Use a less common password"),
        ({"password1": "My Smart-Account 7"}, "without the name of this site"),
        ({"password1": "whitfield on a hill"}, "without parts of your e-mail address"),
        ({"password1": "lantern heron " * 10}, "Use 128 characters or fewer, you have 140"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(wrong: dict[str, str], message: str) -> None:
    answer = register(Client(), **wrong)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Error: Register Now" in page
    assert message in page
    assert PASSWORD not in page
    assert NAME in page or "full_name" in wrong
    assert not Person.objects.exists()
    assert not OutgoingEmail.objects.exists()


def test_an_address_is_taken_as_people_paste_it() -> None:
    client = Client()
    register(client, " mailto:Dana.Whitfield@ACME.example. ")
    confirm(client, code_to())
    assert EmailAddress.objects.get().email == ADDRESS


def test_a_signed_in_person_is_not_asked_to_register() -> None:
    a_person()
    client = Client()
    sign_in(client)
    assert client.get(f"/accounts/signup/?next={NEXT}")["Location"] == NEXT


def test_registrations_nobody_proved_are_forgotten_after_two_days() -> None:
    kept = a_person("kept@acme.example")
    register(Client())
    now = Person.objects.get(email=ADDRESS).created_at
    assert services.forget_unproven_registrations(now=now) == 0
    assert services.forget_unproven_registrations(now=now + services.UNVERIFIED_KEPT_FOR * 2) == 1
    assert list(Person.objects.all()) == [kept]


def test_registration_and_reset_wait_until_their_time(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(evenly.time, "sleep", waited.append)
    settings.EVEN_ANSWER_SECONDS = 60
    Client().get("/accounts/signup/")
    assert waited == []
    register(Client())
    Client().post("/accounts/password/reset/", {"email": ADDRESS})
    assert len(waited) == 2
    assert min(waited) > 50


def test_what_takes_longer_than_that_waits_for_the_next_multiple_of_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the difference between a known and a new address would show on every machine that is slow."""
    now, waited = 1000.0, []
    monkeypatch.setattr(evenly.time, "monotonic", lambda: now)
    monkeypatch.setattr(evenly.time, "sleep", waited.append)
    settings.EVEN_ANSWER_SECONDS = 0.5

    def taking(seconds: float) -> Any:
        def view(request: HttpRequest) -> HttpResponse:
            nonlocal now
            now += seconds
            return HttpResponse()

        return evenly.answered_evenly(view)

    for seconds in (0.125, 0.5, 0.625, 1.375):
        taking(seconds)(RequestFactory().post("/"))
    assert waited == [0.375, 0.0, 0.375, 0.125]


def test_forms_are_refused_without_their_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert register(client).status_code == 403
    assert not Person.objects.exists()
