"""The source article's way, step by step, until the page "Access Request Sent"."""

import pytest

from notifications.models import OutgoingEmail
from requests_app.models import Draft, SmartAccountRequest
from tests import make
from tests.requests_app.wizard.browsing import NEW, NO, Visitor, Walk, errors, said

pytestmark = pytest.mark.django_db


def test_the_article_leads_to_access_request_sent() -> None:
    dana = Visitor(make.person(make.DANA))
    first = dana.get(NEW)
    assert "Who will authorize this Smart Account?" in said(first)
    sent = dana.post(NEW, {**NO, "draft": str(first.context["new_draft_id"])})
    (draft,) = Draft.objects.all()
    assert (sent.status_code, sent.url) == (303, f"/request/draft/{draft.pk}/account/")
    assert draft.pk == first.context["new_draft_id"]

    account = dana.get(sent.url)
    assert account.context["form"].identifier == "acme-robotics.example"
    sent = dana.post(sent.url, {"account_name": "Acme Robotics, Inc."})
    assert (sent.status_code, sent.url) == (303, f"/request/draft/{draft.pk}/company/")

    company = {
        "provide": "on",
        "name": "Acme Robotics, Inc.",
        "country": "US",
        "address": "18110 Sample Street",
        "address2": "",
        "city": "Irvine",
        "area": "CA",
        "postal_code": "92612",
    }
    sent = dana.post(sent.url, company)
    assert (sent.status_code, sent.url) == (303, f"/request/draft/{draft.pk}/administrators/")
    administrators = {"for_myself": "on", "for_others": "on", "address_1": "lee@acme-robotics.example"}
    sent = dana.post(sent.url, administrators)
    assert (sent.status_code, sent.url) == (303, f"/request/draft/{draft.pk}/review/")

    review = said(dana.get(sent.url))
    for shown in (
        "Irvine",
        "California",
        "92612",
        "lee@acme-robotics.example",
        "Account request",
        make.PRIYA,
    ):
        assert shown in review
    sent = dana.post(sent.url)
    made = SmartAccountRequest.objects.get()
    assert (sent.status_code, sent.url) == (303, f"/requests/{made.pk}/sent/")
    assert made.account_domain == "acme-robotics.example"
    assert [each.address for each in made.administrators.all()] == [make.DANA, "lee@acme-robotics.example"]
    assert made.company.postal_code == "92612"
    assert [row.to for row in OutgoingEmail.objects.filter(kind="nomination")] == [make.PRIYA]
    assert not Draft.objects.exists()


def test_yes_submits_with_the_account() -> None:
    walk = Walk(authority="yes")
    page = walk.open("account")
    assert "Continue and submit request" in said(page)
    assert "I may act for the organization that uses the identifier above" in said(page)
    version = page.context["form"].fields["statement_version"].widget.format_value(None)
    sent = walk.send("account", account_name="Acme Robotics, Inc.", statement_version=version)
    assert sent.status_code == 303, errors(sent)
    made = SmartAccountRequest.objects.get()
    assert sent.url == f"/requests/{made.pk}/sent/"
    assert (made.authority, made.authorization) == ("yes", "authorized")
    decision = made.decisions.get()
    assert (decision.answer, decision.statement_version) == ("authorize", version)
