"""Browsers of staff, who are known by a second factor."""

from collections.abc import Callable

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.utils import timezone

from people import second_factor
from people.models import Person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def sit_down() -> Callable[..., Client]:
    """Give a person a browser in which a second factor was shown; tests of the staff door sign in by its form.

    With `proven` it was shown again just now, as dangerous acts ask for it."""

    def browser_of(person: Person, *, proven: bool = False) -> Client:
        second_factor.enrol(person, secret=SECRET)
        browser, now = Client(), timezone.now()
        browser.force_login(person)
        session = browser.session
        session["signed_in_at"] = now.isoformat()
        shown = {"method": "mfa", "at": now.timestamp()} | ({"reauthenticated": True} if proven else {})
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [shown]
        session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(person.pk)
        session.save()
        return browser

    return browser_of
