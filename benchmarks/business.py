"""What the product's business is told: `python -m benchmarks.business open … | pass_of_a_minute | pages`."""

import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
HISTORY_LINES = 40

_CLONES = """
CREATE TEMPORARY TABLE clone AS
SELECT number, gen_random_uuid() AS request, gen_random_uuid() AS nomination, gen_random_uuid() AS link,
    'SAR-' || SUBSTR(LPAD(TO_HEX(number), 8, '0'), 1, 4) || '-' || SUBSTR(LPAD(TO_HEX(number), 8, '0'), 5) AS reference
FROM GENERATE_SERIES(1, %s) AS number
"""


def open(total: str, due: str) -> None:
    """Have so many open requests that wait for their authorizer; for `due` of them a reminder is due now."""
    from django.utils import timezone

    from notifications.models import OutgoingEmail, State
    from requests_app.models import AuthorizationLink, Nomination, SmartAccountRequest
    from tests import make

    now = timezone.now()
    submitted_at = now - timedelta(days=4)
    requester = make.person(make.DANA, created_at=submitted_at - timedelta(days=30))
    first = make.request(requester, now=submitted_at)
    OutgoingEmail.objects.update(state=State.SENT, created_at=submitted_at, sent_at=submitted_at)
    named = first.nominations.get()
    link = make.link_of(first)
    letter = OutgoingEmail.objects.get(kind="nomination")
    _cursor(_CLONES, [int(total)])
    later = now + timedelta(days=5)
    _clone(
        SmartAccountRequest,
        first.pk,
        {
            "id": "clone.request",
            "reference": "clone.reference",
            "draft_id": "gen_random_uuid()",
            "account_domain": "'unit' || clone.number || '.acme-robotics.example'",
        },
    )
    _clone(
        Nomination,
        named.pk,
        {
            "id": "clone.nomination",
            "request_id": "clone.request",
            "stop_hash": "MD5('stop' || clone.number) || MD5('stop' || clone.number)",
            "next_reminder_at": "CASE WHEN clone.number <= %(number)s THEN %(due)s ELSE %(later)s END",
        },
        due=now - timedelta(minutes=1),
        later=later,
        number=int(due),
    )
    _clone(
        AuthorizationLink,
        link.pk,
        {
            "id": "clone.link",
            "nomination_id": "clone.nomination",
            "token_hash": "MD5('link' || clone.number) || MD5('link' || clone.number)",
        },
    )
    _clone(
        OutgoingEmail,
        letter.pk,
        {
            "id": "DEFAULT",
            "key": "'nomination:' || clone.link || ':0'",
            "message_id": "'<' || clone.number || '@operator.example>'",
            "about": "CAST(clone.request AS TEXT)",
        },
    )
    named.next_reminder_at = later
    named.save(update_fields=["next_reminder_at"])
    _cursor("ANALYZE", [])


def pass_of_a_minute() -> None:
    """Promise what is due, then run once more with nothing due; prints how long each took."""
    from django.utils import timezone

    from requests_app.services import expiring, reminding

    told: dict[str, Any] = {}
    for name in ("due", "idle"):
        now = timezone.now()
        began = time.perf_counter()
        told[f"{name}_letters"] = reminding.remind(now=now)
        told[f"{name}_ended"] = expiring.expire(now=now)
        told[f"{name}_seconds"] = time.perf_counter() - began
    print(json.dumps(told))


def pages() -> None:
    """Make a request with a long history; prints the paths of its pages and the cookies that open them."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from requests_app.models import HistoryLine
    from tests import make

    now = timezone.now()
    requester = make.person(make.DANA, created_at=now - timedelta(days=30))
    made = make.request(requester, now=now)
    line = HistoryLine.objects.filter(request=made).order_by("id").last()
    assert line is not None
    for _ in range(HISTORY_LINES):
        line.pk = None
        line.save(force_insert=True)
    link = make.link_of(made)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(requester, backend=settings.AUTHENTICATION_BACKENDS[0])
    reader = Client(SERVER_NAME="localhost")
    assert reader.get(f"/a/{make.token_of(link)}").status_code == 303
    told = {
        "the request page": {"path": f"/requests/{made.pk}/", "cookies": _cookies(browser)},
        "the authorizer's page": {"path": f"/authorize/{link.pk}/", "cookies": _cookies(reader)},
    }
    print(json.dumps(told))


def _cookies(browser: Any) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())


def _clone(model: Any, source: Any, changed: dict[str, str], **values: Any) -> None:
    """Copy one row for each clone, with other values in these columns."""
    columns = [
        field.column for field in model._meta.concrete_fields if changed.get(field.column) != "DEFAULT"
    ]
    written = ", ".join(changed.get(column, f'source."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    _cursor(
        f"INSERT INTO {table} ({names}) SELECT {written} FROM {table} AS source, clone"
        " WHERE source.id = %(source)s",
        {"source": source, **values},
    )


def _cursor(statement: str, values: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def main() -> None:
    django.setup()
    name, *arguments = sys.argv[1:]
    globals()[name](*arguments)


if __name__ == "__main__":
    main()
