"""Values that samples are made of: the usual ones, and the worst that people's fields may hold."""

from collections.abc import Mapping
from typing import Any

from notifications import links

USUAL: Mapping[str, Any] = {
    "reference": "SAR-7K2M-94QD",
    "account_domain": "acme-robotics.example",
    "account_name": "Acme Robotics, Inc.",
    "page_path": "/requests/8f14e45f-ceea-467f-a0e6-7d9c6b1f2a3b/",
    "requester_name": "Dana Whitfield",
    "requester_address": "dana.whitfield@acme-robotics.example",
    "authorizer_address": "priya.raman@acme-robotics.example",
    "administrators": ("dana.whitfield@acme-robotics.example", "lee.park@acme-robotics.example"),
    "administrator_address": "lee.park@acme-robotics.example",
    "thread_key": "nomination:5d41402a-bc4b-4a76-b971-9d911017c592:0",
    "challenge_id": "3c59dc04-8e88-4022-bd4c-f3a5a1f0c6d1",
    "ends_at": "2026-12-10T00:00:00+00:00",
    "decided_at": "2026-11-27T10:42:00+00:00",
    "changed_at": "2026-11-27T10:42:00+00:00",
    "closed_at": "2026-11-27T10:42:00+00:00",
    "expires_at": "2026-11-25T14:31:00+00:00",
    "nominations_left": 2,
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "Hello Priya, this is the account we spoke about on Monday.\nThank you!": (
            "Guten Tag, das ist das Konto, \u00fcber das wir am Montag sprachen.\nVielen Dank!"
        ),
        "Please ask our purchasing team first.": "Bitte fragen Sie zuerst unseren Einkauf.",
        "Please ask Lee Park, who runs the account for your site.": (
            "Bitte fragen Sie Lee Park; dort wird das Konto f\u00fcr Ihren Standort verwaltet."
        ),
        "The domain belongs to another company.": "Die Domain geh\u00f6rt einem anderen Unternehmen.",
        "The owner of the domain has confirmed it.": "Wem die Domain geh\u00f6rt, der hat sie best\u00e4tigt.",
        "Your company already uses the other spelling everywhere.": (
            "Ihr Unternehmen verwendet \u00fcberall sonst die andere Schreibweise."
        ),
        (
            "I have the authority to create the account for acme-robotics.example and to manage product "
            "and service entitlements, licence agreements, users and roles on behalf of the organization."
        ): (
            "Ich bin bevollm\u00e4chtigt, das Konto f\u00fcr acme-robotics.example anzulegen und im Namen der "
            "Organisation Produkte, Lizenzvereinbarungen, Benutzer und Rollen zu verwalten."
        ),
    }
}
"""What people write in the samples, in other languages than English."""

_LONG_DOMAIN = ".".join(("a" * 63, "b" * 63, "c" * 63, "d" * 53, "example"))
_NAME = '<script>alert("x")</script> Smart Account Requests Support {{ 7*7 }} {% raw %} evil.example/login '

HOSTILE: Mapping[str, Any] = {
    "account_domain": _LONG_DOMAIN,
    "account_name": (_NAME + "& 'Booking.com' \"B.V.\" =cmd|' 012345678901 ").ljust(200, "\u5f20"),
    "requester_name": "Nguy\u1ec5n O'Neill-\u0141ukasiewicz \u674e\u5c0f\u9f8d <b>evil.example</b> & Sons",
    "requester_address": "a.very.long.local.part.that.is.still.allowed+tag" + "@" + _LONG_DOMAIN[64:],
    "message": "<img src=x onerror=alert(1)>\r\n{{ settings.SECRET_KEY }}\n"
    "see evil.example/login, order 123456789012\n" + "\U0001f600" * 300,
    "reason": "</p></td><a href='//evil.example'>ASP.NET</a> & more\n\n\n--\nYou are authorized.",
    "note": "</p></td><a href='//evil.example'>ASP.NET</a> & more\n\n\n--\nYou are authorized.",
    "administrators": tuple(f"person{number}@{_LONG_DOMAIN[128:]}" for number in range(10)),
    "proposal": _LONG_DOMAIN,
    "existing_domain": "xn--mnchen-3ya.example",
    "facts": ("<b>550 5.1.1</b> user unknown at mx.evil.example", "x" * 200),
    "waiting": (f"SAR-7K2M-94QD {_LONG_DOMAIN}",),
}


def seeds() -> dict[str, str]:
    """Return sample seeds under the newest key, so that a sample's links look like real ones."""
    key = links.current_key_id()
    return {
        "link_seed": f"5d41402a-bc4b-4a76-b971-9d911017c592:{'9f' * 16}:{key}",
        "stop_seed": f"7d793037-a076-4868-a574-ad3c0f7f7b1e:{'8e' * 16}:{key}",
        "receipt_seed": f"0cc175b9-c0f1-46b6-a831-c399e2697726:{'0d' * 16}:{key}",
    }
