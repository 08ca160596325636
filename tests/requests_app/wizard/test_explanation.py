"""The live explanation says the same as the page, and the same of every identifier that is in use or free."""

import pytest

from requests_app.wizard import lookups
from tests import make
from tests.requests_app.wizard.browsing import Visitor, Walk, stored
from tests.requests_app.wizard.test_account import open_account

pytestmark = pytest.mark.django_db


def ask(walk: Walk, identifier: str) -> str:
    answer = walk.post(f"/request/draft/{walk.draft_id}/explanation/", {"account_domain": identifier})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_says_what_an_edit_causes(walk: Walk) -> None:
    assert "same organization as your address" in ask(walk, "acme-robotics.example")
    assert "We check this by hand" in ask(walk, "holding.example")
    assert "reads your note" in ask(walk, "holding.example")
    assert ask(walk, "not a domain").strip() == ""


def test_on_yes_it_says_that_the_address_must_agree() -> None:
    assert "choose No and name a person there" in ask(Walk(authority="yes"), "holding.example")


@pytest.mark.parametrize("own", [True, False])
def test_existing_rival_and_free_identifiers_get_the_same_words(walk: Walk, own: bool) -> None:
    names = ["one.example", "two.example", "three.example"]
    if own:
        names = [f"{name}.acme-robotics.example" for name in ("one", "two", "three")]
    existing, rival, free = names
    open_account(existing)
    make.request(make.person(), account_domain=rival, domain_edited=True, domain_note="ours")
    said = {ask(walk, name).replace(name, "it") for name in (existing, rival, free)}
    assert len(said) == 1


def test_the_61st_look_up_in_a_minute_is_refused(walk: Walk) -> None:
    """D22."""
    for _ in range(lookups.PER_MINUTE - 1):
        lookups.count(walk.person.pk, now=make.NOW)  # type: ignore[union-attr]
    ask(walk, "holding.example")
    url = f"/request/draft/{walk.draft_id}/explanation/"
    answer = walk.post(url, {"account_domain": "holding.example"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


def test_only_the_draft_s_own_person_may_ask(walk: Walk) -> None:
    url = f"/request/draft/{walk.draft_id}/explanation/"
    other = Visitor(make.person())
    assert other.post(url, {"account_domain": "holding.example"}).status_code == 404
    assert walk.get(url).status_code == 405


def test_asking_stores_nothing(walk: Walk) -> None:
    before = stored()
    ask(walk, "holding.example")
    assert stored() == before
