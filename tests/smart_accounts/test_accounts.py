"""Opening an account, and finding accounts."""

import pytest

from smart_accounts.models import SmartAccount
from smart_accounts.services import accounts, members, reservations
from tests.smart_accounts import builders
from tests.smart_accounts.builders import NOW, account, letters, person

pytestmark = pytest.mark.django_db


def joined(opened: SmartAccount) -> list[str]:
    return [member.address for member in accounts.administrators(opened)]


def invited(opened: SmartAccount) -> list[str]:
    return [member.address for member in opened.members.filter(joined_at__isnull=True)]


def test_an_account_takes_over_the_reservation_of_its_request() -> None:
    opened = account("acme.example")

    held = reservations.holder("acme.example")
    assert held is not None
    assert held.account == opened
    assert opened.activated_at == opened.agreement_accepted_at == NOW


def test_no_account_opens_without_the_reservation_of_that_very_request() -> None:
    requester = person()
    reservations.reserve("acme.example", request="another", now=NOW)

    with pytest.raises(accounts.NotReserved):
        open_for("one", requester=requester)

    assert SmartAccount.objects.count() == 0


def test_a_request_opens_one_account() -> None:
    requester = person()
    reservations.reserve("acme.example", request="one", now=NOW)
    open_for("one", requester=requester)

    with pytest.raises(accounts.AlreadyOpen):
        open_for("one", requester=requester)

    assert SmartAccount.objects.count() == 1


def open_for(request: str, *, requester: builders.Person) -> SmartAccount:
    return accounts.open_account(
        "acme.example",
        request=request,
        name="Acme",
        registrable_domain="acme.example",
        skeleton="acme.example",
        administrators=(),
        requester=requester,
        requester_address=requester.email,
        agreement_version="2026-11",
        agreed_at=NOW,
        now=NOW,
    )


def test_a_named_person_with_the_address_verified_joins_at_once() -> None:
    lee = person("lee@acme.example")

    opened = account(requester=person("dana@acme.example"), administrators=("lee@acme.example",))

    assert joined(opened) == ["lee@acme.example"]
    assert accounts.accounts_of(lee) == [opened]


def test_the_requester_is_administrator_too_when_nobody_named_has_joined() -> None:
    person("mia@acme.example", verified=False)

    opened = account(
        requester=person("dana@acme.example"), administrators=("mia@acme.example", "new@acme.example")
    )

    assert joined(opened) == ["dana@acme.example"]
    assert invited(opened) == ["mia@acme.example", "new@acme.example"]


def test_the_requester_alone_runs_an_account_for_which_nobody_was_named() -> None:
    opened = account(requester=person("dana@acme.example"))

    assert joined(opened) == ["dana@acme.example"]
    assert letters() == []


def test_a_requester_who_is_not_named_stays_outside_while_somebody_named_has_joined() -> None:
    person("lee@acme.example")
    dana = person("dana@acme.example")

    account(requester=dana, administrators=("lee@acme.example",))

    assert accounts.accounts_of(dana) == []


def test_everybody_named_but_the_requester_gets_a_letter() -> None:
    person("lee@acme.example")

    account(
        requester=person("dana@acme.example"),
        administrators=("dana@acme.example", "lee@acme.example", "new@acme.example"),
    )

    assert letters() == [
        ("administrator_named", "lee@acme.example"),
        ("administrator_named", "new@acme.example"),
    ]


def test_one_mailbox_named_twice_is_one_administrator() -> None:
    opened = account(
        requester=person("dana@acme.example"),
        administrators=("dana+licences@acme.example", "new@acme.example", "new+two@acme.example"),
    )

    assert joined(opened) == ["dana@acme.example"]
    assert invited(opened) == ["new@acme.example"]


@pytest.mark.parametrize("gone", [{"is_active": False}, {"suspended_at": NOW}])
def test_a_suspended_or_closed_person_does_not_join(gone: dict[str, object]) -> None:
    person("lee@acme.example", **gone)

    opened = account(requester=person("dana@acme.example"), administrators=("lee@acme.example",))

    assert joined(opened) == ["dana@acme.example"]
    assert invited(opened) == ["lee@acme.example"]


def test_accounts_are_found_by_identifier_registrable_domain_and_look() -> None:
    main = account("acme.example", skeleton="acrne.example")
    labs = account("labs.acme.example", skeleton="labs.acrne.example")
    other = account("acrne.example", skeleton="acrne.example")

    assert accounts.exact("acme.example") == main
    assert accounts.exact("free.example") is None
    assert accounts.same_registrable_domain("acme.example") == [main, labs]
    assert accounts.look_alikes("acrne.example", identifier="acme.example") == [other]


def test_accounts_of_a_person_name_each_account_once() -> None:
    dana = person("dana@acme.example")
    builders.address(dana, "dana@labs.example")
    opened = account(requester=dana)
    members.invite(opened.pk, by=dana, address="dana@labs.example", now=NOW)

    assert accounts.accounts_of(dana) == [opened]


def test_only_joined_accounts_are_a_persons_own() -> None:
    mia = person("mia@acme.example", verified=False)
    account(requester=person("dana@acme.example"), administrators=("mia@acme.example",))

    assert accounts.accounts_of(mia) == []


def test_a_suspended_account_refuses_changes_until_the_suspension_is_lifted() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)
    accounts.suspend([opened.pk], now=NOW)

    with pytest.raises(members.Suspended):
        members.invite(opened.pk, by=dana, address="new@acme.example", now=NOW)

    accounts.lift_suspension([opened.pk])
    members.invite(opened.pk, by=dana, address="new@acme.example", now=NOW)


def test_suspending_twice_keeps_the_first_moment() -> None:
    opened = account()
    accounts.suspend([opened.pk], now=NOW)
    accounts.suspend([opened.pk], now=builders.today())

    opened.refresh_from_db()
    assert opened.suspended_at == NOW
