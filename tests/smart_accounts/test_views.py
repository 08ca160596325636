"""The pages of accounts, clicked through with CSRF checks on."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from notifications.models import OutgoingEmail
from people.models import Person
from smart_accounts.models import AccessRequest, AccessState, SmartAccount
from smart_accounts.services import access, accounts, members
from tests.smart_accounts import builders
from tests.smart_accounts.builders import account, letters, person, today

pytestmark = pytest.mark.django_db

ACCESS = "/smart-accounts/access/"


class Browser(Client):
    """A browser that checks CSRF and posts the form it was shown."""

    def __init__(self, of: Person | None = None) -> None:
        super().__init__(enforce_csrf_checks=True)
        if of is not None:
            self.force_login(of)

    def send(self, path: str, answers: dict[str, str] | None = None, *, shown: str = ACCESS):
        """Post `answers` with the token of the page at `shown`."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(shown).content.decode())
        assert token is not None
        return self.post(path, {**(answers or {}), "csrfmiddlewaretoken": token[1]})


def path_of(opened: SmartAccount, rest: str = "") -> str:
    return f"/smart-accounts/{opened.pk}/{rest}"


def removal(opened: SmartAccount, address: str) -> str:
    return path_of(opened, f"administrators/{opened.members.get(address=address).pk}/remove/")


def answer(asked: AccessRequest, word: str) -> str:
    return f"/smart-accounts/{asked.account_id}/access/{asked.pk}/{word}/"


@pytest.fixture
def dana() -> Person:
    return person("dana@acme.example", full_name="Dana Doe")


@pytest.fixture
def lee() -> Person:
    return person("lee@acme.example", full_name="Lee Park")


@pytest.fixture
def opened(dana: Person) -> SmartAccount:
    return account(requester=dana, administrators=("dana@acme.example", "new@acme.example"))


@pytest.fixture
def asked(opened: SmartAccount, lee: Person) -> AccessRequest:
    return access.ask(opened.pk, by=lee, message="I run evil.example licences.", now=today())


# Who sees what


def test_an_administrator_sees_who_has_joined_and_who_is_invited(dana: Person, opened: SmartAccount) -> None:
    page = Browser(dana).get(path_of(opened)).content.decode()

    assert "Acme Robotics, Inc." in page
    assert "acme.example" in page
    assert page.count(">Joined<") == 1
    assert page.count(">Invited<") == 1
    assert removal(opened, "new@acme.example") in page
    assert removal(opened, "dana@acme.example") not in page, "the last one is not offered for removal"


def test_strangers_find_no_account_and_the_invited_sign_in_to_join(opened: SmartAccount, lee: Person) -> None:
    invited = person("new@acme.example")
    member = removal(opened, "new@acme.example")

    for browser, found in (Browser(lee), 404), (Browser(invited), 302):
        assert browser.get(path_of(opened)).status_code == found
        assert browser.get(member).status_code == 404
        assert browser.send(member).status_code == 404
        assert browser.send(path_of(opened, "invite/"), {"address": "x@acme.example"}).status_code == 404
    assert opened.members.count() == 2


@pytest.mark.parametrize("word", ["approve", "decline"])
def test_nobody_but_an_administrator_of_that_account_answers(
    dana: Person, lee: Person, asked: AccessRequest, word: str
) -> None:
    other = account("other.example", requester=dana)
    elsewhere = f"/smart-accounts/{other.pk}/access/{asked.pk}/{word}/"

    assert Browser(lee).send(answer(asked, word), {"reason": "No."}).status_code == 404
    assert Browser(dana).send(elsewhere, {"reason": "No."}).status_code == 404
    assert AccessRequest.objects.get().state == AccessState.ASKED


def test_anonymous_is_sent_to_sign_in_whether_the_account_exists_or_not(asked: AccessRequest) -> None:
    for account_id in (asked.account_id, uuid4()):
        base = f"/smart-accounts/{account_id}/"
        for path in (base, f"{base}administrators/1/remove/", f"{base}access/{asked.pk}/decline/", ACCESS):
            found = Browser().get(path)
            assert found.status_code == 302
            assert found.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("member_id", ["0", "9" * 30])
def test_an_administrator_that_does_not_exist_is_not_found(
    dana: Person, opened: SmartAccount, member_id: str
) -> None:
    assert Browser(dana).get(path_of(opened, f"administrators/{member_id}/remove/")).status_code == 404


def test_acts_need_a_post(dana: Person, opened: SmartAccount, asked: AccessRequest) -> None:
    browser = Browser(dana)

    for path in (path_of(opened, "invite/"), answer(asked, "approve"), f"{ACCESS}{opened.pk}/"):
        assert browser.get(path).status_code == 405
    assert browser.send(path_of(opened)).status_code == 405


def test_a_post_without_its_token_changes_nothing(
    dana: Person, opened: SmartAccount, asked: AccessRequest
) -> None:
    browser = Browser(dana)

    for path in (path_of(opened, "invite/"), removal(opened, "new@acme.example"), answer(asked, "approve")):
        assert browser.post(path, {"address": "x@acme.example"}).status_code == 403
    assert opened.members.count() == 2


# Naming and removing


def test_inviting_says_so_and_writes_a_letter(dana: Person, opened: SmartAccount) -> None:
    browser = Browser(dana)

    sent = browser.send(
        path_of(opened, "invite/"), {"address": "mailto:Mia@Acme.example"}, shown=path_of(opened)
    )

    assert (sent.status_code, sent.headers["Location"]) == (303, path_of(opened))
    assert "Invited mia@acme.example." in browser.get(path_of(opened)).content.decode()
    assert ("administrator_named", "mia@acme.example") in letters()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter an e-mail address"),
        ("mia@", "Enter an e-mail address in the correct format"),
        ("dana+two@acme.example", "This person is an administrator or invited already"),
        ("new@acme.example", "This person is an administrator or invited already"),
        ("noreply@acme.example", "Enter a person&#x27;s address"),
    ],
)
def test_an_address_that_cannot_be_invited_is_answered_at_its_field(
    dana: Person, opened: SmartAccount, typed: str, words: str
) -> None:
    before = letters()

    refused = Browser(dana).send(path_of(opened, "invite/"), {"address": typed})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert page.count(words) == 2, "in the summary and at the field"
    assert "<title>Error: " in page
    assert f'value="{typed}"' in page or not typed
    assert opened.members.count() == 2
    assert letters() == before


def test_an_account_that_invites_without_end_is_told_when_it_may_again(
    dana: Person, opened: SmartAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "INVITATIONS_PER_DAY", 1)

    refused = Browser(dana).send(path_of(opened, "invite/"), {"address": "mia@acme.example"})

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert "UTC" in refused.content.decode()


def test_removing_asks_once_more_and_says_so(dana: Person, opened: SmartAccount) -> None:
    browser = Browser(dana)
    path = removal(opened, "new@acme.example")
    assert "new@acme.example" in browser.get(path).content.decode()
    assert opened.members.count() == 2, "asking removes nobody"

    removed = browser.send(path, shown=path)

    assert (removed.status_code, removed.headers["Location"]) == (303, path_of(opened))
    assert "Removed new@acme.example." in browser.get(path_of(opened)).content.decode()
    assert browser.send(path).status_code == 303, "pressed twice"
    assert opened.members.count() == 1


def test_the_last_administrator_is_not_removed(dana: Person, opened: SmartAccount) -> None:
    browser = Browser(dana)
    path = removal(opened, "dana@acme.example")

    assert browser.get(path).status_code == 409
    assert browser.send(path).status_code == 409
    assert accounts.accounts_of(dana) == [opened]


def test_who_removes_themselves_no_longer_sees_the_account(
    dana: Person, lee: Person, opened: SmartAccount
) -> None:
    members.invite(opened.pk, by=dana, address="lee@acme.example", now=today())
    members.join(lee, now=today())
    browser = Browser(lee)

    left = browser.send(removal(opened, "lee@acme.example"))

    assert (left.status_code, left.headers["Location"]) == (303, ACCESS)
    assert "You no longer administer acme.example." in browser.get(ACCESS).content.decode()
    assert browser.get(path_of(opened)).status_code == 404


def test_a_suspended_account_can_be_read_and_not_changed(
    dana: Person, opened: SmartAccount, asked: AccessRequest
) -> None:
    accounts.suspend([opened.pk], now=today())
    browser = Browser(dana)
    member = removal(opened, "new@acme.example")

    assert "Suspended by the operator" in browser.get(path_of(opened)).content.decode()
    assert browser.get(member).status_code == 409
    assert browser.get(answer(asked, "decline")).status_code == 409
    for path in (path_of(opened, "invite/"), member, answer(asked, "approve"), answer(asked, "decline")):
        assert browser.send(path, {"address": "x@acme.example", "reason": "No."}).status_code == 409
    assert opened.members.count() == 2


# Asking and answering


def test_a_colleague_finds_the_account_and_asks(lee: Person, opened: SmartAccount) -> None:
    browser = Browser(lee)
    assert "Acme Robotics, Inc." in browser.get(ACCESS).content.decode()

    sent = browser.send(f"{ACCESS}{opened.pk}/", {"message": "I run the licences in Graz."})

    assert (sent.status_code, sent.headers["Location"]) == (303, ACCESS)
    page = browser.get(ACCESS).content.decode()
    assert "Requested access to acme.example." in page
    assert "have not decided yet" in page
    assert letters("access_asked") == [("access_asked", "dana@acme.example")]


def test_asking_twice_leads_to_the_first_question(lee: Person, asked: AccessRequest) -> None:
    again = Browser(lee).send(f"{ACCESS}{asked.account_id}/", {"message": "Again."}, shown="/help/")

    assert again.status_code == 303
    assert AccessRequest.objects.count() == 1


def test_who_does_not_agree_sees_the_same_page_whatever_exists() -> None:
    eve = Browser(person("eve@other.example"))
    before = eve.get(ACCESS).content
    hidden = account("acme.example")

    after = eve.get(ACCESS).content

    assert without_token(before) == without_token(after)
    assert b"There is no account you can ask for" in after
    codes = {
        code_of_asking(eve, account_id, message)
        for account_id in (hidden.pk, uuid4())
        for message in ("", "www.x.y")
    }
    assert codes == {404}


def code_of_asking(browser: Browser, account_id: UUID, message: str) -> int:
    return int(browser.send(f"{ACCESS}{account_id}/", {"message": message}, shown="/help/").status_code)


def without_token(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)


def test_a_message_that_could_deceive_is_answered_at_its_field(lee: Person, opened: SmartAccount) -> None:
    refused = Browser(lee).send(f"{ACCESS}{opened.pk}/", {"message": "see https://evil.example"})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "<title>Error: " in page
    assert "see https://evil.example" in page
    assert f'href="#id_{opened.pk}_message"' in page
    assert AccessRequest.objects.count() == 0


def test_an_administrator_who_asks_is_sent_to_the_account(dana: Person, opened: SmartAccount) -> None:
    refused = Browser(dana).send(f"{ACCESS}{opened.pk}/", shown="/help/")

    assert refused.status_code == 409
    assert path_of(opened) in refused.content.decode()


def test_approving_lets_the_person_in(
    dana: Person, lee: Person, opened: SmartAccount, asked: AccessRequest
) -> None:
    browser = Browser(dana)
    page = browser.get(path_of(opened)).content.decode()
    assert "Lee Park" in page
    assert "evil.example licences" not in page, "the host name in the message is made inert"

    approved = browser.send(answer(asked, "approve"), shown=path_of(opened))

    assert (approved.status_code, approved.headers["Location"]) == (303, path_of(opened))
    assert "Approved access for lee@acme.example." in browser.get(path_of(opened)).content.decode()
    assert Browser(lee).get(path_of(opened)).status_code == 200
    assert browser.send(answer(asked, "approve")).status_code == 303, "pressed twice"
    assert letters("access_approved") == [("access_approved", "lee@acme.example")]


def test_declining_needs_a_reason_and_tells_it(
    dana: Person, opened: SmartAccount, asked: AccessRequest
) -> None:
    browser = Browser(dana)
    path = answer(asked, "decline")
    assert browser.get(path).status_code == 200

    for reason, words in (("", "Enter a reason"), ("\u200b", "Enter a reason"), ("<b>no</b>", "HTML")):
        refused = browser.send(path, {"reason": reason}, shown=path)
        assert refused.status_code == 422
        assert words in refused.content.decode()
        assert "<title>Error: " in refused.content.decode()

    declined = browser.send(path, {"reason": "Mia runs it."}, shown=path)

    assert declined.status_code == 303
    assert OutgoingEmail.objects.get(kind="access_declined").primitives["reason"] == "Mia runs it."
    assert browser.send(path, {"reason": "Mia runs it."}, shown="/help/").status_code == 303, "pressed twice"


def test_a_second_decision_is_refused(dana: Person, lee: Person, asked: AccessRequest) -> None:
    access.approve(asked.pk, by=dana, now=today())
    browser = Browser(dana)

    assert browser.get(answer(asked, "decline")).status_code == 409
    assert browser.send(answer(asked, "decline"), {"reason": "No."}).status_code == 409
    assert accounts.accounts_of(lee) != []


def test_after_a_decline_the_person_is_told_when_to_ask_again(
    dana: Person, lee: Person, asked: AccessRequest
) -> None:
    access.decline(asked.pk, by=dana, reason="No.", now=today())

    refused = Browser(lee).send(f"{ACCESS}{asked.account_id}/")

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 6 * 86_400


def test_a_person_who_lost_the_address_is_not_let_in(dana: Person, lee: Person, asked: AccessRequest) -> None:
    builders.EmailAddress.objects.filter(user=lee).update(verified=False)

    assert Browser(dana).send(answer(asked, "approve")).status_code == 409
    assert accounts.accounts_of(lee) == []
