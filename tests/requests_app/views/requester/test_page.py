"""The request's page shows who has it, and offers what is open, to its requester alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.submission import Authority
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import reminding, stopping, withdrawal
from tests import make
from tests.make import DANA
from tests.people.signing_in import text_of
from tests.requests_app.views.requester.conftest import Browser

pytestmark = pytest.mark.django_db
Browsers = Callable[[Person], Browser]

GETS = (
    "request",
    "request_sent",
    "request_withdraw",
    "request_replace",
    "request_domain",
    "request_company",
    "request_administrators",
    "setup",
    "setup_agreement",
    "setup_company",
    "setup_administrators",
)


def now_request(**changed: object) -> SmartAccountRequest:
    """A request sent a moment ago by the real clock, which the views read."""
    make.person(DANA, created_at=timezone.now() - timedelta(days=30))
    return make.request(now=timezone.now(), **changed)


@pytest.mark.parametrize("name", GETS)
def test_nobody_else_learns_that_a_request_exists(name: str, browser: Browsers) -> None:
    path = reverse(name, args=[now_request().pk])
    assert browser(make.person("eve@globex.example")).get(path).status_code == 404


@pytest.mark.parametrize("name", GETS)
def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(name: str) -> None:
    path = reverse(name, args=[now_request().pk])
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={path}")


def test_the_company_stands_where_it_is_in_words(browser: Browsers) -> None:
    request = now_request(company=CompanyDetails(name="Acme", city="Irvine", area="CA", country="US"))
    dana, path = browser(request.requester).client, reverse("request", args=[request.pk])
    assert "Irvine, California, United States" in text_of(dana.get(path))
    german = dana.get(path, headers={"accept-language": "de"})
    assert "Irvine, California, Vereinigte Staaten" in text_of(german)


def test_the_first_line_says_who_has_it_and_until_when(browser: Browsers) -> None:
    request = now_request()
    page = browser(request.requester).get(reverse("request", args=[request.pk])).content.decode()
    assert "Waiting for the authorizer and the reviewer" in page
    assert make.PRIYA in page
    assert "23:59 UTC" in page
    assert "Reminder 1 to" in page


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda: now_request(authorizer_address="lee@globex.example"), "We check the address"),
        (lambda: now_request(authority=Authority.YES), "You authorized it."),
        (
            lambda: make.answered(now_request(), Answer.DECLINE, reason="Ask Sam.", now=timezone.now()),
            "Ask Sam.",
        ),
        (lambda: make.approved(make.answered(now_request(), Answer.AUTHORIZE, now=timezone.now())), "Set up"),
    ],
)
def test_each_state_says_what_to_do_next(
    prepare: Callable[[], SmartAccountRequest], words: str, browser: Browsers
) -> None:
    request = prepare()
    answer = browser(request.requester).get(reverse("request", args=[request.pk]))
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_reminder_by_hand_leaves_once_a_day_and_twice_in_all(
    browser: Browsers, deliver: Callable[[], object]
) -> None:
    request = now_request()
    deliver()
    dana, page = browser(request.requester), reverse("request", args=[request.pk])
    remind = reverse("request_remind", args=[request.pk])
    assert dana.post(remind, seen_on=page).status_code == 303
    too_soon = dana.post(remind, seen_on=page)
    assert too_soon.status_code == 429
    assert int(too_soon["Retry-After"]) > 86_000
    deliver()
    nomination = request.nominations.get()
    nomination.last_manual_at = timezone.now() - timedelta(days=2)
    nomination.save()
    assert dana.post(remind, seen_on=page).status_code == 303
    nomination.refresh_from_db()
    nomination.last_manual_at = timezone.now() - timedelta(days=2)
    nomination.save()
    assert dana.post(remind, seen_on=page).status_code == 409
    assert OutgoingEmail.objects.filter(kind="reminder").count() == 2


def test_who_cannot_be_reminded_is_said_instead_of_offered(browser: Browsers) -> None:
    request = now_request()
    dana, path = browser(request.requester), reverse("request", args=[request.pk])
    assert "Send a reminder now" in dana.get(path).content.decode()
    stopping.stop_reminders(request.nominations.get().pk, now=timezone.now())
    page = dana.get(path).content.decode()
    assert "Send a reminder now" not in page
    assert "The authorizer cannot be reminded. Wait for the answer, or choose another authorizer." in page
    assert reverse("request_replace", args=[request.pk]) in page


def test_withdrawing_asks_once_more_and_can_be_sent_twice(browser: Browsers) -> None:
    request = now_request()
    dana, path = browser(request.requester), reverse("request_withdraw", args=[request.pk])
    assert "Withdraw this request?" in dana.get(path).content.decode()
    assert dana.post(path).status_code == 303
    assert dana.post(path, seen_on=reverse("request", args=[request.pk])).status_code == 303
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert OutgoingEmail.objects.filter(kind="withdrawn").count() == 1


def test_another_authorizer_is_named_and_a_bad_address_is_kept_beside_its_error(browser: Browsers) -> None:
    request = now_request()
    dana, path = browser(request.requester), reverse("request_replace", args=[request.pk])
    refused = dana.post(path, address="sam@acme-robotics", message="For the rollout.")
    assert refused.status_code == 422
    words = refused.content.decode()
    assert "<title>Error:" in words
    assert "For the rollout." in words
    assert "sam@acme-robotics" in words
    assert dana.post(path, address="sam@acme-robotics.example", message="").status_code == 303
    assert request.nominations.count() == 2


def test_replacing_after_the_authorization_is_a_conflict(browser: Browsers) -> None:
    request = make.answered(now_request(), Answer.AUTHORIZE, now=timezone.now())
    path = reverse("request_replace", args=[request.pk])
    answer = browser(request.requester).post(
        path, seen_on=reverse("request", args=[request.pk]), address="sam@acme-robotics.example"
    )
    assert answer.status_code == 409


def test_a_closed_request_offers_nothing_but_a_new_one(browser: Browsers) -> None:
    request = now_request()
    withdrawal.withdraw(request.pk, by=request.requester, now=timezone.now())
    page = browser(request.requester).get(reverse("request", args=[request.pk])).content.decode()
    assert "You withdrew it" in page
    assert "Choose another authorizer" not in page


def test_the_number_of_queries_does_not_grow_with_the_history(
    browser: Browsers, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    request = now_request()
    dana, path = browser(request.requester), reverse("request", args=[request.pk])
    dana.get(path)
    for _ in range(30):
        reminding.remind(now=timezone.now())
        request.history.create(
            at=timezone.now(), event="reminded", actor="clock", after="pending", note="1", actor_name=""
        )
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        dana.get(path)


def test_the_address_of_a_form_opened_by_hand_is_a_page_that_says_so(browser: Browsers) -> None:
    request = now_request()
    answer = browser(request.requester).get(reverse("request_remind", args=[request.pk]))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "There is no page here" in answer.content.decode()
