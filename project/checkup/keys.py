"""The keys: whether those that living links and signed records name are here, and are the ones they were."""

from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature

from notifications import links
from project.checkup.finding import Finding
from requests_app.domain.authorization import LinkState
from requests_app.models import AuthorizationLink, Decision
from requests_app.services import evidence

PUT_BACK = "put the old one back behind the new one (k2:new,k1:old)"


def check() -> Iterator[Finding]:
    """Try one link and one record of each key that is still named; their ids are said, since those must stay."""
    yield _links()
    yield _records()


def _links() -> Finding:
    alive = AuthorizationLink.objects.filter(state=LinkState.ACTIVE)
    named = sorted(set(alive.values_list("key_id", flat=True)))
    for key_id in named:
        link = alive.filter(key_id=key_id).latest("created_at")
        try:
            token = links.token(links.Label.AUTHORIZATION, link.seed)
        except links.UnknownKey:
            words = f"LINK_KEYS lacks {key_id}: reminders with its links cannot be written; {PUT_BACK}"
            return Finding.bad("link keys", words)
        if links.hash_of(token) != link.token_hash:
            words = (
                f"{key_id} in LINK_KEYS is not what it was: letters from now on carry dead links; {PUT_BACK}"
            )
            return Finding.bad("link keys", words)
    return Finding.ok("link keys", _still(named, "links that work"))


def _records() -> Finding:
    named = sorted(set(Decision.objects.values_list("key_id", flat=True)))
    for key_id in named:
        record = Decision.objects.filter(key_id=key_id).latest("sequence")
        try:
            evidence.check_signature(record.record, record.signature, key_id=key_id)
        except KeyError:
            words = f"EVIDENCE_KEYS lacks {key_id}: its receipts cannot be checked; {PUT_BACK}"
            return Finding.bad("evidence keys", words)
        except (InvalidSignature, ValueError):
            words = (
                f"{key_id} in EVIDENCE_KEYS is not what it was, or its last record was changed; {PUT_BACK}"
            )
            return Finding.bad("evidence keys", words)
    return Finding.ok("evidence keys", _still(named, "records"))


def _still(named: list[str], what: str) -> str:
    return f"{', '.join(named)} named by {what}" if named else ""
