"""Smart Accounts and who runs them."""

from collections.abc import Iterator

from project.access.row import Row, Who


def _accounts() -> Iterator[Row]:
    base, run = "/smart-accounts/", Who.ADMINISTRATOR
    one = f"{base}{{account}}/"
    yield Row("smart_accounts:access", f"{base}access/", Who.SIGNED_IN)
    yield Row(
        "smart_accounts:ask",
        f"{base}access/{{account}}/",
        Who.AGREEING,
        get=(),
        # 409 to who administers it already.
        post=(303, 409),
        also=(422, 429),
    )
    yield Row("smart_accounts:account", one, run)
    yield Row("smart_accounts:invite", f"{one}invite/", run, get=(), post=(422,), also=(303, 409, 429))
    yield Row(
        "smart_accounts:remove", f"{one}administrators/{{member}}/remove/", run, post=(303,), also=(409,)
    )
    yield Row(
        "smart_accounts:approve", f"{one}access/{{access}}/approve/", run, get=(), post=(303,), also=(409,)
    )
    yield Row("smart_accounts:decline", f"{one}access/{{access}}/decline/", run, post=(422,), also=(303, 409))


ROWS = tuple(_accounts())
