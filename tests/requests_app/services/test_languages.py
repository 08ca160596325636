"""Every letter is promised in the language of its reader: a person's own, or that of the pages an authorizer meets."""

import uuid

import pytest
from django.utils import translation
from pytest_django.fixtures import Settings

from notifications import alerts, links, rendering
from notifications.emails import from_primitives
from notifications.emails.operator_alert import Alert
from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.models.nomination import Answer
from requests_app.services import authorization, digesting, nomination, submission
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.views.authorizer.browsing import Browser

pytestmark = pytest.mark.django_db

SAM = "sam.ito@acme-robotics.example"


def asked_in(language: str, *, requester: Person) -> submission.SmartAccountRequest:
    """A request that was submitted on a page in this language."""
    return submission.submit(
        make.answers(requester_address=requester.email),
        draft_id=uuid.uuid4(),
        requester=requester,
        client_network="",
        now=NOW,
        language=language,
    )


def languages(*, to: str) -> dict[str, str]:
    """The language of each kind promised to an address."""
    return {row.kind: row.language for row in make.posted(to=to)}


def test_a_requester_is_written_to_in_their_own_language_and_the_authorizer_in_the_pages() -> None:
    made = asked_in("en", requester=make.person(DANA, chosen_language="de"))
    make.answered(made, Answer.AUTHORIZE)
    assert languages(to=DANA) == {"request_sent": "de", "authorized": "de"}
    assert languages(to=PRIYA) == {"nomination": "en", "authorizer_code": "en", "decision_receipt": "en"}


def test_an_authorizer_who_was_named_on_a_german_page_is_written_to_in_german() -> None:
    made = asked_in("de", requester=make.person(DANA))
    make.answered(made, Answer.DECLINE)
    assert set(languages(to=PRIYA).values()) == {"de"}
    assert set(languages(to=DANA).values()) == {"en"}


def test_letters_follow_the_page_on_which_the_authorizer_answers() -> None:
    made = asked_in("en", requester=make.person(DANA))
    nomination.speak(made.nominations.get(), "de")
    make.answered(made, Answer.AUTHORIZE)
    assert languages(to=PRIYA) == {"nomination": "en", "authorizer_code": "de", "decision_receipt": "de"}


def test_a_form_sent_on_a_german_page_tells_the_language_and_a_look_does_not() -> None:
    link = make.link_of(asked_in("en", requester=make.person(DANA)))
    browser = Browser()
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    browser.open(link)
    link.nomination.refresh_from_db()
    assert link.nomination.language == "en"
    browser.choose(link, Answer.AUTHORIZE)
    assert languages(to=PRIYA) == {"nomination": "en", "authorizer_code": "de"}


def test_a_colleague_is_written_to_in_the_language_of_who_handed_on() -> None:
    made = asked_in("de", requester=make.person(DANA))
    link = make.link_of(made)
    challenge = authorization.ask_code(
        link.pk, answer=Answer.HAND_ON, colleague=SAM, facts_version=made.facts_version, now=NOW
    )
    authorization.confirm(
        link.pk,
        code=links.code_for(str(challenge.pk)),
        ticked=False,
        reason="",
        facts_version=made.facts_version,
        now=NOW,
    )
    assert languages(to=SAM) == {"handed_on": "de"}
    assert languages(to=DANA)["handed_on_notice"] == "en"


def test_naming_another_authorizer_takes_the_language_of_that_page() -> None:
    made = asked_in("en", requester=make.person(DANA))
    nomination.replace(made.pk, by=made.requester, address=SAM, message="", now=NOW, language="de")
    assert languages(to=SAM) == {"nomination": "de"}


def test_the_page_that_causes_a_letter_does_not_decide_its_language() -> None:
    with translation.override("de"):
        made = asked_in("en", requester=make.person(DANA))
    assert {row.language for row in make.posted()} == {"en"}
    row = make.posted("nomination", to=PRIYA)[0]
    with translation.override("de"):
        written = rendering.render(from_primitives(row.kind, row.primitives), language=row.language)
    assert made.reference in written.text
    assert "Please answer by" in written.text


def test_reviewers_read_the_digest_in_their_own_language() -> None:
    asked_in("en", requester=make.person(DANA))
    make.person("rosa@operator.example", is_staff=True, is_reviewer=True, chosen_language="de")
    make.person("ron@operator.example", is_staff=True, is_reviewer=True)
    digesting.digest(now=NOW)
    rows = OutgoingEmail.objects.filter(kind="reviewer_digest")
    assert {row.to: row.language for row in rows} == {
        "rosa@operator.example": "de",
        "ron@operator.example": "en",
    }


def test_an_alert_speaks_the_language_of_whoever_reads_it(settings: Settings) -> None:
    settings.ALERT_EMAILS = ["rosa@operator.example", "pager@operator.example"]
    make.person("rosa@operator.example", is_staff=True, chosen_language="de")
    alerts.raise_alert(Alert.OTHER, cause="a test", now=NOW)
    rows = OutgoingEmail.objects.filter(kind="operator_alert")
    assert {row.to: row.language for row in rows} == {
        "rosa@operator.example": "de",
        "pager@operator.example": "en",
    }
