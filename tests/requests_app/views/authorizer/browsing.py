"""A browser at the authorizer's pages: forms carry their proof, codes are read from the letters."""

import html
import re

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from notifications import links
from requests_app.domain import statement
from requests_app.models import AuthorizationLink, Decision, Nomination, SmartAccountRequest
from requests_app.models.nomination import Answer
from tests import make


class Browser(Client):
    """A client whose CSRF checks are on; `send` posts a form as the page before it gave it."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def open(self, link: AuthorizationLink) -> HttpResponse:
        """Follow the link of the letter to the page."""
        self.get(path_of(link))
        return self.get(page_of(link))

    def send(self, path: str, **fields: str) -> HttpResponse:
        """Post with the proof of the form that was last shown."""
        proof = self.cookies.get(settings.CSRF_COOKIE_NAME)
        return self.post(path, fields | {"csrfmiddlewaretoken": proof.value if proof else ""})

    def choose(self, link: AuthorizationLink, answer: Answer, **fields: str) -> HttpResponse:
        """Choose an answer on the authorizer's page."""
        version = str(link.nomination.request.facts_version)
        return self.send(page_of(link), answer=answer, facts_version=version, **fields)

    def decide(self, link: AuthorizationLink, answer: Answer, **fields: str) -> HttpResponse:
        """Go the whole way: open, choose, type the code."""
        self.open(link)
        self.choose(link, answer, **{name: fields.pop(name) for name in ("colleague",) if name in fields})
        return self.send(confirm_of(link), code=code_at(link), agreed=statement.VERSION, **fields)


def shown(response: HttpResponse) -> str:
    """What a page says, without its own address: the switch of languages leads back there."""
    own = html.escape(response.wsgi_request.get_full_path())  # type: ignore[attr-defined]
    return response.content.decode().replace(own, "")


def path_of(link: AuthorizationLink) -> str:
    return links.path_for(links.Label.AUTHORIZATION, make.token_of(link))


def stop_path_of(named: Nomination) -> str:
    return links.path_for(links.Label.STOP, links.token(links.Label.STOP, named.stop_seed))


def receipt_path_of(decision: Decision) -> str:
    return links.path_for(links.Label.RECEIPT, links.token(links.Label.RECEIPT, decision.receipt_seed))


def page_of(link: AuthorizationLink) -> str:
    return f"/authorize/{link.pk}/"


def confirm_of(link: AuthorizationLink) -> str:
    return f"/authorize/{link.pk}/confirm/"


def done_of(link: AuthorizationLink) -> str:
    return f"/authorize/{link.pk}/done/"


def code_at(link: AuthorizationLink) -> str:
    """The code in the newest letter about this link."""
    asked = {str(pk) for pk in link.challenges.values_list("pk", flat=True)}
    # By the order of the letters: with a clock that stands still, two challenges are made at one moment.
    letters = [row.primitives["challenge_id"] for row in make.posted("authorizer_code")]
    return links.code_for(next(one for one in reversed(letters) if one in asked))


def wrong_code_at(link: AuthorizationLink) -> str:
    return f"{(int(code_at(link)) + 1) % 10**6:06}"


def first_of(made: SmartAccountRequest) -> Nomination:
    return made.nominations.get(number=1)


def text_of(response: HttpResponse) -> str:
    """What a page says, in one line without markup."""
    without_tags = re.sub(r"<[^>]+>", " ", response.content.decode())
    return html.unescape(re.sub(r"\s+", " ", without_tags))


def title_of(response: HttpResponse) -> str:
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    return html.unescape(found[1]) if found else ""


def every_row() -> dict[str, list[object]]:
    """Everything the database holds, table by table; sessions and cache apart."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.label not in {"sessions.Session"}
    }
