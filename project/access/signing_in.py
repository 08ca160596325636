"""Signing in, one's account, and the second factor."""

from collections.abc import Iterator

from project.access.row import HOME, Row, Who


def _signing_in() -> Iterator[Row]:
    base, out, person = "/accounts/", Who.SIGNED_OUT, Who.SIGNED_IN
    yield Row("account_login", f"{base}login/", out, post=(422,), also=(303, 429), elsewhere=HOME)
    yield Row("account_signup", f"{base}signup/", out, post=(422,), also=(303, 429), elsewhere=HOME)
    # Pages in the middle of a way send everybody who is not on it to its start.
    yield _midway("account_email_verification_sent", f"{base}confirm-email/")
    yield _midway("account_confirm_password_reset_code", f"{base}password/reset/confirm/")
    yield _midway("account_complete_password_reset", f"{base}password/reset/complete/")
    yield _midway("mfa_authenticate", f"{base}2fa/authenticate/")
    yield Row("account_reset_password", f"{base}password/reset/", Who.EVERYBODY, post=(422,), also=(303, 429))
    yield Row("account_password_reset_completed", f"{base}password/reset/done/", Who.EVERYBODY)
    yield Row("account", base, person, post=(200,))
    yield Row("account_logout", f"{base}logout/", person, post=(303,), elsewhere="/")
    yield Row("account_email", f"{base}email/", person, post=(303,), also=(422, 429))
    yield Row("account_change_password", f"{base}password/change/", person, post=(422,), also=(302, 303, 429))
    # Each sends first to where the password is typed once more.
    data = f"{base}data/"
    yield Row("data", data, person)
    yield Row("data_read", f"{data}read/", person, get=(302,), also=(200,))
    yield Row("data_download", f"{data}download/", person, get=(), post=(303,), also=(200,))
    yield Row("data_erase", f"{data}erase/", person, get=(302,), post=(303,), also=(200, 409))
    yield Row("account_reauthenticate", f"{base}reauthenticate/", person, post=(422,), also=(303, 429))


def _midway(name: str, path: str) -> Row:
    return Row(name, path, Who.EVERYBODY, get=(302,), post=(303,), also=(200, 422, 429))


def _second_factor() -> Iterator[Row]:
    base, person = "/accounts/2fa/", Who.SIGNED_IN
    yield Row("mfa_index", base, person)
    yield Row(
        "mfa_reauthenticate", f"{base}reauthenticate/", person, get=(200, 302), post=(422, 303), also=(429,)
    )
    yield Row(
        "mfa_reauthenticate_webauthn",
        f"{base}webauthn/reauthenticate/",
        person,
        get=(200, 302),
        post=(422, 303),
        also=(429,),
    )
    # What changes a second factor asks first for a proof that is not older than some minutes: 302 and 303.
    yield _proven("mfa_activate_totp", f"{base}totp/activate/")
    yield _proven("mfa_deactivate_totp", f"{base}totp/deactivate/", who=Who.ENROLLED)
    yield _proven("mfa_generate_recovery_codes", f"{base}recovery-codes/generate/")
    yield _proven("mfa_add_webauthn", f"{base}webauthn/add/")
    yield _proven("mfa_remove_webauthn", f"{base}webauthn/keys/{{passkey}}/remove/")
    yield _proven("mfa_edit_webauthn", f"{base}webauthn/keys/{{passkey}}/edit/")
    # 404 until there are codes.
    yield Row("mfa_view_recovery_codes", f"{base}recovery-codes/", person, get=(404,), also=(200, 302))
    yield Row(
        "mfa_download_recovery_codes",
        f"{base}recovery-codes/download/",
        person,
        get=(404,),
        post=(404,),
        also=(200, 302),
    )
    yield Row("mfa_list_webauthn", f"{base}webauthn/", person)


def _proven(name: str, path: str, *, who: Who = Who.SIGNED_IN) -> Row:
    return Row(name, path, who, get=(302,), post=(303,), also=(200, 404, 422, 429))


ROWS = (*_signing_in(), *_second_factor())
