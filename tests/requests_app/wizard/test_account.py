"""The identifier and the account's name: following, editing, refusing, warning, and submitting on Yes."""

from typing import Any

import pytest

from requests_app.domain import statement
from requests_app.models import SmartAccountRequest
from smart_accounts.models import SmartAccount
from smart_accounts.services import accounts, reservations
from tests import make
from tests.requests_app.wizard.browsing import ACCOUNT, Walk, assert_shown_again, errors, said, stored

pytestmark = pytest.mark.django_db

EDITED = {**ACCOUNT, "is_open": "1", "domain_note": "This is our holding's domain."}
OWN = "Use your company's own domain"
SHARED = "This is shared by many companies"
RESERVED = "This name is reserved"


def open_account(identifier: str) -> SmartAccount:
    reservations.reserve(identifier, request="another", now=make.NOW)
    other = make.person()
    return accounts.open_account(
        identifier,
        request="another",
        name="Acme",
        registrable_domain=identifier,
        skeleton=identifier,
        administrators=(),
        requester=other,
        requester_address=other.email,
        agreement_version="1",
        agreed_at=make.NOW,
        now=make.NOW,
    )


def identifier_of(walk: Walk) -> str:
    return str(walk.draft.answers["account"]["account_domain"])


def test_the_identifier_comes_from_the_authorizer_s_address(walk: Walk) -> None:
    page = walk.open("account")
    assert page.context["form"].identifier == "acme-robotics.example"
    assert not page.context["form"].shows_field, "a nameplate with Edit, no field"
    assert "same organization as your address" in said(page)


def test_the_identifier_follows_the_address_until_it_is_edited(walk: Walk) -> None:
    walk.send("account", **ACCOUNT)
    walk.send("authorizer", authority="no", authorizer_address="priya@other.example")
    assert walk.open("account").context["form"].identifier == "other.example"
    walk.send("account", **EDITED, account_domain="holding.example")
    walk.send("authorizer", authority="no", authorizer_address=make.PRIYA)
    page = walk.open("account")
    assert page.context["form"].identifier == "holding.example"
    assert f"You changed the identifier: it stays, and no longer follows {make.PRIYA}" in said(page)


def test_edit_opens_the_field_and_keeps_the_name(walk: Walk) -> None:
    before = stored()
    page = walk.send("account", **ACCOUNT, edit="1")
    assert page.status_code == 200
    assert page.context["form"].shows_field
    assert 'value="acme-robotics.example"' in page.content.decode()
    assert 'value="Acme Robotics, Inc."' in page.content.decode()
    assert not page.context["form"].errors
    assert stored() == before


def test_an_edited_identifier_can_follow_the_address_again(walk: Walk) -> None:
    walk.send("account", **EDITED, account_domain="holding.example")
    page = walk.send("account", **EDITED, account_domain="holding.example", follow="1")
    assert (page.status_code, page.context["form"].identifier) == (200, "acme-robotics.example")
    walk.send("account", **ACCOUNT)
    assert walk.draft.answers["account"]["domain_edited"] == ""


def test_an_edit_needs_a_note_to_the_reviewer(walk: Walk) -> None:
    before = stored()
    answer = walk.send("account", **{**EDITED, "domain_note": " \u200b"}, account_domain="holding.example")
    assert_shown_again(answer)
    assert errors(answer) == {"domain_note": ["Tell the reviewer why you changed the identifier"]}
    assert stored() == before


def test_opening_the_field_without_changing_it_needs_no_note(walk: Walk) -> None:
    answer = walk.send(
        "account", **ACCOUNT, is_open="1", account_domain="ACME-robotics.example", domain_note=""
    )
    assert answer.status_code == 303, errors(answer)
    assert walk.draft.answers["account"]["domain_edited"] == ""


def test_free_mail_suggests_nothing() -> None:
    walk = Walk(authorizer_address="priya@gmail.com")
    page = walk.open("account")
    assert page.context["form"].shows_field
    assert page.context["form"].identifier == ""


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("", "Enter the account domain identifier", id="D1"),
        pytest.param("com", SHARED, id="D6 com"),
        pytest.param("co.uk", SHARED, id="D6 co.uk"),
        pytest.param("gmail.com", OWN, id="D7 free mail"),
        pytest.param("googlemail.com", OWN, id="D7 alias"),
        pytest.param("mailinator.com", OWN, id="D7 disposable"),
        pytest.param("localhost", RESERVED, id="D9 localhost"),
        pytest.param("x.local", RESERVED, id="D9 local"),
        pytest.param("x.internal", RESERVED, id="D9 internal"),
        pytest.param("x.onion", RESERVED, id="D9 onion"),
        pytest.param("x.arpa", RESERVED, id="D9 arpa"),
        pytest.param(f"{'a' * 64}.example", "253 characters at most, and 63", id="D11 label"),
        pytest.param(".".join(["a" * 60] * 4) + ".aaa.example", "253 characters at most", id="D11 name"),
        pytest.param("ab--c.example", "Enter a domain name", id="D12"),
        pytest.param("p\u0430ypal.example", "mixes alphabets", id="mixed"),
        pytest.param("127.0.0.1", "not an IP address", id="IP"),
        pytest.param("a\0b.example", "Enter a domain name", id="NUL"),
    ],
)
def test_what_cannot_name_an_account_is_refused(walk: Walk, typed: str, message: str) -> None:
    before = stored()
    answer = walk.send("account", **EDITED, account_domain=typed)
    assert_shown_again(answer)
    (found,) = errors(answer)["account_domain"]
    assert message in found
    assert stored() == before


def test_test_domains_are_refused_where_they_are_not_allowed(walk: Walk, settings: Any) -> None:
    settings.ALLOW_TEST_DOMAINS = False
    before = stored()
    answer = walk.send("account", **EDITED, account_domain="x.test")
    assert_shown_again(answer)
    assert RESERVED in errors(answer)["account_domain"][0]
    assert stored() == before


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        pytest.param("https://www.holding.example/path?x", "holding.example", id="D2"),
        pytest.param("user@holding.example", "holding.example", id="D4"),
        pytest.param("\uff11\uff12\uff13.example", "123.example", id="D16 full-width"),
        pytest.param("hold\u00ading.example", "holding.example", id="D16 soft hyphen"),
        pytest.param("hold\u200bing.example", "holding.example", id="D17 inside"),
    ],
)
def test_another_spelling_is_shown_and_confirmed_by_continue(walk: Walk, typed: str, normal: str) -> None:
    before = stored()
    answer = walk.send("account", **EDITED, account_domain=typed)
    assert_shown_again(answer)
    assert errors(answer)["account_domain"] == [f"We will use {normal}. Continue to confirm"]
    assert f'value="{normal}"' in answer.content.decode()
    assert stored() == before
    assert walk.send("account", **EDITED, account_domain=normal).status_code == 303
    assert identifier_of(walk) == normal


@pytest.mark.parametrize("identifier", ["\u0430\u0441\u043c\u0435.example", "cisco.com"])
def test_look_alikes_and_protected_names_are_accepted_without_a_word(walk: Walk, identifier: str) -> None:
    """D14, D24: flags are the reviewer's."""
    open_account("acme.example")
    answer = walk.send("account", **EDITED, account_domain=identifier)
    assert answer.status_code == 303, errors(answer)


def test_what_does_not_agree_is_warned_of_before_submission(walk: Walk) -> None:
    """D21 on No: an explicit step between, and the review says it again."""
    answer = walk.send("account", **EDITED, account_domain="holding.example")
    assert (answer.status_code, answer.url) == (303, walk.url("check"))
    warning = walk.open("check")
    assert "We check this by hand" in said(warning)
    assert walk.get(walk.url("company")).status_code == 303, "the warning cannot be skipped"
    assert walk.send("check").url == walk.url("company")
    walk.send("company")
    walk.send("administrators")
    review = said(walk.open("review"))
    assert "We check this by hand" in review
    assert f"Until then nothing is sent to {make.PRIYA}" in review
    walk.send("review")
    made = SmartAccountRequest.objects.get()
    assert made.authorization == "held"


def test_the_warning_comes_again_when_its_facts_change(walk: Walk) -> None:
    walk.send("account", **EDITED, account_domain="holding.example")
    walk.send("check")
    walk.send("account", **EDITED, account_domain="second.example")
    answer = walk.open("company")
    assert (answer.status_code, answer.url) == (303, walk.url("check"))
    page = walk.open("check")
    assert page.status_code == 200
    assert not page.context["form"].errors
    assert walk.send("check").url == walk.url("company")


def test_on_yes_the_requester_s_address_must_agree() -> None:
    """D21 on Yes."""
    walk = Walk(authority="yes")
    before = stored()
    answer = walk.send(
        "account", **EDITED, account_domain="other.example", statement_version=statement.VERSION
    )
    assert_shown_again(answer)
    assert "choose No and name a person there" in errors(answer)["account_domain"][0]
    assert stored() == before


@pytest.mark.parametrize(
    ("version", "message"),
    [("", "Tick the statement to authorize activation"), ("2020-01", "The statement has changed")],
)
def test_on_yes_the_statement_in_force_is_ticked(version: str, message: str) -> None:
    """G6."""
    walk = Walk(authority="yes")
    before = stored()
    answer = walk.send("account", **ACCOUNT, statement_version=version)
    assert_shown_again(answer)
    assert message in errors(answer)["statement_version"][0]
    html = answer.content.decode()
    tick = html[html.index('name="statement_version"') :].partition(">")[0]
    assert statement.VERSION in tick
    assert "checked" not in tick
    assert stored() == before


def test_the_tick_is_asked_each_time() -> None:
    walk = Walk(authority="yes")
    walk.send("account", **ACCOUNT, statement_version=statement.VERSION, later="1")
    page = walk.open("account")
    assert "checked" not in page.content.decode()
    assert not page.context["form"].errors


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("", "Enter the account name", id="C1"),
        pytest.param("   ", "Enter the account name", id="C2 spaces"),
        pytest.param("\u200b", "Enter the account name", id="C2 U+200B"),
        pytest.param("\u3164", "Enter the account name", id="C2 U+3164"),
        pytest.param("Acme\r\nX-Evil: 1", "Enter a single line", id="C4"),
        pytest.param("gpj.exe\u202e", "Direction control", id="C11"),
        pytest.param("x" * 201, "200 characters or fewer, you have 201", id="length"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused(walk: Walk, name: str, message: str) -> None:
    before = stored()
    answer = walk.send("account", account_name=name)
    assert_shown_again(answer)
    assert message in errors(answer)["account_name"][0]
    assert stored() == before


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="C6"),
        pytest.param("O'Neill-\u0141ukasiewicz", "O'Neill-\u0141ukasiewicz", id="C9"),
        pytest.param("\u674e\u5c0f\u9f8d", "\u674e\u5c0f\u9f8d", id="C9 Chinese"),
        pytest.param("../../etc/passwd", "../../etc/passwd", id="C12"),
        pytest.param("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", id="C14"),
        pytest.param("Smart Account Requests Support", "Smart Account Requests Support", id="C16"),
        pytest.param("Nguye\u0302\u0303n", "Nguy\u1ec5n", id="C17"),
        pytest.param("Booking.com B.V.", "Booking.com B.V.", id="a name with a dot"),
    ],
)
def test_any_name_that_can_be_shown_is_accepted(walk: Walk, typed: str, name: str) -> None:
    assert walk.send("account", account_name=typed).status_code == 303
    walk.send("company")
    walk.send("administrators")
    review = walk.open("review")
    assert b"<script>alert" not in review.content
    walk.send("review")
    assert SmartAccountRequest.objects.get().account_name == name


def test_the_person_s_own_open_request_for_the_identifier_is_shown(walk: Walk) -> None:
    made = make.request(walk.person, authorizer_address="someone@acme-robotics.example")
    before = stored()
    answer = walk.send("account", **ACCOUNT)
    assert (answer.status_code, answer.url) == (303, f"/requests/{made.pk}/")
    assert stored() == before


def test_somebody_else_s_open_request_changes_nothing(walk: Walk) -> None:
    """D19."""
    free = walk.send("account", **ACCOUNT)
    make.request(make.person("lee@acme-robotics.example"))
    taken = walk.send("account", **ACCOUNT)
    assert (free.status_code, free.url) == (taken.status_code, taken.url)


def test_an_account_of_the_own_organization_is_told_and_access_offered(walk: Walk) -> None:
    open_account("acme-robotics.example")
    before = stored()
    answer = walk.send("account", **ACCOUNT)
    assert_shown_again(answer)
    assert "There is a Smart Account for acme-robotics.example already" in errors(answer)["account_domain"][0]
    assert 'href="/smart-accounts/access/"' in answer.content.decode()
    assert stored() == before


def test_an_account_of_another_organization_is_not_told(walk: Walk) -> None:
    free = walk.send("account", **EDITED, account_domain="holding.example")
    open_account("holding.example")
    taken = walk.send("account", **EDITED, account_domain="holding.example")
    assert (free.status_code, free.url) == (taken.status_code, taken.url) == (303, walk.url("check"))


def test_an_operator_may_refuse_an_identifier_that_does_not_agree(walk: Walk, settings: Any) -> None:
    settings.UNPROVEN_NOMINATIONS = "refuse"
    before = stored()
    answer = walk.send("account", **EDITED, account_domain="holding.example")
    assert_shown_again(answer)
    assert "must both belong to this domain" in errors(answer)["account_domain"][0]
    assert stored() == before
