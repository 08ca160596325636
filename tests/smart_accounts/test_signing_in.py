"""What signing in means for accounts."""

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.test import Client

from smart_accounts.services import accounts
from tests.smart_accounts.builders import account, address, person

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


def test_an_invited_person_is_administrator_after_proving_the_address() -> None:
    opened = account(requester=person("dana@acme.example"), administrators=("mia@acme.example",))
    mia = person("mia@elsewhere.example")
    proved = address(mia, "mia@acme.example")

    email_confirmed.send(sender=EmailAddress, request=None, email_address=proved)

    assert accounts.accounts_of(mia) == [opened]
