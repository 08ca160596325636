"""Who administers an account: naming, joining, removing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from people.addresses import AddressRefused
from smart_accounts.models import Member, SmartAccount
from smart_accounts.services import accounts, members
from tests.smart_accounts import builders
from tests.smart_accounts.builders import NOW, account, letters, person, today

pytestmark = pytest.mark.django_db


def named(opened: SmartAccount, address: str) -> Member:
    return opened.members.get(address=address)


def test_an_invited_address_joins_when_its_owner_signs_in_with_it_verified() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)
    members.invite(opened.pk, by=dana, address="mia@acme.example", now=NOW)
    mia = person("mia@acme.example")

    members.join(mia, now=NOW + timedelta(hours=1))

    member = named(opened, "mia@acme.example")
    assert member.person == mia
    assert member.joined_at == NOW + timedelta(hours=1)


def test_an_unverified_address_does_not_join() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)
    members.invite(opened.pk, by=dana, address="mia@acme.example", now=NOW)
    mia = person("mia@acme.example", verified=False)

    members.join(mia, now=NOW)

    assert named(opened, "mia@acme.example").joined_at is None


def test_a_tagged_address_is_not_proved_by_the_untagged_one() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)
    members.invite(opened.pk, by=dana, address="mia+licences@acme.example", now=NOW)

    members.join(person("mia@acme.example"), now=NOW)

    assert named(opened, "mia+licences@acme.example").joined_at is None


def test_every_verified_address_of_a_person_joins() -> None:
    first = account(
        "acme.example", requester=person("dana@acme.example"), administrators=("mia@acme.example",)
    )
    second = account(
        "labs.example", requester=person("lee@labs.example"), administrators=("mia@labs.example",)
    )
    mia = person("mia@acme.example")
    builders.address(mia, "mia@labs.example")

    members.join(mia, now=NOW)

    assert accounts.accounts_of(mia) == [first, second]


def test_joining_twice_keeps_the_first_moment() -> None:
    opened = account(requester=person("dana@acme.example"), administrators=("mia@acme.example",))
    mia = person("mia@acme.example")
    members.join(mia, now=NOW)

    members.join(mia, now=NOW + timedelta(days=1))

    assert named(opened, "mia@acme.example").joined_at == NOW


def test_an_invitation_is_written_to() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)

    members.invite(opened.pk, by=dana, address=" Mia@Acme.example ", now=NOW)

    assert letters() == [("administrator_named", "mia@acme.example")]
    assert named(opened, "mia@acme.example").joined_at is None


def test_who_invites_does_not_learn_whether_the_address_is_known_here() -> None:
    dana, lee = person("dana@acme.example"), person("lee@elsewhere.example")
    opened = account(requester=dana)

    for invited in "lee@elsewhere.example", "nobody@elsewhere.example":
        members.invite(opened.pk, by=dana, address=invited, now=NOW)
        assert (named(opened, invited).joined_at, named(opened, invited).person) == (None, None)

    assert accounts.accounts_of(lee) == []


@pytest.mark.parametrize("again", ["mia@acme.example", "MIA@acme.example", "mia+two@acme.example"])
def test_a_mailbox_is_invited_once(again: str) -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana, administrators=("dana@acme.example", "mia@acme.example"))

    with pytest.raises(members.AlreadyNamed):
        members.invite(opened.pk, by=dana, address=again, now=NOW)

    assert opened.members.count() == 2


@pytest.mark.parametrize(
    ("address", "refusal"),
    [("mia@", AddressRefused), ("", AddressRefused), ("postmaster@acme.example", members.RoleAddress)],
)
def test_what_is_nobodys_address_is_not_invited(address: str, refusal: type[Exception]) -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)

    with pytest.raises(refusal):
        members.invite(opened.pk, by=dana, address=address, now=NOW)

    assert opened.members.count() == 1
    assert letters() == []


def test_only_a_joined_administrator_invites() -> None:
    opened = account(requester=person("dana@acme.example"), administrators=("mia@acme.example",))
    mia = person("mia@acme.example")

    for stranger in (mia, person("eve@acme.example")):
        with pytest.raises(members.NotYours):
            members.invite(opened.pk, by=stranger, address="new@acme.example", now=NOW)


def test_an_account_that_does_not_exist_looks_like_somebody_elses() -> None:
    with pytest.raises(members.NotYours):
        members.invite(uuid4(), by=person(), address="new@acme.example", now=NOW)


def test_naming_and_removing_in_turns_does_not_write_without_end() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)
    for number in range(members.INVITATIONS_PER_DAY):
        member = members.invite(opened.pk, by=dana, address=f"new{number}@acme.example", now=today())
        members.remove(member.pk, by=dana)

    with pytest.raises(members.TooManyInvitations) as refusal:
        members.invite(opened.pk, by=dana, address="one-more@acme.example", now=today())

    assert timedelta(hours=23) < refusal.value.opens_at - today() <= timedelta(days=1)
    members.invite(
        opened.pk, by=dana, address="tomorrow@acme.example", now=today() + timedelta(days=1, hours=1)
    )


def test_an_administrator_removes_another() -> None:
    dana, lee = person("dana@acme.example"), person("lee@acme.example")
    opened = account(requester=dana, administrators=("dana@acme.example", "lee@acme.example"))

    members.remove(named(opened, "lee@acme.example").pk, by=dana)

    assert accounts.accounts_of(lee) == []


def test_an_administrator_may_leave_while_another_stays() -> None:
    dana, lee = person("dana@acme.example"), person("lee@acme.example")
    opened = account(requester=dana, administrators=("dana@acme.example", "lee@acme.example"))

    members.remove(named(opened, "lee@acme.example").pk, by=lee)

    assert [member.address for member in accounts.administrators(opened)] == ["dana@acme.example"]


def test_the_last_joined_administrator_stays_whoever_else_is_invited() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana, administrators=("dana@acme.example", "mia@acme.example"))

    with pytest.raises(members.LastAdministrator):
        members.remove(named(opened, "dana@acme.example").pk, by=dana)

    assert accounts.accounts_of(dana) == [opened]


def test_an_invitation_can_be_taken_back_by_the_only_administrator() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana, administrators=("dana@acme.example", "mia@acme.example"))

    members.remove(named(opened, "mia@acme.example").pk, by=dana)

    mia = person("mia@acme.example")
    members.join(mia, now=NOW)
    assert accounts.accounts_of(mia) == []


def test_a_stranger_removes_nobody_and_learns_nothing() -> None:
    opened = account(
        requester=person("dana@acme.example"), administrators=("dana@acme.example", "mia@acme.example")
    )
    eve = person("eve@other.example")
    account("other.example", requester=eve)

    for member_id in (named(opened, "mia@acme.example").pk, 0):
        with pytest.raises(members.NotYours):
            members.remove(member_id, by=eve)

    assert opened.members.count() == 2
