"""Asking for access to an existing account, and deciding it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.models import OutgoingEmail
from people.models import Person
from people.text import TextRefused
from smart_accounts.models import AccessRequest, AccessState
from smart_accounts.services import access, accounts, members
from tests.smart_accounts import builders
from tests.smart_accounts.builders import NOW, account, letters, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Person:
    return person("dana@acme.example", full_name="Dana Doe")


@pytest.fixture
def lee() -> Person:
    return person("lee@mail.acme.example", full_name="Lee Park")


def test_a_person_is_offered_the_accounts_their_verified_address_agrees_with(
    dana: Person, lee: Person
) -> None:
    opened = account("acme.example", requester=dana)
    account("other.example", requester=person("x@other.example"))

    assert [(offer.account, offer.address) for offer in access.offers(lee)] == [
        (opened, "lee@mail.acme.example")
    ]


def test_a_second_verified_address_counts(dana: Person) -> None:
    opened = account("acme.example", requester=dana)
    kim = person("kim@elsewhere.example")
    builders.address(kim, "kim@acme.example")

    assert [offer.account for offer in access.offers(kim)] == [opened]


@pytest.mark.parametrize(
    "email", ["eve@other.example", "eve@acme.example.other.example", "eve@notacme.example"]
)
def test_who_does_not_agree_is_offered_nothing_and_cannot_ask(dana: Person, email: str) -> None:
    opened = account("acme.example", requester=dana)
    eve = person(email)
    builders.address(eve, "eve@acme.example", verified=False)

    assert access.offers(eve) == []
    for account_id in (opened.pk, uuid4()):
        with pytest.raises(access.NotYours):
            access.ask(account_id, by=eve, message="", now=NOW)
    assert letters() == []


def test_an_administrator_is_not_offered_their_own_account(dana: Person) -> None:
    account("acme.example", requester=dana)

    assert access.offers(dana) == []


def test_an_invited_person_who_has_not_joined_may_still_ask(dana: Person, lee: Person) -> None:
    opened = account("acme.example", requester=dana, administrators=("lee@acme.example",))

    assert [offer.account for offer in access.offers(lee)] == [opened]


def test_a_suspended_account_is_not_offered(dana: Person, lee: Person) -> None:
    opened = account("acme.example", requester=dana)
    accounts.suspend([opened.pk], now=NOW)

    assert access.offers(lee) == []
    with pytest.raises(access.NotYours):
        access.ask(opened.pk, by=lee, message="", now=NOW)


def test_every_joined_administrator_is_told_who_asks(dana: Person, lee: Person) -> None:
    person("mia@acme.example")
    opened = account(
        requester=dana, administrators=("dana@acme.example", "mia@acme.example", "invited@acme.example")
    )

    asked = access.ask(opened.pk, by=lee, message=" I run the licences in Graz. ", now=NOW)

    assert asked.message == "I run the licences in Graz."
    assert letters("access_asked") == [
        ("access_asked", "dana@acme.example"),
        ("access_asked", "mia@acme.example"),
    ]
    assert access.waiting(opened) == [asked]
    assert access.offers(lee)[0].asked == asked


def test_a_person_asks_once_at_a_time(dana: Person, lee: Person) -> None:
    opened = account(requester=dana)
    access.ask(opened.pk, by=lee, message="", now=NOW)

    with pytest.raises(access.AlreadyAsked):
        access.ask(opened.pk, by=lee, message="", now=NOW)

    assert AccessRequest.objects.count() == 1


def test_an_administrator_does_not_ask(dana: Person) -> None:
    opened = account(requester=dana)

    with pytest.raises(access.AlreadyAdministrator):
        access.ask(opened.pk, by=dana, message="", now=NOW)


@pytest.mark.parametrize("message", ["see https://evil.example", "x" * 501, "<b>hello</b>", "a\u202eb"])
def test_a_message_that_could_deceive_is_refused(dana: Person, lee: Person, message: str) -> None:
    opened = account(requester=dana)

    with pytest.raises(TextRefused):
        access.ask(opened.pk, by=lee, message=message, now=NOW)

    assert AccessRequest.objects.count() == 0
    assert letters() == []


def test_an_approved_person_becomes_administrator_and_is_told(dana: Person, lee: Person) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)

    access.approve(asked.pk, by=dana, now=NOW)

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_at) == (AccessState.APPROVED, dana, NOW)
    assert accounts.accounts_of(lee) == [opened]
    assert letters() == [("access_approved", "lee@mail.acme.example")]


def test_a_declined_person_is_told_the_reason(dana: Person, lee: Person) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)

    access.decline(asked.pk, by=dana, reason="Mia runs it for your site.", now=NOW)

    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (AccessState.DECLINED, "Mia runs it for your site.")
    assert accounts.accounts_of(lee) == []
    letter = OutgoingEmail.objects.get(kind="access_declined")
    assert letter.to == "lee@mail.acme.example"
    assert letter.primitives["reason"] == "Mia runs it for your site."


@pytest.mark.parametrize("reason", ["", "  \n ", "\u200b"])
def test_a_decline_needs_a_reason(dana: Person, lee: Person, reason: str) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)

    with pytest.raises(access.ReasonMissing):
        access.decline(asked.pk, by=dana, reason=reason, now=NOW)

    assert access.waiting(opened) == [asked]


def test_the_first_decision_counts(dana: Person, lee: Person) -> None:
    mia = person("mia@acme.example")
    opened = account(requester=dana, administrators=("dana@acme.example", "mia@acme.example"))
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)
    access.decline(asked.pk, by=dana, reason="Not now.", now=NOW)

    with pytest.raises(access.AlreadyDecided):
        access.approve(asked.pk, by=mia, now=NOW)
    with pytest.raises(access.DecidedAlike):
        access.decline(asked.pk, by=dana, reason="Again.", now=NOW)
    with pytest.raises(access.AlreadyDecided) as other_answer:
        access.approve(asked.pk, by=dana, now=NOW)
    assert not isinstance(other_answer.value, access.DecidedAlike)

    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (AccessState.DECLINED, "Not now.")
    assert letters("access_approved") == []


def test_only_a_joined_administrator_of_that_account_decides(dana: Person, lee: Person) -> None:
    opened = account(requester=dana, administrators=("mia@acme.example",))
    eve = person("eve@other.example")
    account("other.example", requester=eve)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)

    for stranger in (lee, eve, person("mia@acme.example")):
        with pytest.raises(access.NotYours):
            access.approve(asked.pk, by=stranger, now=NOW)
        with pytest.raises(access.NotYours):
            access.decline(asked.pk, by=stranger, reason="No.", now=NOW)
    with pytest.raises(access.NotYours):
        access.approve(uuid4(), by=dana, now=NOW)

    assert access.waiting(opened) == [asked]


def test_after_a_decline_the_account_has_a_week_of_rest_from_that_person(dana: Person, lee: Person) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)
    access.decline(asked.pk, by=dana, reason="Not now.", now=NOW)

    with pytest.raises(access.AskedTooSoon) as refusal:
        access.ask(opened.pk, by=lee, message="", now=NOW + timedelta(days=6))

    assert refusal.value.opens_at == NOW + timedelta(days=7)
    access.ask(opened.pk, by=lee, message="", now=NOW + timedelta(days=7))


@pytest.mark.parametrize("gone", ["suspended", "unverified"])
def test_a_person_who_can_no_longer_sign_in_with_the_address_is_not_let_in(
    dana: Person, lee: Person, gone: str
) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)
    if gone == "suspended":
        lee.suspended_at = NOW
        lee.save()
    else:
        lee.emailaddress_set.update(verified=False)  # type: ignore[attr-defined]

    with pytest.raises(access.NoLongerReachable):
        access.approve(asked.pk, by=dana, now=NOW)

    assert access.waiting(opened) == [asked]
    assert accounts.accounts_of(lee) == []


def test_inviting_a_person_who_asked_settles_what_they_asked(dana: Person, lee: Person) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)

    members.invite(opened.pk, by=dana, address="lee@mail.acme.example", now=NOW)

    asked.refresh_from_db()
    assert asked.state == AccessState.APPROVED
    assert access.waiting(opened) == []


def test_approving_an_invited_person_lets_them_in_under_the_invitation(dana: Person, lee: Person) -> None:
    opened = account(requester=dana)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)
    members.Member.objects.create(account=opened, address="lee@mail.acme.example", invited_at=NOW)

    access.approve(asked.pk, by=dana, now=NOW)

    assert opened.members.get(address="lee@mail.acme.example").person == lee


def test_each_reader_is_written_to_in_their_own_language() -> None:
    dana, lee = person("dana@acme.example", chosen_language="de"), person("lee@mail.acme.example")
    opened = account("acme.example", requester=dana)
    members.invite(opened.pk, by=dana, address="new@acme.example", now=NOW)
    members.invite(opened.pk, by=dana, address=person("mia@acme.example").email, now=NOW)
    asked = access.ask(opened.pk, by=lee, message="", now=NOW)
    access.decline(asked.pk, by=dana, reason="Not yet.", now=NOW)
    rows = OutgoingEmail.objects.values_list("kind", "to", "language")
    assert ("administrator_named", "new@acme.example", "de") in rows
    assert ("administrator_named", "mia@acme.example", "en") in rows
    assert ("access_asked", "dana@acme.example", "de") in rows
    assert ("access_declined", "lee@mail.acme.example", "en") in rows
