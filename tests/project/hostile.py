"""What a hostile browser sends: queries, fields and bodies; and the browsers that send it everywhere."""

import json
from urllib.parse import quote

from project.access import ROWS, Row, Who
from tests.project.world import Kind, World, knock

LOGIN = "/accounts/login/"
FORM = "application/x-www-form-urlencoded"
BROWSERS = {
    Who.EVERYBODY: Kind.ANONYMOUS,
    Who.SIGNED_OUT: Kind.ANONYMOUS,
    Who.REQUESTER: Kind.REQUESTER,
    Who.ADMINISTRATOR: Kind.REQUESTER,
    Who.AGREEING: Kind.AUTHORIZER,
    Who.COLLEAGUE: Kind.AUTHORIZER,
    Who.LINK: Kind.AUTHORIZER,
    Who.SIGNED_IN: Kind.REQUESTER,
    Who.ENROLLED: Kind.SUPERUSER,
    Who.STAFF: Kind.SUPERUSER,
    Who.REVIEWER: Kind.SUPERUSER,
    Who.OPS: Kind.SUPERUSER,
    Who.REVIEWER_OR_OPS: Kind.SUPERUSER,
}
# Every name that any form of the product reads, and some that Django and allauth read.
# fmt: off
FIELDS = (
    "account_domain", "account_name", "accept", "act", "action", "action_add", "add", "address",
    "address2", "address_1", "address_2", "agreed", "answer", "area", "authority", "authorizer_address",
    "city", "code", "colleague", "company_name", "country", "credential", "csrfmiddlewaretoken",
    "domain_edited", "domain_note", "draft", "email", "facts_version", "for_myself", "for_others",
    "full_name", "keep", "later", "login", "message", "name", "next", "note", "oldpassword", "overdue",
    "page", "page_size", "password", "password1", "postal_code", "proposal", "provide", "q", "question",
    "reason", "remove", "seen", "state", "statement_version", "sure", "to", "update", "waits",
)
# fmt: on
# fmt: off
READ_HEADERS = (
    "user-agent", "accept", "accept-language", "accept-encoding", "referer", "range", "if-modified-since",
    "if-none-match", "x-forwarded-for", "x-requested-with", "authorization", "x-real-ip", "sec-fetch-site",
)
# fmt: on
# Percent-encoded, as they go over the wire: NUL, invalid and overlong UTF-8, lone surrogates, numbers that are none,
# other formats, directions, a path, a template, a formula, a header's end.
VALUES = {
    "NUL": "a%00b",
    "not UTF-8": "%ff%fe%c0%80",
    "lone surrogate": "%ed%a0%80%ed%b0%80",
    "huge number": "9" * 5000,
    "negative": "-1",
    "exponent": "1e9",
    "not a number": "NaN",
    "Arabic digits": quote("١٢٣٤٥٦"),
    "superscript digit": quote("²"),
    "JSON null": "null",
    "JSON list": "%5B%5D",
    "JSON string": "%22x%22",
    "deep JSON": quote("[" * 3_000),
    "surrogate in JSON": quote('{"id": "\\ud800", "type": "public-key"}'),
    "direction control": quote("a\u202eb\u2028c\u200b"),
    "path": quote("../../etc/passwd"),
    "template": quote("{{ settings.SECRET_KEY }}{% load x %}"),
    "format string": quote("%s%n{0.__class__}"),
    "header": "a%0d%0aBcc:+x%40evil.example",
    "long": "x" * 20_000,
    "UUID that is none": "urn:uuid:{0}",
}
READABLE = [row for row in ROWS if row.get]
WRITABLE = [row for row in ROWS if row.post]
QUERIES = (
    "page=0&page_size=1000000&q=%25%27+OR+1%3D1--&to=%00&next=%00&waits=%00&is_open=%00&follow=%00",
    "page=-1&page_size=-1&q=%ff%00&to=%ff&next=/%2509/evil.example&e=1&o=%00&p=%00&all=",
    "page=99999999999999999999&page_size=%C2%B2&q=" + "x" * 10_000 + "&next=%ed%a0%80&kind[]=a&kind[]=b",
    "page=1e9&page=abc&q=%25_%25&overdue=%00&cursor=%00&from=0000-00-00&format=csv&" + "[" * 500 + "=1",
    "&&==&=&%&%%%&?&;" + "a" * 8000,
)


class Browsers:
    """One browser for each sort of people, as each of them is let in."""

    def __init__(self, world: World, *, enforce_csrf_checks: bool = False) -> None:
        self.of = {kind: world.browser(kind, is_proven=True) for kind in set(BROWSERS.values())}
        for browser in self.of.values():
            browser.handler.enforce_csrf_checks = enforce_csrf_checks
        self.world = world

    def send(
        self, row: Row, method: str, body: str | bytes = b"", *, query: str = "", kind: str = FORM
    ) -> int:
        """Send something to a URL, take its effect back, and return the status; a fault is a 500."""
        browser = self.of[BROWSERS[row.who]]
        path = self.world.path(row.path) + (f"?{query}" if query else "")
        return knock(browser, method, path, data=body, content_type=kind).status_code


def is_fine(code: int) -> bool:
    """Any answer but a fault; 503 comes from the dashboard, which does not run here."""
    return code < 500 or code == 503


BODIES = {
    "JSON": (b'{"login": "a"}', "application/json"),
    "JSON with a lone surrogate": (json.dumps({"login": "\ud800"}).encode(), "application/json"),
    "deep JSON": (b"[" * 10_000, "application/json"),
    "no kind": (b"login=a", ""),
    "a kind that is none": (b"login=a", "\x01/;;;="),
    "text": (b"login=a", "text/plain"),
    "another charset": (b"login=a", f"{FORM}; charset=utf-16"),
    "a charset that is none": (b"login=a", f"{FORM}; charset=nothing"),
    "UTF-7": (b"login=+AGE-", f"{FORM}; charset=utf-7"),
    "no boundary": (b"x", "multipart/form-data"),
    "an empty boundary": (b"--\r\n\r\n--", "multipart/form-data; boundary="),
    "a boundary that is none": (
        b"x",
        'multipart/form-data; boundary="\xff\r\n"'.encode("latin-1").decode("latin-1"),
    ),
    "cut off": (
        b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\na',
        "multipart/form-data; boundary=b",
    ),
    "a part without a name": (
        b"--b\r\nContent-Disposition: form-data\r\n\r\na\r\n--b--",
        "multipart/form-data; boundary=b",
    ),
    "a name that is not UTF-8": (
        b'--b\r\nContent-Disposition: form-data; name="\xff\x00"\r\n\r\n\xff\x00\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "base64 that is none": (
        b'--b\r\nContent-Disposition: form-data; name="login"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
    "an uploaded file": (
        b'--b\r\nContent-Disposition: form-data; name="login"; filename="../x\x00.exe"\r\n\r\nMZ\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "three files": (
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n' for _ in range(3)
        )
        + b"--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
    "300 fields": ("&".join(f"f{number}=1" for number in range(300)).encode(), FORM),
    "300 times one field": (b"keep=a&" * 300, FORM),
}
TOO_MANY = {"three files", "300 fields", "300 times one field"}
