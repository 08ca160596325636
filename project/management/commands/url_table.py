"""Write docs/urls.md: every URL, who may use it, and what it answers."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from project import access
from project.access import Codes

FILE = Path(settings.BASE_DIR) / "docs" / "urls.md"
HEAD = """# Every URL

Written by `manage.py url_table` from `project/access/`; a test says when it is stale, others knock at each URL
as each kind of person. *GET* (and HEAD) and *POST* are the answers to whoever is let in, POST with an empty form.
*Over* is the answer where the request is closed or the link dead. A method without an answer is 405.

To those not let in: on a private page 302 or 303 to sign in, the same for what exists and what does not;
signed in, 404. Staff without a second factor are sent to enrolment. At a link's and a receipt's pages: 403.
Everywhere: 400 for another host or a malformed request, 403 for a form without its proof, 413 for a large body.

| URL | name | for | GET | POST | over | also |
|---|---|---|---|---|---|---|
"""
FOOT = f"""
Django admin, `/{access.ADMIN}/…`, is one rule: for staff with a second factor, who see there what their permissions
say (403 otherwise); sign-in for whoever is not signed in, 404 for whoever is not staff. Its own sign-in, sign-out
and change of password lead to ours. `/{access.WEBHOOK}/…` exists where letters leave by a provider: its webhook,
400 without the provider's proof.
"""


class Command(BaseCommand):
    """`manage.py url_table`."""

    help = "Write docs/urls.md from the table of URLs."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(table())
        self.stdout.write(f"Wrote {FILE.name}.")


def table() -> str:
    """Return the text of docs/urls.md."""
    patterns = dict(access.every_pattern())
    lines = [
        f"| `{patterns[row.name]}` | {row.name} | {row.who.value} | {_codes(row.get)} | {_codes(row.post)} "
        f"| {row.over or ''} | {_codes(row.also)} |"
        for row in access.ROWS
    ]
    return HEAD + "\n".join(lines) + "\n" + FOOT


def _codes(codes: Codes) -> str:
    return ", ".join(str(code) for code in codes)
