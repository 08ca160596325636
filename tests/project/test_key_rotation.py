"""A key is changed while people are in the middle of something: nothing they hold stops working."""

import base64
import secrets
from typing import Any

from django.test import Client

from notifications import links
from requests_app.models.nomination import Answer
from requests_app.services import authorization
from tests.make import NOW
from tests.project.world import Kind, World


def new_session_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def rotate(settings: Any, *, keep_old: bool) -> None:
    """Put new keys before the old ones, or in their place."""
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep_old else []
    settings.SECRET_KEY = secrets.token_urlsafe(48)
    settings.SESSION_KEYS = [new_session_key(), *(settings.SESSION_KEYS if keep_old else [])]
    settings.LINK_KEYS = {"next": secrets.token_hex(32)} | (settings.LINK_KEYS if keep_old else {})
    settings.CODE_KEYS = {"next": secrets.token_hex(32)} | (settings.CODE_KEYS if keep_old else {})


def test_sessions_links_and_their_cookies_outlive_a_change_of_all_keys(world: World, settings: Any) -> None:
    signed_in, reader = world.browser(Kind.REQUESTER), Client()
    reader.get(world.path("/a/{token}"))
    rotate(settings, keep_old=True)
    assert signed_in.get("/administration/").status_code == 200
    assert reader.get(world.path("/authorize/{link}/")).status_code == 200
    # The letter of yesterday still opens, and a reminder of tomorrow carries the same link.
    assert Client().get(world.path("/a/{token}")).status_code == 303
    seed = world.link.seed
    assert links.token(links.Label.AUTHORIZATION, seed) == world.places["token"]
    # What is made from now on is made with the new key.
    assert links.new_seed().key_id == "next"


def test_a_code_under_way_outlives_a_change_of_keys(world: World, settings: Any) -> None:
    link = world.link
    version = link.nomination.request.facts_version
    challenge = authorization.ask_code(link.pk, answer=Answer.DECLINE, facts_version=version, now=NOW)
    code = links.code_for(str(challenge.pk))
    rotate(settings, keep_old=True)
    authorization.confirm(link.pk, code=code, ticked=False, reason="", facts_version=version, now=NOW)
    link.nomination.refresh_from_db()
    assert link.nomination.state == "declined"


def test_without_the_old_keys_nothing_of_before_opens(world: World, settings: Any) -> None:
    signed_in, reader = world.browser(Kind.REQUESTER), Client()
    reader.get(world.path("/a/{token}"))
    rotate(settings, keep_old=False)
    assert signed_in.get("/administration/").status_code == 302
    assert reader.get(world.path("/authorize/{link}/")).status_code == 403
