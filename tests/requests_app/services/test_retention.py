"""What the nightly run takes out of requests, letters, sessions and registrations, and what it leaves."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import links, outbox
from notifications import retention as post_office
from notifications.emails import KINDS
from notifications.models import Attempt, DeliveryEvent, OutgoingEmail, Suppression
from people.models import Person
from people.services import begin_registration
from requests_app import models, tasks
from requests_app.domain.companies import CompanyDetails
from requests_app.domain.submission import Authority
from requests_app.models import SmartAccountRequest
from requests_app.models.nomination import Answer
from requests_app.services import evidence, forgetting, retention, review, withdrawal
from smart_accounts.models import AccessRequest, AccessState, SmartAccount
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import leave

pytestmark = pytest.mark.django_db
OVER = NOW + timedelta(days=90)
WORDS = ("Account request", "please look", "Not ours to have", "Musterstrasse 7", "198.51.100.7")


def full(**changed: Any) -> SmartAccountRequest:
    """A request that holds something in every field about people."""
    return make.request(
        network="198.51.100.7",
        domain_edited=True,
        domain_note="please look",
        company=CompanyDetails(name="Acme", country="DE", address="Musterstrasse 7", city="Berlin"),
        administrators=("lee.park@acme-robotics.example",),
        **changed,
    )


def closed(**changed: Any) -> SmartAccountRequest:
    """One that was declined and then withdrawn; its letters left."""
    made = full(**changed)
    leave(NOW)
    made = make.answered(made, Answer.DECLINE, reason="Not ours to have")
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    leave(NOW)
    made.refresh_from_db()
    return made


def dump() -> str:
    """Every value in the tables of requests and letters, as text."""
    rows = []
    for model in (
        SmartAccountRequest,
        models.Administrator,
        models.Company,
        models.Nomination,
        models.AuthorizationLink,
        models.CodeChallenge,
        models.HistoryLine,
        OutgoingEmail,
        Attempt,
        DeliveryEvent,
    ):
        rows += list(model.objects.values())
    decisions = models.Decision.objects.defer("record").values(
        "address", "reason", "text", "facts", "salt", "record"
    )
    return json.dumps([*rows, *decisions], default=str, ensure_ascii=False)


def run(now: datetime) -> int:
    return retention.run(now=now)


def test_90_days_after_closing_a_request_names_nobody() -> None:
    closed()
    for secret in (DANA, PRIYA, "lee.park", "Dana Whitfield", *WORDS):
        assert secret in dump(), secret
    run(OVER)
    for secret in (DANA, PRIYA, "lee.park", "Dana Whitfield", *WORDS):
        assert secret not in dump(), secret


def test_what_happened_and_when_stays() -> None:
    made = closed()
    before = [
        (line.at, line.event, line.actor, line.before, line.after) for line in made.history.order_by("id")
    ]
    run(OVER)
    made.refresh_from_db()
    after = [
        (line.at, line.event, line.actor, line.before, line.after) for line in made.history.order_by("id")
    ]
    assert after == before
    assert (made.account_domain, made.account_name) == ("acme-robotics.example", "Acme Robotics, Inc.")
    assert (made.state, made.closed_at, made.forgotten_at) == ("withdrawn", NOW, OVER)
    (named,) = made.nominations.all()
    assert (named.number, named.state, named.created_at) == (1, "declined", NOW)


def test_the_signed_chain_still_verifies() -> None:
    closed()
    make.answered(make.request(make.person("kim@acme-robotics.example")), Answer.AUTHORIZE)
    signed = list(models.Decision.objects.order_by("sequence").values_list("record", "signature"))
    run(OVER)
    first, second = models.Decision.objects.order_by("sequence")
    assert (first.address, first.salt, first.facts) == ("", "", {})
    assert (second.address, bool(second.salt)) == (PRIYA, True)
    assert list(evidence.verify()) == []
    assert list(models.Decision.objects.order_by("sequence").values_list("record", "signature")) == signed


@pytest.mark.parametrize("days", [89, 90])
def test_a_day_before_nothing_is_taken(days: int) -> None:
    made = closed()
    run(NOW + timedelta(days=days))
    made.refresh_from_db()
    assert (made.requester_address == "") is (days == 90)


def test_an_open_request_keeps_its_people_however_old_it_is() -> None:
    full()
    run(NOW + timedelta(days=900))
    assert PRIYA in dump()
    assert models.AuthorizationLink.objects.exists()


@pytest.mark.parametrize("ending", ["rejected", "withdrawn", "expired"])
def test_every_end_is_an_end(ending: str) -> None:
    made = full()
    if ending == "rejected":
        review.reject(made.pk, by=make.reviewer(), reason="No", facts_version=made.facts_version, now=NOW)
    elif ending == "withdrawn":
        withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    else:
        SmartAccountRequest.objects.filter(pk=made.pk).update(state="expired", closed_at=NOW)
    run(OVER)
    made.refresh_from_db()
    assert (made.state, made.requester_address, made.rejection_reason) == (ending, "", "")


def test_the_links_of_a_forgotten_request_are_unknown() -> None:
    with time_machine.travel(NOW, tick=False):
        made = full()
        link = make.token_of(make.link_of(made))
        named = made.nominations.get()
        stop = links.token(links.Label.STOP, named.stop_seed)
        make.answered(made, Answer.DECLINE)
        receipt = links.token(links.Label.RECEIPT, made.decisions.get().receipt_seed)
        withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
        paths = (f"/a/{link}", f"/n/{stop}", f"/r/{receipt}")
        assert [Client().get(path).status_code for path in paths] == [410, 200, 410]
    run(OVER)
    assert not models.AuthorizationLink.objects.exists()
    with time_machine.travel(OVER, tick=False):
        assert [Client().get(path).status_code for path in paths] == [404, 404, 404]


def test_a_forgotten_request_is_still_shown_to_requester_and_reviewer(sit_down: Any) -> None:
    made = closed()
    run(OVER)
    browser = Client()
    browser.force_login(made.requester)
    page = browser.get(reverse("request", args=[made.pk])).content.decode()
    assert "by the authorizer" in page
    assert "were deleted" in page
    desk = sit_down(make.reviewer()).get(reverse("review_request", args=[made.pk]))
    assert desk.status_code == 200
    assert PRIYA not in desk.content.decode()


# Active accounts


def test_an_active_account_keeps_its_company_and_the_authorization_it_rests_on() -> None:
    active = make.activated(
        company=CompanyDetails(name="Acme", country="DE", address="Musterstrasse 7", city="Berlin"),
        network="198.51.100.7",
        domain_note="please look",
        domain_edited=True,
    )
    leave(NOW)
    run(NOW + timedelta(days=89))
    assert "198.51.100.7" in dump()
    run(OVER)
    active.refresh_from_db()
    decision = active.decisions.get()
    assert (decision.address, decision.facts["account_name"]) == (PRIYA, "Acme Robotics, Inc.")
    assert active.nominations.get().address == PRIYA
    assert active.company.address == "Musterstrasse 7"
    assert list(evidence.verify()) == []
    for secret in ("198.51.100.7", "please look", "Account request", "Dana Whitfield"):
        assert secret not in dump(), secret
    assert not models.AuthorizationLink.objects.exists()
    assert SmartAccount.objects.get().members.exists()


def test_an_active_account_on_yes_keeps_the_statement_that_was_ticked() -> None:
    active = make.request(authority=Authority.YES)
    make.approved(active)
    SmartAccountRequest.objects.filter(pk=active.pk).update(
        state="active", activated_at=NOW, account=_account(active.requester)
    )
    run(OVER)
    assert models.Decision.objects.get().address == DANA


def _account(person: Person) -> SmartAccount:
    return SmartAccount.objects.create(
        identifier="acme-robotics.example",
        registrable_domain="acme-robotics.example",
        skeleton="acme",
        name="Acme",
        activated_at=NOW,
        agreement_version="1",
        agreement_accepted_at=NOW,
        agreement_accepted_by=person,
    )


# Letters


def test_letters_lose_their_words_after_30_days_and_their_reader_with_the_request() -> None:
    made = closed()
    run(NOW + timedelta(days=30))
    letters = OutgoingEmail.objects.filter(about=str(made.pk), sent_at__isnull=False)
    assert set(letters.values_list("blanked_at", flat=True)) == {NOW + timedelta(days=30)}
    assert all(letter.primitives == {} for letter in letters)
    assert set(letters.values_list("to", flat=True)) == {DANA, PRIYA}
    run(OVER)
    assert all(letter.to.startswith("hash:") for letter in letters.all())


def test_letters_of_no_request_lose_their_reader_90_days_after_they_were_written() -> None:
    person = make.person(DANA)
    for key, kind in (("code", "registration_code"), ("draft", "draft_ending")):
        about = "" if key == "code" else "5d41402a-bc4b-4a76-b971-9d911017c592"
        outbox.post(KINDS[kind].sample(), to=person.email, key=key, about=about)
    outbox.post(KINDS["data_erased"].sample(), to=person.email, key="to do")
    leave(NOW)
    OutgoingEmail.objects.update(created_at=NOW)
    OutgoingEmail.objects.filter(key="to do").update(sent_at=None, state="queued")
    open_letter = make.request()
    leave(NOW)
    OutgoingEmail.objects.filter(key="to do").update(sent_at=None, state="queued")
    OutgoingEmail.objects.update(created_at=NOW)
    run(OVER - timedelta(seconds=1))
    assert not OutgoingEmail.objects.filter(to__startswith="hash:").exists()
    run(OVER)
    forgotten = OutgoingEmail.objects.filter(to__startswith="hash:").values_list("key", flat=True)
    assert set(forgotten) == {"code", "draft"}
    assert OutgoingEmail.objects.filter(about=str(open_letter.pk), to=PRIYA).exists()


def test_a_letter_that_left_after_its_request_was_forgotten_is_forgotten_too() -> None:
    made = closed()
    run(OVER)
    outbox.post(KINDS["withdrawn"].sample(), to=DANA, key="late", about=str(made.pk))
    leave(OVER)
    OutgoingEmail.objects.filter(key="late").update(created_at=OVER)
    run(OVER + post_office.FORGET_AFTER)
    assert OutgoingEmail.objects.get(key="late").to.startswith("hash:")


def test_what_mail_systems_said_about_a_reader_goes_with_the_address() -> None:
    closed()
    letter = OutgoingEmail.objects.filter(to=PRIYA).first()
    assert letter
    DeliveryEvent.objects.create(
        email=letter, fingerprint="1", provider="x", event="bounced", text=f"{PRIYA} unknown", happened_at=NOW
    )
    Attempt.objects.create(email=letter, number=9, outcome="retry", error_text=f"{PRIYA} busy")
    run(OVER)
    assert PRIYA not in dump()


# Around signing in


def test_ended_sessions_stale_counts_and_unproven_registrations_go() -> None:
    now = timezone.now()
    for key, expires in (("old", now - timedelta(hours=1)), ("young", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    cache.set("old", 1, timeout=-60)
    cache.set("young", 1, timeout=600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = '2020-01-01 00:00:00' WHERE cache_key = ':1:old'")
    cache.set("kept", 1, timeout=600)
    for address, days in (("old@x.example", 3), ("young@x.example", 1)):
        person = begin_registration(address)
        Person.objects.filter(pk=person.pk).update(created_at=now - timedelta(days=days))
    run(now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["young"]
    assert cache.get("young") == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache WHERE cache_key = ':1:old'")
        assert cursor.fetchone()[0] == 0
    assert list(Person.objects.values_list("email", flat=True)) == ["young@x.example"]


def test_answered_access_requests_go_and_open_ones_stay() -> None:
    person = make.person("lee@acme-robotics.example")
    account = _account(make.person(DANA))
    for state, decided in ((AccessState.DECLINED, NOW), (AccessState.ASKED, None)):
        AccessRequest.objects.create(
            account=account,
            person=person,
            address=person.email,
            state=state,
            asked_at=NOW,
            decided_at=decided,
        )
    run(OVER - timedelta(seconds=1))
    assert AccessRequest.objects.count() == 2
    run(OVER)
    assert AccessRequest.objects.get().state == AccessState.ASKED


# The run


def test_the_second_run_does_nothing() -> None:
    closed()
    make.activated(account_domain="two.acme-robotics.example", domain_edited=True, domain_note="x")
    leave(NOW)
    assert run(OVER) > 0
    before = dump()
    assert run(OVER) == 0
    assert dump() == before


def test_a_dry_run_counts_what_a_run_does_and_changes_nothing() -> None:
    closed()
    before = dump()
    planned = {str(due.step): due.rows for due in retention.plan(now=OVER)}
    assert dump() == before
    did: dict[str, int] = {}
    retention.run(now=OVER, tell=lambda done: did.update({str(done.step): done.rows}))
    # The request's letters lose words and reader with it, before the step comes that would blank them.
    words = "notifications_outgoingemail: letters freed of what they said"
    assert (planned.pop(words) > 0, did.pop(words)) == (True, 0)
    assert did == planned
    assert sum(planned.values()) == 1


def test_one_request_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = closed(), closed(account_domain="two.acme-robotics.example")
    forget = post_office.forget

    def fail(about: str, *, now: datetime) -> int:
        if about == str(bad.pk):
            raise RuntimeError("a fault")
        return forget(about, now=now)

    monkeypatch.setattr(post_office, "forget", fail)
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    run(OVER)
    bad.refresh_from_db()
    good.refresh_from_db()
    # What fails is left whole: its transaction is undone.
    assert (bad.forgotten_at, bad.requester_address, bad.nominations.get().address) == (None, DANA, PRIYA)
    assert good.forgotten_at == OVER
    assert [letter.to for letter in make.posted("operator_alert")]
    monkeypatch.setattr(post_office, "forget", forget)
    run(OVER)
    bad.refresh_from_db()
    assert bad.forgotten_at == OVER


def test_one_step_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made = closed()
    first = next(retention.steps())

    def fail(*, now: datetime) -> int:
        raise RuntimeError("a fault")

    broken = retention.Step(first.table, first.does, first.due, fail)
    rest = list(retention.steps())[1:]
    monkeypatch.setattr(retention, "steps", lambda: iter([broken, *rest]))
    run(OVER)
    made.refresh_from_db()
    assert made.forgotten_at == OVER


def test_a_request_reopened_while_the_run_came_to_it_is_left_alone() -> None:
    made = closed()
    SmartAccountRequest.objects.filter(pk=made.pk).update(state="pending", closed_at=None)
    assert forgetting.forget_due(made.pk, now=OVER) is False
    assert PRIYA in dump()


@pytest.mark.django_db(transaction=True)
def test_the_task_runs_by_the_hosts_clock() -> None:
    made = closed()
    SmartAccountRequest.objects.filter(pk=made.pk).update(closed_at=timezone.now() - timedelta(days=91))
    tasks.retention()
    made.refresh_from_db()
    assert made.forgotten_at is not None


def test_the_command_says_what_it_would_do_and_does_it_when_told() -> None:
    made = closed()
    SmartAccountRequest.objects.filter(pk=made.pk).update(closed_at=timezone.now() - timedelta(days=91))
    out = StringIO()
    call_command("retention", stdout=out)
    made.refresh_from_db()
    assert made.forgotten_at is None
    assert "Nothing was changed" in out.getvalue()
    assert "       1  requests_app_smartaccountrequest: " in out.getvalue()
    call_command("retention", "--apply", stdout=StringIO())
    made.refresh_from_db()
    assert made.forgotten_at is not None


def test_on_a_host_whose_clock_is_wrong_nothing_is_forgotten() -> None:
    made = closed()
    with time_machine.travel(timezone.now() + timedelta(days=400)), pytest.raises(CommandError):
        call_command("retention", "--apply", stdout=StringIO())
    made.refresh_from_db()
    assert made.forgotten_at is None


def test_suppressions_outlive_the_request() -> None:
    Suppression.objects.create(address_hash="x", scope="bounce")
    closed()
    run(OVER)
    assert Suppression.objects.exists()
