"""What the doctor reads from the DNS of the sending domain, asked of a real name server on this machine."""

from collections.abc import Mapping
from typing import Any

import dns.resolver
import pytest

from project.checkup import sending_domain
from project.checkup.finding import Finding, Verdict
from project.checkup.sending_domain import Directory, Names
from tests.project.dns_server import NameServer

DOMAIN = "operator.example"
NAMES = Names(DOMAIN, DOMAIN, ("k1",), by_provider=False)
Records = Mapping[tuple[str, str], list[str]]
GOOD: Records = {
    (DOMAIN, "TXT"): ['"v=spf1 mx include:_spf.host.example -all"', '"some-site-verification=1"'],
    ("_spf.host.example", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 -all"'],
    ("k1._domainkey.operator.example", "TXT"): ['"v=DKIM1; k=rsa; p=MIGf" "MA0GCSq"'],
    ("_dmarc.operator.example", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:dmarc@operator.example"'],
    (DOMAIN, "MX"): ["10 mx.operator.example."],
}


def look(records: Records, names: Names = NAMES, **options: Any) -> dict[str, Finding]:
    with NameServer(dict(records), **options) as server:
        found = sending_domain.check(names, Directory(server.resolver()))
        return {one.name: one for one in found}


def changed(**kinds: list[str] | None) -> Records:
    """GOOD with the records of a kind replaced, or left out for None."""
    keys = {
        "spf": (DOMAIN, "TXT"),
        "dkim": ("k1._domainkey.operator.example", "TXT"),
        "dmarc": ("_dmarc.operator.example", "TXT"),
        "mx": (DOMAIN, "MX"),
    }
    replaced = {keys[kind]: records for kind, records in kinds.items()}
    return {key: value for key, value in {**GOOD, **replaced}.items() if value is not None}


def test_a_domain_in_order_is_said_to_be_so() -> None:
    found = look(GOOD)
    assert {name: one.verdict for name, one in found.items()} == dict.fromkeys(
        ("spf", "dkim k1", "dmarc", "answers"), Verdict.OK
    )


def test_what_is_wrong_is_said_in_words_and_with_the_place_to_look() -> None:
    many = [f'"v=spf1 {" ".join(f"a:h{n}.example" for n in range(11))} -all"']
    circle = {
        ("a.example", "TXT"): ['"v=spf1 include:b.example"'],
        ("b.example", "TXT"): ['"v=spf1 include:a.example"'],
    }
    cases: list[tuple[str, Records, Verdict, str]] = [
        ("spf", changed(spf=['"other"']), Verdict.BAD, "says nowhere which servers"),
        ("spf", changed(spf=['"v=spf1 -all"', '"v=spf1 mx -all"']), Verdict.BAD, "has 2 SPF records"),
        ("spf", changed(spf=['"v=spf1 +all"']), Verdict.BAD, "every server in the world"),
        ("spf", changed(spf=many), Verdict.BAD, "asks 11 further questions"),
        ("spf", changed(spf=['"v=spf1 mx"']), Verdict.NOTE, "has no end"),
        ("spf", changed(spf=['"v=spf10 -all"']), Verdict.BAD, "says nowhere"),
        ("spf", {**changed(spf=['"v=spf1 include:a.example -all"']), **circle}, Verdict.OK, ""),
        ("dkim k1", changed(dkim=None), Verdict.BAD, "no key is published"),
        ("dkim k1", changed(dkim=['"v=DKIM1; p="']), Verdict.BAD, "withdrawn"),
        ("dkim k1", changed(dkim=['"v=DKIM1; t=y; p=abc"']), Verdict.NOTE, "t=y"),
        ("dmarc", changed(dmarc=None), Verdict.BAD, "has no policy"),
        ("dmarc", changed(dmarc=['"v=DMARC1; p=reject"', '"v=DMARC1; p=none"']), Verdict.BAD, "2 policies"),
        ("dmarc", changed(dmarc=['"v=DMARC1; rua=mailto:x@y.example"']), Verdict.BAD, "p=(nothing)"),
        ("dmarc", changed(dmarc=['"v=DMARC1; p=none"']), Verdict.NOTE, "only watches"),
        ("answers", changed(mx=["0 ."]), Verdict.BAD, "takes no mail"),
        ("answers", changed(mx=None), Verdict.BAD, "can receive nothing"),
    ]
    for name, records, verdict, words in cases:
        one = look(records)[name]
        assert (one.verdict, words in one.words) == (verdict, True), one
        assert verdict is Verdict.OK or "(look: dig +short " in one.words


def test_a_policy_of_the_registered_domain_counts_for_its_sub_domains() -> None:
    records = {
        ("_dmarc.acme.com", "TXT"): ['"v=DMARC1; p=quarantine"'],
        ("letters.acme.com", "A"): ["192.0.2.1"],
    }
    found = look(records, Names("letters.acme.com", "letters.acme.com", (), by_provider=False))
    assert found["dmarc"].verdict is Verdict.OK
    assert found["answers"].verdict is Verdict.OK


def test_a_return_path_elsewhere_is_told_and_looked_at_itself() -> None:
    records = {**GOOD, ("bounces.example", "TXT"): ['"v=spf1 -all"'], ("bounces.example", "A"): ["192.0.2.1"]}
    found = look(records, Names(DOMAIN, "bounces.example", (), by_provider=False))
    assert "only DKIM can pass" in found["dmarc"].words
    assert found["spf"].verdict is Verdict.OK


def test_a_provider_without_spf_of_ours_and_unnamed_keys_are_notes() -> None:
    found = look(changed(spf=['"other"']), Names(DOMAIN, DOMAIN, (), by_provider=True))
    assert {found["spf"].verdict, found["dkim"].verdict} == {Verdict.NOTE}
    assert "DKIM_SELECTORS" in found["dkim"].words


def test_a_server_that_fails_is_no_fault_of_the_domain() -> None:
    for one in look(GOOD, fails=True).values():
        assert (one.verdict, "could not be looked up" in one.words) == (Verdict.NOTE, True)


def test_without_a_resolver_everything_is_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", missing)
    found = list(sending_domain.check(NAMES, Directory()))
    assert {one.verdict for one in found} == {Verdict.NOTE}
    assert all("dig +short" in one.words for one in found)


def test_a_silent_resolver_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def silent(self: object, *arguments: object, **options: object) -> None:
        asked.append(arguments)
        raise dns.resolver.LifetimeTimeout(timeout=3, errors=[])

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", silent)
    found = list(sending_domain.check(NAMES, Directory(dns.resolver.Resolver(configure=False))))
    assert {one.verdict for one in found} == {Verdict.NOTE}
    assert len(asked) == 1
