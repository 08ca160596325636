"""An identifier has one normal form, what can name no company is refused, look-alikes are found."""

import inspect
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people import domains
from requests_app.domain import identifiers, mail_domains
from requests_app.domain.identifiers import HoldReason, Normalized


def _normalize(typed: str, *, allow_test_domains: bool = True) -> Normalized:
    return identifiers.normalize(typed, allow_test_domains=allow_test_domains)


@pytest.mark.parametrize(
    "typed",
    [
        "https://www.acme.example/path?x",
        "http://user:secret@acme.example:8080/a@b",
        "//acme.example",
        "www.acme.example",
        "user@acme.example",
        "mailto:user@acme.example",
        "Ann <ann@acme.example>",
        "acme.example/",
        "acme.example:443",
        "acme.example#top",
        "ａｃｍｅ.example",
        "acme。example",
        "ac\u00adme.example",
        "acme.example\u200b",
        "ac\u200bme.example",
        "\ufeffacme.example",
    ],
)
def test_what_stands_for_a_name_is_normalized_and_shown_for_confirmation(typed: str) -> None:
    assert _normalize(typed) == Normalized("acme.example", changed=True)


@pytest.mark.parametrize(
    "typed", ["acme.example", " acme.example\u00a0", "ACME.Example", "acme.example.", "acme.example\n"]
)
def test_case_and_space_need_no_confirmation(typed: str) -> None:
    assert _normalize(typed) == Normalized("acme.example", changed=False)


@pytest.mark.parametrize(
    ("typed", "identifier"),
    [
        ("Bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("BU\u0308CHER.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("東京電力abc.jp", "xn--abc-dm9dx3pm01bbt3e.jp"),
        ("株式会社テスト.jp", "xn--zckzah9512atxqupmq82a.jp"),
        ("삼성電子.kr", "xn--i8s910lgg0anna.kr"),
        ("acme.co.uk", "acme.co.uk"),
        ("emea.acme.co.uk", "emea.acme.co.uk"),
        ("acme.github.io", "acme.github.io"),
        ("www.ck", "www.ck"),
        ("3m.com", "3m.com"),
    ],
)
def test_a_name_in_any_script_is_kept_as_a_labels(typed: str, identifier: str) -> None:
    assert _normalize(typed) == Normalized(identifier, changed=False)


def test_fullwidth_digits_become_digits() -> None:
    assert _normalize("１２３.example") == Normalized("123.example", changed=True)


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("", "empty", "Enter the account domain identifier"),
        (" \u200b", "empty", "Enter the account domain identifier"),
        ("https://", "empty", "Enter the account domain identifier"),
        ("com", "public_suffix", "shared by many companies"),
        ("co.uk", "public_suffix", "shared by many companies"),
        ("github.io", "public_suffix", "shared by many companies"),
        ("рф", "public_suffix", "shared by many companies"),
        ("anything.ck", "public_suffix", "shared by many companies"),
        ("gmail.com", "free_mail", "Use your company's own domain"),
        ("mail.gmail.com", "free_mail", "Use your company's own domain"),
        ("googlemail.com", "free_mail", "Use your company's own domain"),
        ("user@gmail.com", "free_mail", "Use your company's own domain"),
        ("mailinator.com", "free_mail", "Use your company's own domain"),
        ("x.mailinator.com", "free_mail", "Use your company's own domain"),
        ("localhost", "reserved", "reserved"),
        ("x.localhost", "reserved", "reserved"),
        ("x.local", "reserved", "reserved"),
        ("x.internal", "reserved", "reserved"),
        ("x.onion", "reserved", "reserved"),
        ("x.arpa", "reserved", "reserved"),
        ("x.home.arpa", "reserved", "reserved"),
        ("x.invalid", "reserved", "reserved"),
        ("x.alt", "reserved", "reserved"),
        ("acme", "no_dot", "needs a dot"),
        ("127.0.0.1", "ip_address", "not an IP address"),
        ("http://192.168.0.1/", "ip_address", "not an IP address"),
        ("0x7f.1", "ip_address", "not an IP address"),
        ("[::1]", "malformed", "correct format"),
        ("a" * 64 + ".example", "too_long", "253 characters at most, and 63"),
        (".".join(["a" * 61] * 4) + ".exampl", "too_long", "253 characters at most"),
        ("a" * 100_000, "too_long", "253 characters at most"),
        ("ab--c.example", "malformed", "correct format"),
        ("-ab.example", "malformed", "correct format"),
        ("ab-.example", "malformed", "correct format"),
        ("acme..example", "malformed", "correct format"),
        (".acme.example", "malformed", "correct format"),
        ("acme_robotics.example", "malformed", "correct format"),
        ("acme robotics.example", "malformed", "correct format"),
        ("xn--invalid--.example", "malformed", "correct format"),
        ("xn--zzzzzz.example", "malformed", "correct format"),
        ("☃.example", "malformed", "correct format"),
        ("рaypal.example", "mixed", "mixes alphabets"),
        ("gооgle.example", "mixed", "mixes alphabets"),
        ("acmeα.example", "mixed", "mixes alphabets"),
        ("xn--ypal-43d9g.example", "mixed", "mixes alphabets"),
        ("१1२.example", "mixed", "mixes alphabets"),
    ],
)
def test_what_cannot_name_an_account_is_refused(typed: str, code: str, words: str) -> None:
    with pytest.raises(identifiers.IdentifierRefused, match=words) as refused:
        _normalize(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("typed", ["acme.test", "acme.example", "example.com", "acme.example.org"])
def test_names_for_trying_out_are_allowed_only_while_trying_out(typed: str) -> None:
    assert _normalize(typed) == Normalized(typed, changed=False)
    with pytest.raises(identifiers.IdentifierRefused, match="reserved"):
        _normalize(typed, allow_test_domains=False)


def test_the_longest_name_has_253_characters() -> None:
    longest = ".".join(["a" * 61] * 4) + ".examp"
    assert len(longest) == 253
    assert _normalize(longest).identifier == longest


def test_people_read_the_unicode_form() -> None:
    assert identifiers.u_label("xn--bcher-kva.example") == "bücher.example"
    assert identifiers.u_label("acme.example") == "acme.example"
    assert identifiers.u_label("xn--zzzzzz.example") == "xn--zzzzzz.example"


@pytest.mark.parametrize(
    ("address", "derived"),
    [
        ("ann@acme.example", "acme.example"),
        ("ann@mail.acme.example", "acme.example"),
        ("ann@mail.acme.co.uk", "acme.co.uk"),
        ("ann@acme.github.io", "acme.github.io"),
        ("ann@gmail.com", ""),
        ("ann@googlemail.com", ""),
        ("ann@x.gmail.com", ""),
        ("ann@mailinator.com", ""),
        ("ann@github.io", ""),
        ("", ""),
    ],
)
def test_the_default_is_the_registrable_domain_of_the_address(address: str, derived: str) -> None:
    assert identifiers.derive(address) == derived


@pytest.mark.parametrize(
    ("address", "identifier", "agree"),
    [
        ("ann@acme.example", "acme.example", True),
        ("ann@mail.acme.example", "emea.acme.example", True),
        ("ann@acme.example", "acme.test", False),
        ("ann@acme.co.uk", "other.co.uk", False),
        ("ann@a.github.io", "b.github.io", False),
        ("ann@gmail.com", "gmail.com", False),
        ("ann@privaterelay.appleid.com", "appleid.com", False),
        ("ann@github.io", "github.io", False),
        ("", "acme.example", False),
    ],
)
def test_an_address_agrees_when_the_registrable_domain_is_the_same(
    address: str, identifier: str, agree: bool
) -> None:
    assert identifiers.agrees(address, identifier) is agree


@pytest.mark.parametrize(
    "host", ["gmail.com", "googlemail.com", "GMX.de", "proton.me", "pm.me", "mail.yahoo.com"]
)
def test_free_mail_is_known_by_all_its_names(host: str) -> None:
    assert identifiers.is_free_mail(host)


@pytest.mark.parametrize("host", sorted(mail_domains.ALIASES))
def test_each_alias_is_a_domain_somebody_registered(host: str) -> None:
    assert identifiers.is_free_mail(host)
    assert domains.registrable_domain(host)


@pytest.mark.parametrize("host", ["acme.example", "notgmail.com", "com", "", "acme.za.com", "google.com"])
def test_companies_are_neither_free_mail_nor_disposable(host: str) -> None:
    assert not identifiers.is_free_mail(host)
    assert not identifiers.is_disposable(host)


def test_throw_away_mail_is_known_with_its_sub_domains() -> None:
    assert identifiers.is_disposable("mailinator.com")
    assert identifiers.is_disposable("x.mailinator.com")


def test_an_operator_can_add_free_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_domains, "_added", set())
    assert not identifiers.is_free_mail("students.example")

    mail_domains.extend([" Students.example ", ""])

    assert identifiers.is_free_mail("mail.students.example")
    assert not identifiers.is_free_mail("")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("аррӏе.com", "apple.com"),
        ("раураӏ.example", "paypal.example"),
        ("g00gle.example", "google.example"),
        ("rnicrosoft.example", "microsoft.example"),
        ("paypa1.example", "paypal.example"),
        ("οοο.example", "ooo.example"),
    ],
)
def test_look_alikes_are_accepted_and_share_a_skeleton(one: str, other: str) -> None:
    first, second = _normalize(one).identifier, _normalize(other).identifier

    assert first != second
    assert identifiers.skeleton(first) == identifiers.skeleton(second)


def test_names_that_look_different_have_different_skeletons() -> None:
    names = [
        "acme.example",
        "acne.example",
        "acme.test",
        "xn--bcher-kva.example",
        "bucher.example",
        "acm.example",
    ]

    for one, other in itertools.combinations(names, 2):
        assert identifiers.skeleton(one) != identifiers.skeleton(other)


def test_a_sub_domain_and_its_parent_are_related() -> None:
    assert identifiers.related("emea.acme.example", "acme.example")
    assert identifiers.related("acme.example", "emea.acme.example")
    assert not identifiers.related("acme.example", "acme.example")
    assert not identifiers.related("notacme.example", "acme.example")


@pytest.mark.parametrize(
    ("identifier", "protected"),
    [
        ("cisco.com", True),
        ("emea.cisco.com", True),
        ("c1sco.com", False),
        ("ciscо.com", True),
        ("scope.com", True),
        ("smart-accounts.example", True),
        ("acme.smart-accounts.example", True),
        ("contoso.example", True),
        ("c0ntoso.test", True),
        ("acme.example", False),
        ("notcisco.com", False),
    ],
)
def test_reserved_names_and_their_look_alikes_are_flagged(identifier: str, protected: bool) -> None:
    reserved = ["cisco.com", "Smart-Accounts.example", "contoso", "ѕсоре.com", ""]

    assert identifiers.is_protected(identifier, reserved=reserved) is protected


@pytest.mark.parametrize(
    ("requester", "authorizer", "code", "warns"),
    [
        ("ann@acme.example", "bob@mail.acme.example", "same_organization", False),
        ("ann@partner.example", "bob@acme.example", "by_hand", True),
        ("ann@acme.example", "bob@other.example", "by_hand", True),
        ("ann@gmail.com", "bob@acme.example", "free_mail", True),
        ("ann@acme.example", "bob@gmail.com", "free_mail", True),
        ("ann@mailinator.com", "bob@acme.example", "free_mail", True),
    ],
)
def test_the_page_says_what_will_happen(requester: str, authorizer: str, code: str, warns: bool) -> None:
    explanation = identifiers.explain(
        "acme.example", requester_address=requester, authorizer_address=authorizer
    )

    assert (explanation.code, explanation.warns) == (code, warns)
    assert ("by hand" in explanation.sentence) is warns
    assert ("same organization as your address" in explanation.sentence) is not warns
    for telling in ("exist", "taken", "already", "another request", "available", "reserved"):
        assert telling not in explanation.sentence


def test_the_explanation_knows_nothing_but_the_three_texts() -> None:
    assert list(inspect.signature(identifiers.explain).parameters) == [
        "identifier",
        "requester_address",
        "authorizer_address",
    ]


@pytest.mark.parametrize(
    ("requester", "authorizer", "after_decline", "reasons"),
    [
        ("ann@acme.example", "bob@acme.example", False, set()),
        ("ann@other.example", "bob@acme.example", False, {HoldReason.DOMAINS_DISAGREE}),
        ("ann@acme.example", "bob@other.example", False, {HoldReason.DOMAINS_DISAGREE}),
        ("ann@acme.example", "bob@gmail.com", False, {HoldReason.DOMAINS_DISAGREE, HoldReason.FREE_MAIL}),
        ("ann@gmail.com", "bob@acme.example", False, {HoldReason.DOMAINS_DISAGREE, HoldReason.FREE_MAIL}),
        ("ann@acme.example", "info@acme.example", False, {HoldReason.SHARED_MAILBOX}),
        ("info@acme.example", "bob@acme.example", False, set()),
        ("ann@acme.example", "bob@acme.example", True, {HoldReason.AFTER_DECLINE}),
    ],
)
def test_a_nomination_letter_waits_for_every_reason_there_is(
    requester: str, authorizer: str, after_decline: bool, reasons: set[HoldReason]
) -> None:
    assert (
        identifiers.hold_reasons(
            "acme.example",
            requester_address=requester,
            authorizer_address=authorizer,
            after_decline=after_decline,
        )
        == reasons
    )


HOSTS = st.from_regex(
    r"(https?://)?[a-zA-Z0-9é\u0430\u200b_-]{1,12}(\.[a-z0-9東\u00ad-]{1,8}){0,3}[./]?", fullmatch=True
)


@settings(deadline=None)  # the first example reads the shipped tables
@given(st.text(max_size=40) | HOSTS)
def test_normalizing_raises_nothing_else_and_twice_is_once(typed: str) -> None:
    try:
        identifier = _normalize(typed).identifier
    except identifiers.IdentifierRefused:
        return
    assert _normalize(identifier) == Normalized(identifier, changed=False)
    assert _normalize(identifiers.u_label(identifier)) == Normalized(identifier, changed=False)
    assert identifier.isascii()
    assert identifier.isprintable()
    assert identifier == identifier.lower()
    assert len(identifier) <= 253
    assert "." in identifier
    assert identifiers.registrable_domain(identifier)


@settings(deadline=None)  # the first example reads the shipped tables
@given(st.text(max_size=40))
def test_questions_about_any_text_are_answered(value: str) -> None:
    identifiers.skeleton(value)
    identifiers.u_label(value)
    identifiers.is_free_mail(value)
    identifiers.is_disposable(value)
    identifiers.is_protected(value, reserved=["cisco.com", "contoso"])
    assert isinstance(identifiers.derive(value), str)
    assert isinstance(identifiers.agrees(value, value), bool)
