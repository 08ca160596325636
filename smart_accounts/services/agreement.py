"""What is accepted for an organization when its Smart Account is set up, in each language of the pages.

A version names one text in one language: what is ticked and kept is the version that was shown. Change a word in any
language, change AGREEMENT_VERSION; what was accepted under an older one stays valid for its account. No catalogue of
translations stands between: nothing but this module can change what is accepted.
"""

AGREEMENT_VERSION = "2026-11"
"""The English text; others have their language behind it."""

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
_GERMAN: tuple[str, ...] = (
    "Sie nehmen diese Bedingungen für die Organisation an, zu der die Domain-Kennung des Kontos gehört, und "
    "bestätigen, dass Sie das dürfen.",
    "Im Smart Account verwaltet die Organisation ihre Softwarelizenzen, Berechtigungen, Benutzerkonten und "
    "Rollen. Was diejenigen, die das Konto verwalten, dort tun, gilt als im Namen der Organisation getan.",
    "Die Organisation hält aktuell, wer das Konto verwaltet: Sie entfernt Personen, die ausgeschieden sind oder "
    "eine andere Aufgabe haben, und mindestens eine Person, die es verwaltet, ist stets erreichbar.",
    "Wer das Konto verwaltet, meldet sich mit einer eigenen Adresse und einem eigenen Passwort an. Gemeinsam "
    "genutzte Anmeldungen sind nicht erlaubt.",
    "Das Konto ist für die eigenen Lizenzen dieser Organisation bestimmt. Partner und Wiederverkäufer legen es "
    "nicht im Namen eines Kunden an und führen es nicht in dessen Namen.",
    "Der Betreiber darf das Konto sperren, wenn es missbraucht wird, wenn die Domain nicht mehr zur "
    "Organisation gehört oder wenn sich die Angaben als falsch erweisen.",
)
_IN_FORCE = {AGREEMENT_VERSION: PARAGRAPHS, f"{AGREEMENT_VERSION}-de": _GERMAN}


def version_in(language: str) -> str:
    """Return the version to show in a language; the English one where there is no other."""
    version = f"{AGREEMENT_VERSION}-{language}"
    return version if version in _IN_FORCE else AGREEMENT_VERSION


def is_in_force(version: str) -> bool:
    """Tell whether a tick of this version counts today."""
    return version in _IN_FORCE


def paragraphs(version: str) -> tuple[str, ...]:
    """Return the text of a version. Raises KeyError for one that is not in force."""
    return _IN_FORCE[version]
