"""A receipt proves what was answered, and nothing that was changed passes for one."""

import json

import pytest

from requests_app.models import Decision
from requests_app.models.nomination import Answer
from requests_app.services import evidence, receipts
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> str:
    make.answered(make.request(), Answer.AUTHORIZE)
    return receipts.write(Decision.objects.get())


def test_a_receipt_says_what_was_answered_by_whom_and_about_what(written: str) -> None:
    checked = receipts.check(written)
    assert (checked.answer, checked.address) == ("authorize", make.PRIYA)
    assert (checked.account_domain, checked.administrators) == ("acme-robotics.example", (make.DANA,))
    assert checked.decided_at == make.NOW
    assert "acme-robotics.example" in checked.text


@pytest.mark.parametrize("name", ["address", "text", "facts", "reason", "salt", "record", "signature"])
def test_no_part_can_be_changed(name: str, written: str) -> None:
    receipt = json.loads(written)
    # Half a character is text to JSON, and to nothing else.
    for changed in receipt[name].replace("a", "b") + "0", receipt[name] + "\ud800":
        with pytest.raises(receipts.ReceiptRefused):
            receipts.check(json.dumps(receipt | {name: changed}))


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "[]",
        "null",
        "{}",
        "[" * 5_000,
        '{"format": "smart-account-receipt/1"}',
        json.dumps(dict.fromkeys(("record", "signature", "salt", "address", "text", "facts", "reason"), "x")),
        json.dumps(
            {"format": receipts.FORMAT, "record": "[]"}
            | dict.fromkeys(("signature", "salt", "address", "text", "facts", "reason"), "x")
        ),
        " " * 30_000,
    ],
    ids=range(10),
)
def test_what_is_no_receipt_is_refused_in_words(typed: str) -> None:
    with pytest.raises(receipts.ReceiptRefused, match=r"\w"):
        receipts.check(typed)


def test_an_older_key_still_verifies_and_an_unknown_one_does_not(
    written: str, settings: pytest.FixtureRequest
) -> None:
    old: dict[str, str] = settings.EVIDENCE_KEYS  # type: ignore[attr-defined]
    settings.EVIDENCE_KEYS = {"new": "n" * 40, **old}  # type: ignore[attr-defined]
    assert receipts.check(written).answer == "authorize"
    settings.EVIDENCE_KEYS = {"new": "n" * 40}  # type: ignore[attr-defined]
    with pytest.raises(receipts.ReceiptRefused, match="not ours"):
        receipts.check(written)


def test_an_erased_receipt_says_that_its_values_are_gone(written: str) -> None:
    decision = Decision.objects.get()
    evidence.erase(decision)
    with pytest.raises(receipts.ReceiptRefused, match="erased"):
        receipts.check(receipts.write(decision))
