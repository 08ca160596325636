"""What is accepted for an organization when its Smart Account is set up.

A new text gets a new version; what was accepted under an older one stays valid for its account."""

AGREEMENT_VERSION = "2026-11"

PARAGRAPHS: tuple[str, ...] = (
    "You accept these terms for the organization that the account domain identifier belongs to, and you "
    "confirm that you may do so.",
    "The Smart Account is where the organization administers its software licences, entitlements, users and "
    "roles. What its administrators do there counts as done on the organization's behalf.",
    "The organization keeps its administrators current: it removes people who have left or changed their "
    "work, and it always has at least one administrator who can be reached.",
    "Each administrator signs in with an address and a password of their own. Shared sign-ins are not "
    "allowed.",
    "The account is for this organization's own licences. A partner or reseller does not open or run it in "
    "the name of a customer.",
    "The operator may suspend the account when it is abused, when the domain no longer belongs to the "
    "organization, or when the details given turn out to be wrong.",
)
