"""E-mail addresses have one form; what we could not write to is refused in words for the field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people import addresses

FORMAT = "correct format, like name@example.com"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter an e-mail address"),
        (" \u200b", "Enter an e-mail address"),
        ("mailto:", "Enter an e-mail address"),
        ("priya", FORMAT),
        ("priya@", FORMAT),
        ("@acme.example", FORMAT),
        ("priya@acme", "domain needs a dot"),
        ("priya@localhost", "domain needs a dot"),
        ("priya@acme..example", FORMAT),
        ("priya@acme_robotics.example", FORMAT),
        (".priya@acme.example", FORMAT),
        ("pri..ya@acme.example", FORMAT),
        ("priya.@acme.example", FORMAT),
        ("pri ya@acme.example", FORMAT),
        ("Priya <priya@acme.example>", "Enter only the address"),
        ('"priya"@acme.example', "Enter only the address"),
        ("a@x.example;b@x.example", "Enter one address"),
        ("a@x.example, b@x.example", "Enter one address"),
        ("a@x.example b@x.example", "Enter one address"),
        ("a@b@x.example", FORMAT),
        ("a@x.example\r\nBcc: v@y.example", FORMAT),
        ("a@x.example\x00", FORMAT),
        ("priy\u0430@acme.example", "only a-z"),
        ("a@\u0440\u0430\u0443\u0440\u0430l.example", "mixes alphabets"),
        ("a@xn--invalid--.example", FORMAT),
        ("a@xn--80ak6aa92e\u0430.example", FORMAT),
        ("a@ab--c.example", FORMAT),
        ("a@[127.0.0.1]", FORMAT),
        ("a@127.0.0.1", FORMAT),
        ("a@" + "x" * 64 + ".example", "63 between two dots"),
        ("a" * 64 + "@" + ".".join(["b" * 61] * 3) + ".exam", "254 characters at most"),
        ("a" * 65 + "@acme.example", "64 characters at most"),
        ("a@" + "b." * 150 + "example", "254 characters at most"),
        ("a@" + "b" * 100_000, "254 characters at most"),
    ],
)
def test_what_cannot_be_written_to_is_refused(typed: str, words: str) -> None:
    with pytest.raises(addresses.AddressRefused, match=words) as refused:
        addresses.clean(typed)
    assert refused.value.code


def test_the_longest_address_has_254_characters() -> None:
    longest = "a" * 64 + "@" + ".".join(["b" * 61] * 3) + ".exa"
    assert len(longest) == 254
    assert addresses.clean(longest) == longest


@pytest.mark.parametrize(
    "typed",
    [
        "priya@acme.example",
        " priya@acme.example ",
        "\u00a0priya@acme.example\u200b",
        "\u202apriya@acme.example\u202c",
        "priya@acme.example.",
        "mailto:priya@acme.example",
        "MailTo: Priya@ACME.Example?subject=Hello",
        "priya@acme.example\r\n",
        "priya@ａｃｍｅ。example",
        "priya@ac\u200bme.example",
    ],
)
def test_an_address_is_forgiven_its_wrapping(typed: str) -> None:
    assert addresses.clean(typed) == "priya@acme.example"


def test_a_domain_becomes_a_labels() -> None:
    assert addresses.clean("Ann@Bücher.example") == "ann@xn--bcher-kva.example"


@pytest.mark.parametrize("typed", ["o'neill@acme.example", "a+b-c_d@acme.example", "1@2.example"])
def test_rare_but_honest_addresses_pass(typed: str) -> None:
    assert addresses.clean(typed) == typed


def test_addresses_of_one_mailbox_compare_equal() -> None:
    assert addresses.comparison_key("Ann+sales+x@Acme.example") == addresses.comparison_key(
        "ann@acme.example"
    )
    assert addresses.comparison_key("ann@acme.example") != addresses.comparison_key("ann@b.example")
    assert addresses.comparison_key("+ann@acme.example") == "+ann@acme.example"


def test_the_domain_is_what_follows_the_last_at() -> None:
    assert addresses.domain_of("ann@Acme.example") == "acme.example"


@pytest.mark.parametrize(
    "local",
    [
        "abuse",
        "postmaster",
        "hostmaster",
        "noreply",
        "no-reply",
        "No_Reply",
        "donotreply",
        "do-not-reply",
        "mailer-daemon",
        "root",
        "security",
        "webmaster",
        "unsubscribe",
        "noreply+acme",
    ],
)
def test_a_role_is_nobody_in_person(local: str) -> None:
    assert addresses.is_role(f"{local}@acme.example")
    assert not addresses.is_shared_mailbox(f"{local}@acme.example")


@pytest.mark.parametrize(
    "local", ["info", "office", "it", "sales", "support", "admin", "contact", "Hello", "info+x"]
)
def test_a_shared_mailbox_is_known_by_its_name(local: str) -> None:
    assert addresses.is_shared_mailbox(f"{local}@acme.example")
    assert not addresses.is_role(f"{local}@acme.example")


@pytest.mark.parametrize("local", ["priya", "rooter", "italo", "infos", "i.t"])
def test_a_person_is_neither(local: str) -> None:
    assert not addresses.is_role(f"{local}@acme.example")
    assert not addresses.is_shared_mailbox(f"{local}@acme.example")


def test_a_list_pasted_from_a_mail_program_becomes_addresses() -> None:
    pasted = '"Doe, Jane" <j@x.example>; Roe, Rick <r@x.example>, k@x.example\nl@x.example m@x.example;'

    assert addresses.split_list(pasted) == [f"{name}@x.example" for name in "jrklm"]


def test_what_is_no_address_in_a_list_is_left_to_be_refused() -> None:
    assert addresses.split_list("a@x.example; not an address, b@x.example, Ann <>") == [
        "a@x.example",
        "not an address",
        "b@x.example",
        "Ann <>",
    ]
    assert addresses.split_list(" \n;, ") == []


@settings(deadline=None)  # the first example reads the shipped tables
@given(st.text(max_size=40) | st.from_regex(r"[a-z.+@\u200b\u0430 <>-]{1,12}@[a-zA-Zé.0-9\u200b-]{1,20}\Z"))
def test_cleaning_raises_nothing_else_and_twice_is_once(typed: str) -> None:
    try:
        address = addresses.clean(typed)
    except addresses.AddressRefused:
        return
    assert addresses.clean(address) == address
    assert address.isascii()
    assert address.isprintable()
    assert " " not in address
    assert address == address.lower()
    assert address.count("@") == 1


@settings(deadline=None)  # the first example reads the shipped tables
@given(st.emails(domains=st.sampled_from(["acme.example", "mail.acme.example"])))
def test_honest_addresses_stay_themselves(address: str) -> None:
    if len(address.rpartition("@")[0]) <= addresses.LOCAL_LIMIT:
        assert addresses.clean(address) == address.lower()


@settings(deadline=None)  # the first example reads the shipped tables
@given(st.text(max_size=80))
def test_any_text_can_be_taken_apart(pasted: str) -> None:
    assert all(isinstance(piece, str) and piece for piece in addresses.split_list(pasted))
