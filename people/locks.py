"""Serialize what no row stands for: counters over an address, a network or everybody.

PostgreSQL takes a transaction-level advisory lock; SQLite's IMMEDIATE transactions are serial already.
"""

import hashlib

from django.db import connection


def advisory(name: str) -> None:
    """Wait until no other transaction holds the lock of this name; it is released at the transaction's end.

    Call inside a transaction. Names are hashed to 63 bits: two that collide only wait for each other."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
