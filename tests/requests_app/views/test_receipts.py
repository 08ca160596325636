"""Both parties save the signed receipt, and anybody checks it by pasting or uploading it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from requests_app.models import Decision
from requests_app.models.nomination import Answer
from requests_app.services import receipts
from tests import make

pytestmark = pytest.mark.django_db
VERIFY = "/receipts/verify/"


def decided() -> Decision:
    make.answered(make.request(), Answer.AUTHORIZE)
    return Decision.objects.get()


def test_the_requester_saves_it_under_a_name_of_ours_and_nobody_else_does() -> None:
    decision = decided()
    path = reverse("request_receipt", args=[decision.request_id, decision.pk])
    dana = Client()
    dana.force_login(decision.request.requester)
    answer = dana.get(path)
    assert answer["Content-Disposition"].startswith('attachment; filename="receipt-SAR-')
    assert receipts.check(answer.content.decode()).answer == "authorize"
    eve = Client()
    eve.force_login(make.person("eve@globex.example"))
    assert eve.get(path).status_code == 404


def test_the_authorizer_saves_it_with_the_receipts_cookie() -> None:
    decision = decided()
    browser = Client()
    token = receipts_token(decision)
    assert browser.get(f"/r/{token}").status_code == 303
    answer = browser.get(reverse("receipt_file", args=[decision.pk]))
    assert receipts.check(answer.content.decode()).address == make.PRIYA
    assert Client().get(reverse("receipt_file", args=[decision.pk])).status_code == 403


def receipts_token(decision: Decision) -> str:
    from notifications import links

    return links.token(links.Label.RECEIPT, decision.receipt_seed)


@pytest.mark.parametrize("way", ["pasted", "file"])
def test_anybody_checks_it(way: str) -> None:
    written = receipts.write(decided())
    given = written if way == "pasted" else SimpleUploadedFile("receipt.json", written.encode())
    answer = Client().post(VERIFY, {way: given})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "This receipt is genuine" in page
    assert make.PRIYA in page


@pytest.mark.parametrize("typed", ["", "x", "{}", "\x00", '{"format": "smart-account-receipt/1"}'])
def test_what_is_no_receipt_is_told_beside_the_field_and_kept(typed: str) -> None:
    answer = Client().post(VERIFY, {"pasted": typed})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.content.decode()


def test_a_file_that_is_no_text_is_refused() -> None:
    answer = Client().post(VERIFY, {"file": SimpleUploadedFile("x.json", bytes(range(256)))})
    assert answer.status_code == 422


def test_a_changed_receipt_is_not_genuine() -> None:
    forged = receipts.write(decided()).replace("priya.raman", "priya.ramen")
    answer = Client().post(VERIFY, {"pasted": forged})
    assert answer.status_code == 422
    assert "not what was signed" in answer.content.decode()
