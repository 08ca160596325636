"""The decision page shows what helps to judge, and does each act once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from notifications import rendering
from notifications.emails import from_primitives
from notifications.models import OutgoingEmail
from people.models import Person
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.submission import Authority
from requests_app.models import HistoryLine, ReasonTemplate, SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.models.reason import ReasonFor
from requests_app.services import (
    claiming,
    facts,
    judging,
    nomination,
    not_meant,
    reasons,
    review,
    withdrawal,
)
from requests_app.views.staff.decision import ACTS
from smart_accounts.models import SmartAccount
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.people.signing_in import text_of

pytestmark = pytest.mark.django_db
SitDown = Callable[[Person], Client]


def url(request: SmartAccountRequest) -> str:
    return f"/review/{request.pk}/"


def send(browser: Client, request: SmartAccountRequest, act: str, **typed: Any) -> HttpResponse:
    return browser.post(url(request), {"act": act, "facts_version": request.facts_version, **typed})


def rows() -> tuple[int, int]:
    return HistoryLine.objects.count(), OutgoingEmail.objects.count()


def test_only_reviewers_find_the_page(desk: Client, sit_down: SitDown) -> None:
    request = make.request()
    assert desk.get(url(request)).status_code == 200
    assert sit_down(make.person("eve@globex.example")).get(url(request)).status_code == 404
    assert Client().get(url(request)).status_code == 302
    assert desk.get("/review/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert desk.post("/review/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_domains_stand_beside_the_identifier_and_say_whether_they_agree(desk: Client) -> None:
    request = make.request(authorizer_address="lee@globex.example")
    answer = desk.get(url(request))
    plates = {plate.domain: plate.agrees for plate in answer.context["judged"].plates}
    assert plates == {"acme-robotics.example": True, "globex.example": False}
    assert judging.HOLD_WORDS["domains_disagree"] in text_of(answer)  # type: ignore[index]


def test_the_company_stands_where_it_is_in_words(desk: Client) -> None:
    details = CompanyDetails(name="Acme", address="Main St 1", city="Irvine", area="CA", country="US")
    page = text_of(desk.get(url(make.request(company=details))))
    for words in ("Acme", "Main St 1", "Irvine, California, United States"):
        assert words in page


def test_an_identifier_in_other_letters_is_shown_both_ways(desk: Client) -> None:
    request = make.request(
        make.person("eva@xn--bcher-kva.example"),
        authorizer_address="uli@xn--bcher-kva.example",
        account_domain="xn--bcher-kva.example",
    )
    text = text_of(desk.get(url(request)))
    assert "bücher.example" in text
    assert "xn--bcher-kva.example" in text


def test_account_look_alike_rival_sibling_and_protected_name_are_shown(desk: Client, settings: Any) -> None:
    settings.RESERVED_IDENTIFIERS = ["robotics"]
    make.activated()
    eve, kim = make.person("eve@globex.example"), make.person("kim@initech.example")
    given = {"domain_edited": True, "domain_note": "It is ours."}
    same = make.request(eve, **given)
    alike = make.request(
        eve, authorizer_address="b@acme-robotics.example", account_domain="acme-r0botics.example", **given
    )
    under = make.request(
        eve, authorizer_address="c@acme-robotics.example", account_domain="eu.acme-robotics.example", **given
    )
    rival = make.request(kim, account_domain="eu.acme-robotics.example", **given)
    judged = {made: desk.get(url(made)).context["judged"] for made in (same, alike, under)}
    assert judged[same].account.identifier == "acme-robotics.example"
    assert [found.identifier for found in judged[alike].look_alikes] == ["acme-robotics.example"]
    assert [found.identifier for found in judged[under].siblings] == ["acme-robotics.example"]
    assert [found.request.pk for found in judged[under].rivals] == [rival.pk]
    assert any("account name uses a protected" in words for words in judged[same].flags)
    assert "It is ours." in text_of(desk.get(url(same)))


@pytest.mark.parametrize(
    "name", ["Smart Account Requests Support", "SMART-ACCOUNT  REQUESTS", "Cisco Partner", "Сіѕсо"]
)
def test_names_that_borrow_a_brand_are_noticed(name: str) -> None:
    assert judging.names_a_brand(name, reserved=["cisco.com"])
    assert not judging.names_a_brand("Acme Robotics, Inc.", reserved=["cisco.com"])


def test_administrators_of_another_domain_are_marked(desk: Client) -> None:
    request = make.request(administrators=("ann@globex.example", "bob@acme-robotics.example"))
    named = {row.address: row.is_foreign for row in desk.get(url(request)).context["judged"].administrators}
    assert named == {"ann@globex.example": True, "bob@acme-robotics.example": False}


def test_letters_are_listed_with_what_became_of_them(desk: Client, deliver: Any) -> None:
    request = make.request()
    deliver()
    text = text_of(desk.get(url(request)))
    assert "handed to the mail system" in text
    assert "Request sent, to" in text


def test_approving_is_said_and_leads_back_to_the_page(desk: Client) -> None:
    request = make.request()
    answer = send(desk, request, "approve")
    assert (answer.status_code, answer["Location"]) == (303, url(request))
    assert "You approved acme-robotics.example" in text_of(desk.get(url(request)))
    request.refresh_from_db()
    assert request.domain == "approved"


def test_approving_twice_changes_nothing_and_another_reviewer_is_told(
    desk: Client, sit_down: SitDown
) -> None:
    request = make.request()
    send(desk, request, "approve")
    before = rows()
    assert send(desk, request, "approve").status_code == 303
    assert send(sit_down(make.reviewer()), request, "approve").status_code == 409
    assert rows() == before


def test_rejecting_needs_a_reason(desk: Client) -> None:
    request = make.request()
    before = rows()
    answer = send(desk, request, "reject", reason="  ")
    assert answer.status_code == 422
    assert "<title>Error:" in answer.content.decode()
    assert "Enter the reason" in text_of(answer)
    assert rows() == before


@pytest.mark.parametrize(
    "reason", ["See https://evil.example/x", "<b>no</b>", "x" * 501, "no\u202eon", "www.evil.example"]
)
@pytest.mark.parametrize("act", ["reject", "refuse", "ask_change"])
def test_words_to_the_requester_follow_the_rules_of_messages(desk: Client, act: str, reason: str) -> None:
    request = make.request(authorizer_address="lee@globex.example")
    before = rows()
    answer = send(desk, request, act, reason=reason, question=reason)
    assert answer.status_code == 422
    assert rows() == before


def a_template(reason_for: ReasonFor = ReasonFor.REJECT) -> ReasonTemplate:
    return reasons.add(
        by=make.reviewer("sam@operator.example"),
        reason_for=reason_for,
        language="en",
        name="Not ours",
        text="This is not your domain.",
        now=NOW,
    )


@pytest.mark.parametrize(
    ("act", "words"), [("reject", "reason"), ("refuse", "reason"), ("ask_change", "question")]
)
def test_a_template_is_put_below_what_was_typed_and_its_letter_shown(
    desk: Client, act: str, words: str
) -> None:
    request = make.request(authorizer_address="lee@globex.example")
    template = a_template(ReasonFor(act))
    before = rows()
    page = send(desk, request, act, template=template.pk, do="look", **{words: "Ask your IT department."})
    assert page.status_code == 200
    form = page.context["forms"][act]
    together = "Ask your IT department.\nThis is not your domain."
    assert (form[words].value(), form["template"].value(), form["used"].value()) == (
        together,
        "",
        str(template.pk),
    )
    shown = {letter.to: letter.text for letter in page.context["letters"]}
    assert "> This is not your domain." in shown[DANA]
    assert rows() == before


def test_a_template_that_was_only_chosen_is_read_before_it_is_sent(desk: Client) -> None:
    request = make.request()
    template = a_template()
    before = rows()
    answer = send(desk, request, "reject", template=template.pk, reason="")
    assert answer.status_code == 422
    assert "Read it, then send it" in text_of(answer)
    assert answer.context["forms"]["reject"]["reason"].value() == "This is not your domain."
    assert rows() == before


def test_words_changed_after_the_template_are_sent_as_they_stand(desk: Client) -> None:
    request = make.request()
    template = a_template()
    chosen = {"template": template.pk, "used": template.pk}
    assert send(desk, request, "reject", reason="This is not your domain, Dana.", **chosen).status_code == 303
    request.refresh_from_db()
    assert request.rejection_reason == "This is not your domain, Dana."


def test_a_template_retired_meanwhile_keeps_nobody_from_sending_its_words(desk: Client) -> None:
    request = make.request()
    template = a_template()
    reasons.retire(template.pk, by=make.reviewer(), now=NOW)
    answer = send(desk, request, "reject", template=template.pk, reason="My own words.")
    assert answer.status_code == 422
    assert "My own words." in text_of(answer)
    chosen = {"template": template.pk, "used": template.pk}
    assert send(desk, request, "reject", reason="My own words.", **chosen).status_code == 303


@pytest.mark.parametrize("act", ["approve", "reject", "ask_change"])
def test_the_letters_shown_are_the_letters_that_leave(desk: Client, deliver: Any, act: str) -> None:
    request = make.request()
    typed = {"reason": "Not yours.", "question": "Which one?"}
    shown = send(desk, request, act, do="look", **typed).context["letters"]
    assert shown
    known = {row.pk for row in make.posted()}
    assert send(desk, request, act, **typed).status_code == 303
    left = [row for row in make.posted() if row.pk not in known]
    written = [(row.to, rendering.render(from_primitives(row.kind, row.primitives)).text) for row in left]
    assert written == [(letter.to, letter.text) for letter in shown]


def test_a_letter_with_a_link_is_named_without_it(desk: Client) -> None:
    request = make.request(authorizer_address="lee@globex.example")
    page = send(desk, request, "release", do="look")
    assert page.status_code == 200
    assert "so its words are not shown" in text_of(page)
    assert "/a/" not in page.content.decode()
    request.refresh_from_db()
    assert request.authorization == "held"


def test_looking_at_what_can_no_longer_be_done_keeps_what_was_typed(desk: Client) -> None:
    request = make.request()
    claiming.claim(request.pk, by=make.reviewer(), now=NOW)
    answer = send(desk, request, "reject", do="look", reason="My own words.")
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Rosa Reviewer has claimed this request" in page
    assert "My own words." in page


def test_an_unusual_proposal_is_shown_before_it_is_sent(desk: Client) -> None:
    request = make.request()
    asked = {"question": "Do you mean the whole group?", "proposal": "https://www.acme.example/x"}
    answer = send(desk, request, "ask_change", **asked)
    assert answer.status_code == 422
    assert 'value="acme.example"' in answer.content.decode()
    assert send(desk, request, "ask_change", **{**asked, "proposal": "acme.example"}).status_code == 303
    request.refresh_from_db()
    assert (request.domain, request.proposal) == ("change_asked", "acme.example")


@pytest.mark.parametrize("proposal", ["gmail.com", "com", "localhost", "acme"])
def test_what_cannot_name_an_account_cannot_be_proposed(desk: Client, proposal: str) -> None:
    request = make.request()
    assert send(desk, request, "ask_change", question="And this?", proposal=proposal).status_code == 422


def test_proposing_what_is_asked_for_is_a_conflict(desk: Client) -> None:
    request = make.request()
    answer = send(desk, request, "ask_change", question="And this?", proposal="acme-robotics.example")
    assert answer.status_code == 409
    assert "Approve it instead" in text_of(answer)


def test_a_held_letter_is_released_or_refused(desk: Client) -> None:
    request = make.request(authorizer_address="lee@globex.example")
    assert send(desk, request, "refuse").status_code == 422
    assert send(desk, request, "release").status_code == 303
    assert send(desk, request, "release").status_code == 303
    assert len(make.posted("nomination", to="lee@globex.example")) == 1
    assert send(desk, request, "refuse", reason="No proof.").status_code == 409


@pytest.mark.parametrize("act", ["approve", "ask_change", "reject", "release", "refuse"])
def test_an_act_about_other_facts_than_shown_is_a_conflict(desk: Client, act: str) -> None:
    request = make.request(authorizer_address="lee@globex.example")
    facts.change(
        request.pk,
        by=request.requester,
        account_name="Acme Robots",
        administrators=(),
        ticked=False,
        facts_version=1,
        now=NOW,
    )
    before = rows()
    answer = send(desk, request, act, reason="No.", question="Which?")
    assert answer.status_code == 409
    assert "Look at it again" in text_of(answer)
    assert rows() == before


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_version_that_is_none_is_a_conflict(desk: Client, version: str) -> None:
    request = make.request()
    assert desk.post(url(request), {"act": "approve", "facts_version": version}).status_code == 409


@pytest.mark.parametrize("act", list(ACTS))
def test_nobody_decides_a_request_with_an_own_part(desk: Client, rita: Person, act: str) -> None:
    request = make.request(administrators=(rita.email,))
    before = rows()
    page = desk.get(url(request))
    assert page.status_code == 200
    assert "You have a part in this request" in text_of(page)
    assert b'name="act"' not in page.content
    assert send(desk, request, act, reason="No.", question="Which?").status_code == 403
    assert rows() == before


def test_an_own_request_is_decided_by_another_reviewer(desk: Client, rita: Person) -> None:
    request = make.request(
        rita, authorizer_address="boss@operator.example", account_domain="operator.example"
    )
    assert send(desk, request, "approve").status_code == 403


def test_an_unknown_act_is_no_act(desk: Client) -> None:
    request = make.request()
    before = rows()
    assert send(desk, request, "activate").status_code == 422
    assert send(desk, request, "").status_code == 422
    assert rows() == before


def test_a_stopped_request_says_why_and_goes_on(desk: Client) -> None:
    request = make.request()
    assert send(desk, request, "freeze").status_code == 422
    assert send(desk, request, "freeze", reason="Call them first.").status_code == 303
    assert "Call them first." in text_of(desk.get(url(request)))
    assert send(desk, request, "approve").status_code == 409
    assert send(desk, request, "unfreeze").status_code == 303
    assert send(desk, request, "approve").status_code == 303


def test_an_authorization_is_revoked_with_a_reason(desk: Client) -> None:
    request = make.request(authority=Authority.YES)
    assert send(desk, request, "revoke", reason="The company says no.").status_code == 303
    request.refresh_from_db()
    assert request.authorization == "revoked"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(desk: Client, method: str) -> None:
    assert getattr(desk, method)(url(make.request())).status_code == 405


def test_a_form_without_its_csrf_token_is_refused(desk: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    request = make.request()
    strict.cookies = desk.cookies
    assert send(strict, request, "approve").status_code == 403


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("approve", {}),
        ("ask_change", {"question": "Which?"}),
        ("reject", {"reason": "No."}),
        ("release", {}),
        ("refuse", {"reason": "No."}),
        ("revoke", {"reason": "No."}),
        ("undo_not_meant", {}),
        ("reopen", {"reason": "We look again."}),
    ],
)
@pytest.mark.parametrize(
    "situation",
    ["held", "waiting", "authorized", "not_meant", "with_rival_and_sibling", "yes", "approved", "rejected"],
)
def test_exactly_the_letters_the_page_shows_leave(
    desk: Client, situation: str, act: str, typed: dict[str, str]
) -> None:
    request = {
        "held": lambda: make.request(authorizer_address="lee@globex.example"),
        "waiting": make.request,
        "authorized": lambda: make.answered(make.request(), Answer.AUTHORIZE),
        "not_meant": make.request,
        "with_rival_and_sibling": lambda: _with_rival_and_sibling(),
        "approved": lambda: make.approved(make.request(), by=make.reviewer()),
        "rejected": lambda: _rejected(make.request()),
        "yes": lambda: make.request(authority=Authority.YES),
    }[situation]()
    if situation == "not_meant":
        not_meant.say(request.nominations.get().pk, now=NOW)
        request.refresh_from_db()
    page = desk.get(url(request))
    if act not in page.context["forms"]:
        assert send(desk, request, act, **typed).status_code == 409
        return
    shown = sorted((letter.kind, letter.to) for letter in page.context["leaves"][act])
    known = {row.pk for row in make.posted()}
    assert send(desk, request, act, **typed).status_code == 303
    left = [row for row in make.posted() if row.pk not in known]
    assert sorted((row.kind, row.to) for row in left) == shown
    assert SmartAccount.objects.count() == (1 if situation == "with_rival_and_sibling" else 0)


def _rejected(request: SmartAccountRequest) -> SmartAccountRequest:
    review.reject(request.pk, by=make.reviewer(), facts_version=1, reason="No.", now=NOW)
    request.refresh_from_db()
    return request


def _with_rival_and_sibling() -> SmartAccountRequest:
    make.activated()
    given = {"account_domain": "eu.acme-robotics.example", "domain_edited": True, "domain_note": "Europe."}
    kim = make.person("kim@acme-robotics.example")
    make.request(kim, authorizer_address="pat@acme-robotics.example", **given)
    return make.request(authorizer_address="sam@acme-robotics.example", **given)


def test_the_history_names_who_acted(desk: Client) -> None:
    request = make.request()
    send(desk, request, "approve")
    assert "by Rita Stone" in text_of(desk.get(url(request)))
    assert [line.person.email for line in request.history.filter(event="approve")] == [
        "rita@operator.example"
    ]  # type: ignore[union-attr]


def test_a_reader_who_erred_may_be_written_to_again_though_another_is_asked(desk: Client) -> None:
    request = make.request()
    not_meant.say(request.nominations.get().pk, now=NOW)
    nomination.replace(
        request.pk, by=request.requester, address="sam@acme-robotics.example", message="", now=NOW
    )
    assert send(desk, request, "undo_not_meant").status_code == 303
    assert "Nobody is asked now" in text_of(desk.get(url(request)))
    assert make.posted("new_link") == []


def test_who_decided_cannot_reopen_and_another_reviewer_can(desk: Client, sit_down: SitDown) -> None:
    request = make.request()
    send(desk, request, "reject", reason="No.")
    refused = send(desk, request, "reopen", reason="A mistake.")
    assert refused.status_code == 403
    assert "another reviewer must reopen it" in text_of(refused)
    assert send(sit_down(make.reviewer()), request, "reopen", reason="A mistake.").status_code == 303


def test_a_withdrawn_request_offers_nothing(desk: Client) -> None:
    request = make.request()
    withdrawal.withdraw(request.pk, by=request.requester, now=NOW)
    answer = desk.get(url(request))
    assert "Nothing can be decided here now" in text_of(answer)


def test_the_plan_speaks_of_the_requester(desk: Client) -> None:
    request = make.request()
    send(desk, request, "ask_change", question="Which?")
    plan = [item.what for item in desk.get(url(request)).context["plan"]]
    assert "Reminder to the requester" in plan
    assert DANA in text_of(desk.get(url(request)))
    assert PRIYA in text_of(desk.get(url(request)))
