"""Who gets no letters, kept as keyed hashes: an address that bounced, complained, or was not meant.

Bounce: no letter that carries an authorization link. Complaint: nothing but the codes its reader asks for.
Not meant: nothing that this requester causes. (Security design, section 3.)
"""

import hmac
from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.db.models import Q

from notifications.emails import KINDS
from notifications.models import OutgoingEmail, Scope, Suppression

# Asked before every letter, and so written out: the mapper's way to it costs more than the answer.
_BLOCKED = (
    "SELECT address_hash, scope, requester FROM notifications_suppression WHERE address_hash IN ({places})"
)


def hash_of(address: str) -> str:
    """Hash an address under HASH_KEY; upper case and a +tag make no other address of it."""
    local, _, domain = address.strip().lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return hmac.digest(settings.HASH_KEY.encode(), f"address:{plain}".encode(), "sha256").hex()


def add(address: str, *, scope: Scope, source: str, reason: str = "", requester: str = "") -> bool:
    """Suppress an address; returns True when it is new. `requester` (an id as text) goes with `not_meant` only."""
    _, is_new = Suppression.objects.get_or_create(
        address_hash=hash_of(address),
        scope=scope.value,
        requester=requester,
        defaults={"source": source[:40], "reason": reason[:200]},
    )
    return is_new


def lift(address: str, *, scope: Scope, requester: str = "") -> bool:
    """Let letters reach the address again; returns whether it was suppressed."""
    gone, _ = Suppression.objects.filter(
        address_hash=hash_of(address), scope=scope.value, requester=requester
    ).delete()
    return bool(gone)


def scopes(address: str, *, requester: str = "") -> frozenset[Scope]:
    """Return why letters to this address are kept back, for anybody and for this requester."""
    rows = Suppression.objects.filter(Q(requester="") | Q(requester=requester), address_hash=hash_of(address))
    return frozenset(Scope(scope) for scope in rows.values_list("scope", flat=True))


def blocked(letters: Iterable[OutgoingEmail]) -> dict[int, Scope]:
    """Return which of these letters must not leave, and why: letter id to scope, in one query."""
    hashes = {letter.pk: hash_of(letter.to) for letter in letters}
    with connection.cursor() as cursor:
        asked = sorted(set(hashes.values()))
        cursor.execute(_BLOCKED.format(places=", ".join(["%s"] * len(asked))), asked)
        rows = cursor.fetchall()
    if not rows:
        return {}
    found: dict[str, list[tuple[str, str]]] = {}
    for address_hash, scope, requester in rows:
        found.setdefault(address_hash, []).append((scope, requester))
    blocks = {}
    for letter in letters:
        for scope, requester in found.get(hashes[letter.pk], ()):
            if _stops(Scope(scope), requester, letter):
                blocks[letter.pk] = Scope(scope)
    return blocks


def _stops(scope: Scope, requester: str, letter: OutgoingEmail) -> bool:
    kind = KINDS.get(letter.kind)
    if scope is Scope.NOT_MEANT:
        return requester == letter.on_behalf_of
    if scope is Scope.COMPLAINT:
        return kind is None or not kind.is_code
    return kind is not None and kind.carries_link
