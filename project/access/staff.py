"""The reviewers' desk and the operators' pages."""

from collections.abc import Iterator

from project.access.row import Row, Who


def _staff() -> Iterator[Row]:
    yield Row("review", "/review/", Who.REVIEWER, also=(422,))
    # 403 where the reviewer has a part in the request.
    yield Row("review_request", "/review/{pending}/", Who.REVIEWER, post=(422,), also=(303, 403, 409))
    yield Row("review_claim", "/review/{pending}/claim/", Who.REVIEWER, get=(), post=(303,), also=(403, 409))
    yield Row(
        "review_transfer", "/review/{pending}/transfer/", Who.REVIEWER, post=(422,), also=(303, 403, 409)
    )
    yield Row("review_next", "/review/next/", Who.REVIEWER, get=(303,))
    yield Row("reasons", "/review/reasons/", Who.REVIEWER)
    yield Row("reason_new", "/review/reasons/new/", Who.REVIEWER, post=(422,), also=(303,))
    yield Row("reason", "/review/reasons/{reason}/", Who.REVIEWER, post=(422,), also=(303, 409))
    yield Row("reason_retire", "/review/reasons/{reason}/retire/", Who.REVIEWER, get=(), post=(303,))
    # Sends first to where the password or the second factor is shown once more.
    yield Row(
        "suspension",
        "/review/people/{person}/suspension/",
        Who.REVIEWER_OR_OPS,
        get=(302,),
        post=(302,),
        also=(200, 303, 403, 404, 409, 422),
    )
    yield Row("preview", "/preview/", Who.STAFF)
    yield Row("preview_letter", "/preview/{kind}/", Who.STAFF)
    yield Row("preview_frame", "/preview/{kind}/frame/", Who.STAFF)
    # Scrapers of the networks in METRICS_ALLOW read it without signing in.
    yield Row("metrics", "/metrics", Who.STAFF)
    yield Row("ops", "/ops/", Who.OPS)
    yield Row("ops_search", "/ops/search/", Who.OPS, also=(303, 422))
    yield Row("ops_request", "/ops/requests/{pending}/", Who.OPS)
    yield Row("ops_letter", "/ops/letters/{promised}/", Who.OPS)
    # What can do harm sends first to where the second factor is shown once more.
    yield Row("ops_letter_act", "/ops/letters/{promised}/try-again/", Who.OPS, post=(303,), also=(302, 404))
    yield Row("ops_stuck_act", "/ops/stuck/dead/try-again/", Who.OPS, post=(303,), also=(302, 404))
    yield Row("ops_route_act", "/ops/routes/bulk/resume/", Who.OPS, post=(303,), also=(302, 404))
    yield Row("ops_outbox_act", "/ops/outbox/hold/", Who.OPS, get=(302,), post=(302,), also=(200, 303, 404))
    # Looking only: 403 to every POST but the one that the task list needs.
    yield Row("flower", "/ops/flower/", Who.OPS, get=(200, 503), post=(403,))
    yield Row("flower_page", "/ops/flower/workers", Who.OPS, get=(200, 503), post=(403,), also=(404,))


ROWS = tuple(_staff())
