"""Where the operator refuses unproven nominations, an identifier that makes one unproven is refused too."""

from collections.abc import Callable
from typing import Any

import pytest

from notifications.models import OutgoingEmail
from requests_app.services import review
from requests_app.views.requester.domain import UNPROVEN
from tests import make
from tests.make import NOW
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    [{"account_domain": "globex.example", "note": "Ours."}, {"act": "accept"}],
    ids=["answered", "accepted"],
)
def test_an_unproven_identifier_is_a_mistake_in_the_form(
    browser: Callable[..., Any], settings: Any, typed: dict[str, str]
) -> None:
    settings.UNPROVEN_NOMINATIONS = "refuse"
    request = make.request()
    review.ask_change(
        request.pk, by=make.reviewer(), facts_version=1, proposal="globex.example", question="Which?", now=NOW
    )
    letters = OutgoingEmail.objects.count()
    answer = browser(request.requester).post(f"/requests/{request.pk}/domain/", facts_version="1", **typed)
    request.refresh_from_db()
    assert answer.status_code == 422
    assert str(UNPROVEN) in text_of(answer)
    assert (request.account_domain, request.domain) == ("acme-robotics.example", "change_asked")
    assert OutgoingEmail.objects.count() == letters
