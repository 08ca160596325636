"""Where a person may be sent after signing in: pages of ours, nothing else."""

import re
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve

_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def above(path: str) -> str:
    """Return the nearest page above `path`: the one that has the form which is posted to `path`."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if is_ours(path):
            return path
    return path


def is_ours(url: str) -> bool:
    """Tell whether `url` is a local path that leads to a named page.

    Stricter than Django's helper, which takes `/%09/evil.example` for a local path."""
    if not _PATH.fullmatch(url):
        return False
    try:
        return bool(resolve(unquote(urlsplit(url).path)).url_name)
    except Resolver404:
        return False
