"""Word what a person agrees to who authorizes a Smart Account.

The requester ticks it on *Yes*, the authorizer on the code page; the evidence of a decision keeps the exact
text beside the version. Change a word, change VERSION: an older tick is then refused and the new text shown.
"""

from collections.abc import Sequence
from typing import Final

VERSION: Final = "2026-11"

# Source article, "Who authorizes?"; product rules, section 3, step 4.
AUTHORITY: Final = (
    "authority to create the account and to manage product and service entitlements, licence agreements,"
    " users and roles on behalf of the organization"
)


def text(account_domain: str, *, account_name: str, administrators: Sequence[str], operator: str) -> str:
    """Return the statement about exactly these facts, in the first person, without markup.

    `administrators` are addresses in the order shown on the page, the requester's among them when nobody
    was named. Raises ValueError without one: an account always has an administrator.
    """
    if not administrators:
        raise ValueError("Nobody would administer this account.")
    return (
        f"I may act for the organization that uses {account_domain}: I have {AUTHORITY}."
        f" I authorize {operator} to activate the Smart Account “{account_name}” for {account_domain},"
        f" administered by {', '.join(administrators)}."
        " If none of them has signed in by the time of activation, the person who asked for the account"
        " administers it too."
    )


def own_text(*, operator: str) -> str:
    """Return the statement a requester ticks on *Yes*, below the identifier, the name and the people it is about.

    The facts stand above it on the page and beside it in the evidence: the words are the same before and
    after they are typed, so what is kept is exactly what was shown.
    """
    return (
        f"I may act for the organization that uses the identifier above: I have {AUTHORITY}."
        f" I authorize {operator} to activate the Smart Account with the identifier, the name and the"
        " administrators given above. If I name no administrator, or none of them has signed in by the time"
        " of activation, I administer it."
    )
