"""The requester's pages: the wizard, the request, its set-up."""

from collections.abc import Iterator

from project.access.row import Row, Who


def _wizard() -> Iterator[Row]:
    base, owner = "/request/draft/{draft}/", Who.REQUESTER
    yield Row("request_new", "/request/new/", Who.SIGNED_IN, post=(303,), also=(422, 429))
    yield Row("draft", base, owner, get=(303,))
    yield Row("draft_page", f"{base}authorizer/", owner, post=(422,), also=(303, 409, 429))
    yield Row("draft_delete", f"{base}delete/", owner, post=(303,))
    # 404 before the page that it explains can be reached.
    yield Row("identifier_explanation", f"{base}explanation/", owner, get=(), post=(404,), also=(200, 429))


def _requester() -> Iterator[Row]:
    pending, setup, owner = "/requests/{pending}/", "/requests/{in_setup}/setup/", Who.REQUESTER
    yield Row("administration", "/administration/", Who.SIGNED_IN)
    yield Row("request", pending, owner, over=200)
    yield Row("request_sent", f"{pending}sent/", owner, over=303)
    yield Row("request_receipt", "/requests/{in_setup}/receipts/{receipt}/", owner)
    yield Row("request_remind", f"{pending}remind/", owner, get=(), post=(303,), over=409, also=(429,))
    yield Row("request_withdraw", f"{pending}withdraw/", owner, post=(303,), over=409)
    yield Row("request_replace", f"{pending}authorizer/", owner, post=(422,), over=409, also=(303, 429))
    yield Row("request_domain", "/requests/{asked}/domain/", owner, post=(422,), over=409, also=(303,))
    yield Row("request_company", f"{pending}company/", owner, post=(303,), over=409, also=(422,))
    yield Row(
        "request_administrators", f"{pending}administrators/", owner, post=(422,), over=409, also=(303, 429)
    )
    yield Row("request_transfer", f"{pending}transfer/", owner, post=(422,), over=409, also=(303, 429))
    # 303 to who has taken it over.
    yield Row("transfer", "/transfers/{offer}/", Who.COLLEAGUE, post=(422,), also=(303, 409, 429))
    yield Row("setup", setup, owner, over=303)
    yield Row("setup_agreement", f"{setup}agreement/", owner, post=(422,), over=409, also=(303,))
    yield Row("setup_company", f"{setup}company/", owner, post=(303,), over=409, also=(422,))
    yield Row("setup_administrators", f"{setup}administrators/", owner, post=(422,), over=409, also=(303,))
    yield Row("setup_activate", f"{setup}activate/", owner, get=(), post=(409,), over=409, also=(303,))


ROWS = (*_wizard(), *_requester())
