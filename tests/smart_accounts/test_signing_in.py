"""What signing in means for accounts."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.test import Client

from smart_accounts.services import accounts, members
from tests.smart_accounts.builders import NOW, account, address, person

pytestmark = pytest.mark.django_db

PASSWORD = "seven green lanterns hum"


def test_an_invited_person_is_administrator_after_signing_in() -> None:
    opened = account(requester=person("dana@acme.example"), administrators=("mia@acme.example",))
    mia = person("mia@acme.example")
    mia.set_password(PASSWORD)
    mia.save()
    assert accounts.accounts_of(mia) == []

    # The letter's link, then the sign-in page it leads to.
    browser, page = Client(), f"/smart-accounts/{opened.pk}/"
    browser.get(page, follow=True)
    answers = {"login": "mia@acme.example", "password": PASSWORD, "next": page}
    opening = browser.post("/accounts/login/", answers, follow=True)

    assert accounts.accounts_of(mia) == [opened]
    assert opening.status_code == 200
    assert opening.request["PATH_INFO"] == page


def test_who_is_signed_in_when_invited_proves_it_once_more_and_joins() -> None:
    dana, mia = person("dana@acme.example"), person("mia@acme.example")
    opened = account(requester=dana)
    mia.set_password(PASSWORD)
    mia.save()
    browser, page = Client(), f"/smart-accounts/{opened.pk}/"
    browser.post("/accounts/login/", {"login": mia.email, "password": PASSWORD})
    assert browser.get(page).status_code == 404
    members.invite(opened.pk, by=dana, address=mia.email, now=NOW)

    asking = browser.get(page)
    assert (asking.status_code, asking["Location"]) == (302, f"/accounts/reauthenticate/?next={page}")
    assert accounts.accounts_of(mia) == []
    wrong = browser.post(asking["Location"], {"password": "seven red lanterns hum"})
    assert (wrong.status_code, accounts.accounts_of(mia)) == (422, [])

    opening = browser.post(asking["Location"], {"password": PASSWORD, "next": page}, follow=True)
    assert (opening.status_code, opening.request["PATH_INFO"]) == (200, page)
    assert accounts.accounts_of(mia) == [opened]


def test_an_administrator_who_is_invited_under_a_second_address_still_sees_the_account() -> None:
    dana = person("dana@acme.example")
    opened = account(requester=dana)
    address(dana, "dana.doe@acme.example")
    members.invite(opened.pk, by=dana, address="dana.doe@acme.example", now=NOW)
    browser = Client()
    browser.force_login(dana, backend="people.backends.SignIn")
    assert browser.get(f"/smart-accounts/{opened.pk}/").status_code == 200


def test_an_invited_person_is_administrator_after_proving_the_address() -> None:
    opened = account(requester=person("dana@acme.example"), administrators=("mia@acme.example",))
    mia = person("mia@elsewhere.example")
    proved = address(mia, "mia@acme.example")

    email_confirmed.send(sender=EmailAddress, request=None, email_address=proved)

    assert accounts.accounts_of(mia) == [opened]
