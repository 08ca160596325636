"""What an e-mailed link or a receipt opens."""

from collections.abc import Iterator

from project.access.row import Row, Who


def _authorizer() -> Iterator[Row]:
    link, receipt = "/authorize/{link}/", "/authorize/receipt/{receipt}/"
    # Opening decides nothing and stores nothing; one 404 for what is malformed and what is unknown.
    yield Row("open_link", "/a/{token}", Who.EVERYBODY, get=(303,), over=410, also=(404,))
    yield Row("open_receipt", "/r/{receipt_token}", Who.EVERYBODY, get=(303,), also=(404, 410))
    yield Row("stop", "/n/{stop_token}", Who.EVERYBODY, post=(200,), also=(404, 409))
    yield Row(
        "stop_not_meant", "/n/{stop_token}/not-meant/", Who.EVERYBODY, post=(422,), also=(303, 404, 409)
    )
    who = Who.LINK
    # An empty form shows no version of the facts: 409.
    yield Row("authorize", link, who, post=(409,), over=410, also=(303, 422, 429))
    yield Row(
        "authorize_confirm",
        f"{link}confirm/",
        who,
        get=(303,),
        post=(303,),
        over=410,
        also=(200, 409, 422, 429),
    )
    yield Row("authorize_not_meant", f"{link}not-meant/", who, post=(422,), over=410, also=(303, 409))
    yield Row("authorize_done", f"{link}done/", who, get=(303,), over=410, also=(200, 409))
    yield Row("authorize_new_link", f"{link}new-link/", who, get=(), post=(303,), over=410, also=(409, 429))
    yield Row("receipt", receipt, who, post=(303,), also=(409, 410, 429))
    yield Row("receipt_file", f"{receipt}file/", who)
    yield Row(
        "receipt_take_back",
        f"{receipt}take-back/",
        who,
        get=(303,),
        post=(303,),
        also=(200, 409, 410, 422, 429),
    )
    yield Row("receipt_not_me", f"{receipt}not-me/", who, post=(422,), also=(303, 409, 410))
    yield Row("receipt_done", f"{receipt}done/", who, get=(303,), also=(200,))


ROWS = tuple(_authorizer())
