"""Every URL of the product, who may use it, and what it answers: the outer wall on one page.

docs/urls.md is written from it (`manage.py url_table`), and tests knock at each URL as each kind of person:
an address without a row here fails them. Django admin's pages stand here by one rule, see ADMIN."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from django.urls import URLPattern, URLResolver, get_resolver

Codes = tuple[int, ...]


class Who(StrEnum):
    """For whom a page is. To the others: sign-in for who is not signed in, else 404; see each word."""

    EVERYBODY = "everybody"
    SIGNED_OUT = "whoever is not signed in"
    SIGNED_IN = "whoever is signed in"
    ENROLLED = "whoever has a second factor"
    REQUESTER = "the request's requester"
    COLLEAGUE = "the colleague to whom the request is offered"
    ADMINISTRATOR = "the account's administrators"
    AGREEING = "people whose address agrees with the account"
    # Cookie of this very link, or its reader's sign-in; to all others, signed in or not: 403.
    LINK = "the browser that opened the link, or its reader"
    # Staff pages send staff without a second factor to enrolment.
    STAFF = "staff"
    REVIEWER = "reviewers"
    OPS = "operations"
    REVIEWER_OR_OPS = "reviewers and operations"


@dataclass(frozen=True)
class Row:
    """One URL. `path` is an example whose places a test fills with what exists.

    `get` and `post` are what those let in are answered: HEAD as GET, POST to an empty form; () is 405.
    `over` is the answer where the request is closed or the link dead. `also` are the codes of other states and
    limits. `elsewhere` is where those not let in are sent, if not to sign in."""

    name: str
    path: str
    who: Who
    _: KW_ONLY
    get: Codes = (200,)
    post: Codes = ()
    over: int = 0
    also: Codes = ()
    elsewhere: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that are not 405 to whoever is let in."""
        return (("GET", "HEAD") if self.get else ()) + (("POST",) if self.post else ())


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


def _signing_in() -> Iterator[Row]:
    base, out, person = "/accounts/", Who.SIGNED_OUT, Who.SIGNED_IN
    # Who is signed in already goes on.
    on = "/administration/"
    yield Row("account_login", f"{base}login/", out, post=(422,), also=(303, 429), elsewhere=on)
    yield Row("account_signup", f"{base}signup/", out, post=(422,), also=(303, 429), elsewhere=on)
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


def _staff() -> Iterator[Row]:
    yield Row("review", "/review/", Who.REVIEWER, also=(422,))
    # 403 where the reviewer has a part in the request.
    yield Row("review_request", "/review/{pending}/", Who.REVIEWER, post=(422,), also=(303, 403, 409))
    yield Row("review_claim", "/review/{pending}/claim/", Who.REVIEWER, get=(), post=(303,), also=(403, 409))
    yield Row("review_transfer", "/review/{pending}/transfer/", Who.REVIEWER, post=(422,), also=(303, 403, 409))
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


ROWS: tuple[Row, ...] = (
    *_everybody(),
    *_signing_in(),
    *_second_factor(),
    *_wizard(),
    *_requester(),
    *_authorizer(),
    *_accounts(),
    *_staff(),
)

# Django admin: for staff with a second factor, who see there what their permissions say (403 otherwise);
# sign-in for who is not signed in, 404 for whoever is not staff.
ADMIN = "admin"
# The mail provider's webhook: there only where letters leave by a provider, and never without its proof (400).
WEBHOOK = "anymail"


def every_pattern() -> Iterator[tuple[str, str]]:
    """Yield name (with name space) and pattern of every URL that the product answers."""
    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(patterns: list[URLPattern | URLResolver], before: str, space: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        written = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(
                each.url_patterns, written, f"{space}{each.namespace}:" if each.namespace else space
            )
        else:
            yield f"{space}{each.name or ''}", written
