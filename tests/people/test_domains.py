"""Which addresses agree with which identifiers."""

import pytest

from people.domains import registrable_domain, same_organization


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("acme.example", "acme.example"),
        ("labs.eu.acme.example", "acme.example"),
        ("acme.co.uk", "acme.co.uk"),
        ("team.github.io", "team.github.io"),
        ("a.xn--55qx5d.cn", "a.xn--55qx5d.cn"),
        ("co.uk", ""),
        ("github.io", ""),
        ("com", ""),
        ("192.0.2.7", ""),
        ("2001:db8::1", ""),
        ("a..example", ""),
        ("", ""),
    ],
)
def test_a_host_belongs_to_the_domain_somebody_registered(host: str, registered: str) -> None:
    assert registrable_domain(host) == registered


@pytest.mark.parametrize("identifier", ["acme.example", "labs.acme.example", "eu.labs.acme.example"])
def test_an_address_agrees_with_its_domain_and_every_sub_domain(identifier: str) -> None:
    assert same_organization("dana@acme.example", identifier)
    assert same_organization("dana@mail.acme.example", identifier)


@pytest.mark.parametrize(
    ("address", "identifier"),
    [
        ("dana@acme.example", "other.example"),
        ("dana@acme.example.evil.test", "acme.example"),
        ("dana@notacme.example", "acme.example"),
        ("dana@one.github.io", "two.github.io"),
        ("dana@co.uk", "co.uk"),
        ("dana@192.0.2.7", "192.0.2.7"),
        ("dana", "acme.example"),
        ("", ""),
    ],
)
def test_another_organization_does_not_agree(address: str, identifier: str) -> None:
    assert not same_organization(address, identifier)
