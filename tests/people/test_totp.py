"""The second factor: codes that work once, secrets sealed at rest, and the commands about them."""

import io
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from people import second_factor, services, staff_log
from people.models import Person
from tests.people.signing_in import (
    NEXT,
    PASSWORD,
    a_person,
    a_reviewer,
    is_signed_in,
    sign_in,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STAFF = "rita@operator.example"


def show(client: Client, code: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def half_signed_in() -> Client:
    client = Client()
    sign_in(client, STAFF)
    return client


def output_of(command: str, *arguments: str, stdin: str = "", monkeypatch: Any = None) -> str:
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, the last six of eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        with time_machine.travel(moment, tick=False):
            assert second_factor.code_of(secret) == code


def test_password_and_code_sign_in() -> None:
    person = a_reviewer(secret=SECRET)
    client = half_signed_in()
    answer = show(client, second_factor.current_code(person))
    assert (answer.status_code, answer["Location"]) == (303, NEXT)
    assert is_signed_in(client)


def test_a_used_code_is_refused_as_long_as_it_would_be_accepted() -> None:
    person = a_reviewer(secret=SECRET)
    started = (time.time() // 30) * 30
    with time_machine.travel(started, tick=False) as clock:
        code = second_factor.current_code(person)
        assert show(half_signed_in(), code).status_code == 303
        for _ in range(2):
            clock.shift(29)
            again = show(half_signed_in(), code)
            assert again.status_code == 422
            assert "That code is not right" in text_of(again)


def test_signs_between_its_digits_make_no_other_code_of_a_used_one() -> None:
    person = a_reviewer(secret=SECRET)
    started = (time.time() // 30) * 30
    for sign in ".", "/", "_", "\u2024":
        with time_machine.travel(started, tick=False) as clock:
            code = second_factor.current_code(person)
            assert show(half_signed_in(), code).status_code == 303
            clock.shift(31)
            assert show(half_signed_in(), f"{code[:3]}{sign}{code[3:]}").status_code == 422
        started += 90


def test_a_code_typed_slowly_is_accepted_in_the_next_period() -> None:
    person = a_reviewer(secret=SECRET)
    started = (time.time() // 30) * 30
    with time_machine.travel(started, tick=False) as clock:
        code = second_factor.current_code(person)
        clock.shift(35)
        assert show(half_signed_in(), code).status_code == 303


def test_an_old_code_is_refused() -> None:
    person = a_reviewer(secret=SECRET)
    code = second_factor.current_code(person)
    with time_machine.travel(time.time() + 120):
        assert show(half_signed_in(), code).status_code == 422


def test_the_eleventh_wrong_code_is_too_many() -> None:
    a_reviewer(secret=SECRET)
    client = half_signed_in()
    answers = [show(client, f"{number:06}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 900


def test_a_recovery_code_works_once() -> None:
    person = a_reviewer(secret=SECRET)
    client = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": NEXT})
    answer = client.post("/accounts/2fa/recovery-codes/generate/")
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    (codes,) = Authenticator.objects.filter(user=person, type="recovery_codes")
    first = codes.wrap().get_unused_codes()[0]
    assert first in text_of(client.get(answer["Location"]))
    assert show(half_signed_in(), f"{first[:4]} {first[4:]}").status_code == 303
    assert show(half_signed_in(), first).status_code == 422


def test_secrets_at_rest_are_sealed() -> None:
    person = a_reviewer(secret=SECRET)
    (app,) = Authenticator.objects.filter(user=person)
    assert SECRET not in str(app.data)


def test_removing_the_app_asks_for_the_password_or_a_code_first() -> None:
    client = signed_in(a_reviewer(secret=SECRET))
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer.status_code == 303
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_person_may_have_a_second_factor_and_sees_it_in_the_account() -> None:
    person = a_person()
    assert "Not set up" in text_of(signed_in(person).get(NEXT))
    second_factor.enrol(person, secret=SECRET)
    client = Client()
    assert sign_in(client)["Location"] == "/accounts/2fa/authenticate/"


def test_totp_prints_a_code_that_signs_in() -> None:
    a_reviewer(secret=SECRET)
    client = half_signed_in()
    assert show(client, output_of("totp", STAFF).strip()).status_code == 303


def test_totp_refuses_in_production(settings: Any) -> None:
    a_reviewer(secret=SECRET)
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="demo only"):
        call_command("totp", STAFF)


def test_totp_names_what_is_missing() -> None:
    with pytest.raises(CommandError, match="Nobody has proved"):
        call_command("totp", STAFF)
    a_reviewer()
    with pytest.raises(CommandError, match="no authenticator app"):
        call_command("totp", STAFF)


def test_create_staff_prints_what_is_needed_to_sign_in() -> None:
    printed = output_of("create_staff", STAFF, "--name", "Rita Stone", "--reviewer")
    lines = dict(line.split(": ", 1) for line in printed.splitlines())
    person = services.holder_of(STAFF)
    assert person is not None
    assert (person.is_staff, person.is_reviewer, person.is_ops, person.is_superuser) == (
        True,
        True,
        False,
        False,
    )
    client = Client()
    sign_in(client, STAFF, lines["password"].strip())
    show(client, second_factor.code_of(lines["secret for the authenticator app"].strip()))
    assert is_signed_in(client)


def test_create_staff_reads_the_password_and_takes_a_demo_secret(monkeypatch: Any, settings: Any) -> None:
    arguments = (
        "create_staff",
        STAFF,
        "--name",
        "Rita Stone",
        "--ops",
        "--password-stdin",
        "--demo-secret",
        SECRET,
    )
    printed = output_of(*arguments, stdin=f"{PASSWORD}\n", monkeypatch=monkeypatch)
    assert PASSWORD not in printed
    client = half_signed_in()
    assert show(client, second_factor.code_of(SECRET)).status_code == 303
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--demo-secret is for the demo"):
        call_command(*arguments)


def test_create_staff_gives_an_existing_person_a_role_and_leaves_the_rest() -> None:
    person = a_person(STAFF)
    printed = output_of("create_staff", STAFF, "--name", "Somebody Else", "--ops")
    person.refresh_from_db()
    assert "password" not in printed
    assert person.is_ops
    assert person.full_name == "Dana Whitfield"
    assert person.check_password(PASSWORD)


def test_create_staff_refuses_what_is_no_address_and_a_weak_password(monkeypatch: Any) -> None:
    with pytest.raises(CommandError, match="correct format"):
        call_command("create_staff", "rita@", "--name", "Rita Stone")
    with pytest.raises(CommandError, match="12 characters or more"):
        output_of(
            "create_staff",
            STAFF,
            "--name",
            "Rita",
            "--password-stdin",
            stdin="short\n",
            monkeypatch=monkeypatch,
        )
    assert services.holder_of(STAFF) is None


def test_reset_second_factor_leads_back_to_enrolment_and_is_kept_in_the_persons_log() -> None:
    client = signed_in(a_reviewer(secret=SECRET))
    services.make_staff("otto@operator.example", full_name="Otto Ops", password=PASSWORD, is_ops=True)
    told = ("--by", "otto@operator.example", "--why", "called back at the desk")
    assert output_of("reset_second_factor", STAFF, *told).startswith("Removed 1.")
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"
    (line,) = staff_log.of(Person.objects.get(email=STAFF))
    assert line.words == "Second factor removed (1): called back at the desk"


def test_reset_second_factor_wants_to_know_by_whom_and_why() -> None:
    a_reviewer(secret=SECRET)
    a_person("eve@globex.example")
    for by, why, refused in (
        ("eve@globex.example", "asked nicely", "no member of staff"),
        ("nobody@operator.example", "asked nicely", "Nobody has proved"),
        (STAFF, " ", "how you checked"),
    ):
        with pytest.raises(CommandError, match=refused):
            call_command("reset_second_factor", STAFF, "--by", by, "--why", why)
    assert second_factor.is_enrolled(Person.objects.get(email=STAFF))
