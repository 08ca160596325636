"""A person in front of the wizard: opens pages and sends forms as a browser without JavaScript does."""

import re
import uuid
from typing import Any

from django.apps import apps
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from people.models import Person
from requests_app.models import Draft
from tests import make

NEW = "/request/new/"
NO = {"authority": "no", "authorizer_address": make.PRIYA, "message": "Account request"}
YES = {"authority": "yes"}
ACCOUNT = {"account_name": "Acme Robotics, Inc."}
# Kept by reading and signing in, not by what is done in the wizard.
_PASSING = {"sessions.session", "people.person"}


class Visitor:
    """One browser, with CSRF enforced."""

    def __init__(self, person: Person | None) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.person = person
        if person:
            self.client.force_login(person)

    def get(self, url: str, **more: Any) -> Any:
        return self.client.get(url, **more)

    def post(self, url: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        """Send a form with the token that a page opened before has set."""
        if settings.CSRF_COOKIE_NAME not in self.client.cookies:
            self.client.get(NEW if self.person else "/accounts/login/")
        token = self.client.cookies[settings.CSRF_COOKIE_NAME].value
        return self.client.post(url, {**(fields or {}), "csrfmiddlewaretoken": token}, **more)


class Walk(Visitor):
    """A person with a draft on their way through it."""

    def __init__(self, person: Person | None = None, **authorizer: str) -> None:
        super().__init__(person or make.person(make.DANA))
        self.draft_id = uuid.uuid4()
        fields = {**NO, **authorizer, "draft": str(self.draft_id)}
        sent = self.post(NEW, fields)
        assert sent.status_code == 303, errors(sent)

    def url(self, page: str) -> str:
        return reverse("draft_page", args=[self.draft_id, page])

    def send(self, page: str, **fields: Any) -> Any:
        return self.post(self.url(page), fields)

    def open(self, page: str) -> Any:
        return self.get(self.url(page))

    def past(self, page: str) -> "Walk":
        """Go on until `page` has been continued."""
        sent = {"account": ACCOUNT, "check": {}, "company": {}, "administrators": {}}
        for name, fields in sent.items():
            if name != "check" or page == "check":
                answer = self.send(name, **fields)
                assert answer.status_code == 303, (name, errors(answer))
            if name == page:
                return self
        raise AssertionError(page)

    @property
    def draft(self) -> Draft:
        return Draft.objects.get(pk=self.draft_id)


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """Return what is wrong with the form that was shown again."""
    form: BaseForm = response.context["form"]  # type: ignore[attr-defined]
    return {name: [str(each) for each in found] for name, found in form.errors.items()}


def said(response: HttpResponse) -> str:
    """Return the words of the page's main part, without markup."""
    html = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def stored() -> dict[str, list[Any]]:
    """Return every row of the product, to prove that an act left no trace."""
    models = [model for model in apps.get_models() if model._meta.label_lower not in _PASSING]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def assert_shown_again(response: HttpResponse) -> None:
    """The form came back as every refusal does: 422, summary, and "Error:" first in the title."""
    assert response.status_code == 422, response.status_code
    html = response.content.decode()
    assert "<title>Error: " in html
    assert "There is a problem" in html
