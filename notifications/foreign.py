"""Words of other programs (mail servers, providers, bounces) as every database can keep them."""


def kept(words: str, *, limit: int) -> str:
    """Return at most `limit` characters: without NUL, which PostgreSQL refuses, and with ? for half characters."""
    return words.replace("\0", "").encode("utf-8", "replace").decode()[:limit]


def line(words: str, *, limit: int = 200) -> str:
    """Return them on one line."""
    return kept(" ".join(words.split()), limit=limit)
