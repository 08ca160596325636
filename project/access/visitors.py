"""Pages for every visitor, and the demo's mailbox."""

from collections.abc import Iterator

from project.access.row import Row, Who


def _everybody() -> Iterator[Row]:
    who = Who.EVERYBODY
    yield Row("landing", "/", who)
    yield Row("help", "/help/", who)
    yield Row("privacy", "/privacy/", who)
    yield Row("accessibility", "/accessibility/", who)
    yield Row("report_abuse", "/report-abuse/", who)
    yield Row("language", "/language/", who, get=(), post=(422,), also=(303, 403))
    yield Row("verify_receipt", "/receipts/verify/", who, post=(422,), also=(200,))
    yield Row("healthz", "/healthz", who)
    yield Row("readyz", "/readyz", who, get=(200, 503))
    # In the demo alone; where letters are sent there is no such page.
    yield Row("mailbox", "/mailbox/", who, also=(404,))
    yield Row("mailbox_letter", "/mailbox/{letter}/", who, also=(404,))
    yield Row("mailbox_html", "/mailbox/{letter}/html", who, also=(404,))
    yield Row("mailbox_source", "/mailbox/{letter}/source", who, also=(404,))


ROWS = tuple(_everybody())
