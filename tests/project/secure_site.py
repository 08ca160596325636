"""Answers of the product under production settings, as JSON: run as a program by the tests of headers.

What https changes is decided when settings are read, so it is looked at in a process of its own."""

import json
import os
import sys
from typing import Any

from project import deploy_check

ADDRESS, PASSWORD = "dana@acme.example.org", "four quiet herons wade"


def main(database: str) -> None:
    """Answer some requests on a fresh database and print what came."""
    os.environ |= deploy_check.environment() | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DATA_DIR": os.path.dirname(database),  # noqa: PTH120 - a string is what the environment takes
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from people import services

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", interactive=False, verbosity=0)
    services.register_demo_person(ADDRESS, full_name="Dana Whitfield", password=PASSWORD)
    site: dict[str, Any] = {
        "headers": {"host": settings.ALLOWED_HOSTS[0]},
        "raise_request_exception": False,
    }
    browser = Client(**site)
    signing_in = {"login": ADDRESS, "password": PASSWORD}
    answers = {
        "to https": browser.get("/"),
        "page": browser.get("/accounts/login/", secure=True),
        "static": browser.get("/static/app.css", secure=True),
        "missing": browser.get("/nothing/", secure=True),
        "bad host": browser.get("/", secure=True, headers={"host": "evil.example"}),
        "signed in": browser.post("/accounts/login/", signing_in, secure=True),
        "own page": browser.get("/administration/", secure=True),
        "mailbox": browser.get("/mailbox/", secure=True),
        "no proof": Client(enforce_csrf_checks=True, **site).post("/accounts/login/", secure=True),
        "language": browser.post("/language/", {"language": "de"}, secure=True),
        "probe": browser.get("/healthz"),
    }
    json.dump(
        {
            name: {
                "status": answer.status_code,
                "headers": dict(answer.headers),
                "cookies": {
                    cookie: {flag: value for flag, value in morsel.items() if value}
                    for cookie, morsel in answer.cookies.items()
                },
            }
            for name, answer in answers.items()
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(sys.argv[1])
