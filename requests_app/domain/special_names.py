"""Know the names that no company can register: special-use names and those meant for private networks."""

from typing import Final

# RFC 6761, 6762 (appendix G too), 7686, 8375, 9476, and ICANN's names never to be delegated.
NEVER: Final = frozenset(
    {
        "alt",
        "arpa",
        "corp",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "mail",
        "onion",
        "private",
    }
)
# RFC 2606 and 6761: for trying things out.
TEST: Final = frozenset({"example", "test"})
TEST_DOMAINS: Final = ("example.com", "example.net", "example.org")


def is_reserved(host: str, *, allow_test_domains: bool) -> bool:
    """Tell whether the host is, or lies under, a name that stays out of the public DNS."""
    top = host.rpartition(".")[2]
    if top in NEVER:
        return True
    tries_out = top in TEST or any(host == name or host.endswith(f".{name}") for name in TEST_DOMAINS)
    return tries_out and not allow_test_domains
