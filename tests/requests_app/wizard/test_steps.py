"""The pages as values: a new one joins these tests by standing in STEPS."""

import dataclasses

import pytest
from django.template.loader import get_template
from django.urls import resolve, reverse

from requests_app.domain.submission import Submission
from requests_app.wizard import steps
from requests_app.wizard.step import Step
from requests_app.wizard.steps import STEPS
from tests import make
from tests.requests_app.wizard.browsing import ACCOUNT, Walk

FIELDS = [
    each.name for each in dataclasses.fields(Submission) if each.name not in ("requester_address", "company")
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_page_has_a_template_and_an_address_of_its_own(step: Step) -> None:
    assert get_template(step.template)
    url = reverse("draft_page", args=["5f0c9c0e-7a57-4b33-9a0e-000000000001", step.name])
    assert resolve(url).url_name == "draft_page", "no other address may hide the page"
    assert steps.named(step.name) is step


@pytest.mark.parametrize("field", FIELDS)
def test_every_refusal_of_a_submission_has_its_page(field: str) -> None:
    assert steps.asking(field).form.asks(field)


@pytest.mark.django_db
@pytest.mark.parametrize("step", [each for each in STEPS if each.is_numbered], ids=lambda step: step.name)
def test_a_page_shows_its_title_number_and_buttons(step: Step) -> None:
    walk = Walk().past("administrators")
    html = walk.open(step.name).content.decode()
    assert f"<title>{step.title} – Smart Account Requests</title>" in html
    number = [each for each in STEPS if each.is_numbered].index(step) + 1
    assert f"Step {number} of 5" in html
    assert f'<button class="btn">{step.button}</button>' in html
    assert "Save and finish later" in html


@pytest.mark.django_db
def test_every_page_that_may_be_shown_escapes_what_was_typed() -> None:
    walk = Walk(make.person(make.DANA), message="a < b & c")
    walk.send("account", account_name="<b>Acme</b>")
    walk.send("company", provide="on", name="<i>Acme</i>")
    walk.send("administrators")
    for step in STEPS:
        html = walk.open(step.name).content.decode()
        assert "<b>Acme" not in html
        assert "<i>Acme" not in html
    assert ACCOUNT["account_name"] not in html
