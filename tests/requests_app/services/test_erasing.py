"""Erasing a person or an address: what goes, what waits, what stays for others, and that it can be undone."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.utils import timezone

from notifications import suppression
from notifications.models import OutgoingEmail, Scope
from people import erasing as closing_accounts
from people import second_factor
from people.models import Person
from requests_app import models
from requests_app.domain.lifecycle import OPEN
from requests_app.domain.submission import Authority
from requests_app.models import Draft
from requests_app.models.nomination import Answer
from requests_app.services import (
    drafting,
    erasing,
    evidence,
    freezing,
    nomination,
    not_meant,
    retention,
    traces,
    withdrawal,
)
from smart_accounts.models import AccessRequest, AccessState, Member, SmartAccount
from smart_accounts.services import leaving, members
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import end_of_day, leave
from tests.requests_app.services.test_retention import dump

pytestmark = pytest.mark.django_db
LEE = "lee.park@acme-robotics.example"
GONE_AT = end_of_day(14)


def dana() -> Person:
    return make.person(DANA)


def asked(person: Person) -> Person:
    """The same person after asking to be erased."""
    erasing.ask(person, now=NOW)
    person.refresh_from_db()
    return person


def reloaded(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def account(*administrators: Person) -> SmartAccount:
    made = SmartAccount.objects.create(
        identifier="acme-robotics.example",
        registrable_domain="acme-robotics.example",
        skeleton="acme",
        name="Acme",
        activated_at=NOW,
        agreement_version="1",
        agreement_accepted_at=NOW,
        agreement_accepted_by=administrators[0],
    )
    for person in administrators:
        Member.objects.create(
            account=made, address=person.email, person=person, invited_at=NOW, joined_at=NOW
        )
    return made


# Asking, undoing


def test_who_asks_has_14_whole_days_and_a_letter_that_says_so() -> None:
    person = asked(dana())
    assert person.erases_at == GONE_AT
    (letter,) = make.posted("erasure_asked")
    assert (letter.to, letter.primitives["ends_at"]) == (DANA, GONE_AT.isoformat())
    assert letter.primitives["page_path"] == "/accounts/login/"


def test_asking_again_moves_nothing() -> None:
    person = asked(dana())
    assert erasing.ask(person, now=NOW + timedelta(days=3)) == GONE_AT


def test_nothing_is_erased_before_its_time() -> None:
    person = asked(dana())
    retention.run(now=GONE_AT - timedelta(seconds=1))
    assert reloaded(person).email == DANA
    retention.run(now=GONE_AT)
    assert reloaded(person).full_name == "Erased person"


def test_whoever_signed_in_meanwhile_is_kept() -> None:
    person = asked(dana())
    assert closing_accounts.undo(person) == GONE_AT
    retention.run(now=GONE_AT)
    assert (reloaded(person).email, reloaded(person).erases_at) == (DANA, None)
    assert closing_accounts.undo(person) is None


def test_signing_in_at_the_moment_of_the_run_is_not_overrun() -> None:
    person = asked(dana())
    closing_accounts.undo(person)
    assert erasing.erase_due(person.pk, now=GONE_AT) is False
    assert reloaded(person).is_active


# What goes


def test_of_the_person_a_row_remains_that_says_nothing_and_opens_nothing() -> None:
    person = make.reviewer(DANA)
    second_factor.enrol(person, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    LogEntry.objects.create(
        user=make.person(),
        content_type=ContentType.objects.get_for_model(Person),
        object_id=str(person.pk),
        object_repr=str(person),
        action_flag=CHANGE,
    )
    erasing.erase(person.pk, now=NOW)
    left = reloaded(person)
    assert left.full_name == "Erased person"
    assert left.email.endswith("@erased.invalid")
    assert not any([left.is_active, left.is_staff, left.is_reviewer, left.has_usable_password()])
    assert (left.erases_at, left.erased_at) == (None, NOW)
    assert not EmailAddress.objects.filter(user=person).exists()
    assert not second_factor.is_enrolled(left)
    assert LogEntry.objects.get().object_repr == "Erased person"


def test_the_last_letter_goes_to_the_address_that_was() -> None:
    person = dana()
    make.request()
    leave(NOW)
    erasing.erase(person.pk, now=NOW)
    (letter,) = make.posted("data_erased")
    assert (letter.to, letter.state) == (DANA, "queued")
    left = OutgoingEmail.objects.filter(sent_at__isnull=False)
    assert left.exists()
    assert not left.filter(to=DANA).exists()


def test_open_requests_are_withdrawn_first_and_their_authorizer_is_told() -> None:
    set_up = make.in_setup(account_domain="two.acme-robotics.example", domain_edited=True, domain_note="x")
    pending = make.request()
    leave(NOW)
    unsent = make.request(account_domain="three.acme-robotics.example", authorizer_address=LEE)
    erasing.erase(pending.requester_id, now=NOW)
    for made in (pending, set_up, unsent):
        made.refresh_from_db()
        assert (made.state, made.requester_address, made.forgotten_at) == ("withdrawn", "", NOW)
    assert {letter.to for letter in make.posted("nothing_to_do")} == {PRIYA}
    assert "withdraw" in pending.history.values_list("event", flat=True)


def test_no_table_names_the_person_afterwards() -> None:
    person = dana()
    make.answered(make.request(message="It is Dana"), Answer.DECLINE, reason="Dana who?")
    make.request(
        authority=Authority.YES,
        account_domain="two.acme-robotics.example",
        domain_edited=True,
        domain_note="x",
    )
    leave(NOW)
    erasing.erase(person.pk, now=NOW)
    leave(NOW)
    retention.run(now=NOW + timedelta(days=200))
    assert DANA not in dump()
    assert "Dana" not in dump()
    assert list(evidence.verify()) == []


def test_drafts_accounts_invitations_and_wishes_for_access_go() -> None:
    person, lee = dana(), make.person(LEE)
    drafting.begin(person, now=NOW)
    made = account(person, lee)
    other = SmartAccount.objects.create(
        identifier="globex.example",
        registrable_domain="globex.example",
        skeleton="globex",
        name="Globex",
        activated_at=NOW,
        agreement_version="1",
        agreement_accepted_at=NOW,
        agreement_accepted_by=lee,
    )
    Member.objects.create(account=other, address=DANA, invited_at=NOW)
    for state, who, by in ((AccessState.ASKED, person, None), (AccessState.DECLINED, lee, person)):
        AccessRequest.objects.create(
            account=other, person=who, address=who.email, state=state, asked_at=NOW, decided_by=by
        )
    erasing.erase(person.pk, now=NOW)
    assert not Draft.objects.exists()
    assert list(made.members.values_list("address", flat=True)) == [LEE]
    assert not other.members.exists()
    assert AccessRequest.objects.get().decided_by is None
    # Who accepted the agreement is a row that says nothing.
    made.refresh_from_db()
    assert made.agreement_accepted_by.full_name == "Erased person"


def test_an_address_may_register_again_as_somebody_new() -> None:
    person = dana()
    erasing.erase(person.pk, now=NOW)
    assert make.person(DANA).pk != person.pk


# In requests of others


def test_what_the_person_answered_in_requests_that_are_over_says_no_name() -> None:
    priya = make.person(PRIYA, name="Priya Raman")
    made = make.answered(make.request(), Answer.DECLINE, reason="Not ours.")
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    leave(NOW)
    erasing.erase(priya.pk, now=NOW)
    made.refresh_from_db()
    assert made.forgotten_at is None
    assert made.requester_address == DANA
    assert made.nominations.get().address == ""
    assert made.decisions.get().salt == ""
    OutgoingEmail.objects.filter(kind="data_erased").delete()  # the last letter, which is still to leave
    assert PRIYA not in dump()
    assert "Not ours." not in dump()
    assert list(evidence.verify()) == []


def test_an_open_request_keeps_whom_it_waits_for_until_it_ends() -> None:
    priya = make.person(PRIYA)
    made = make.request()
    erasing.erase(priya.pk, now=NOW)
    assert made.nominations.get().address == PRIYA
    assert models.AuthorizationLink.objects.exists()
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    retention.run(now=NOW + timedelta(days=90))
    assert made.nominations.get().address == ""


def test_an_earlier_authorizer_of_an_open_request_goes_at_once() -> None:
    made = make.answered(make.request(), Answer.DECLINE, reason="Not ours.")
    nomination.replace(made.pk, by=made.requester, address=LEE, message="", now=NOW)
    leave(NOW)
    erasing.erase(make.person(PRIYA).pk, now=NOW)
    first, second = made.nominations.order_by("number")
    assert (first.address, second.address) == ("", LEE)
    assert made.decisions.get().address == ""
    OutgoingEmail.objects.filter(kind="data_erased").delete()  # the last letter, which is still to leave
    assert PRIYA not in dump()


def test_what_a_reviewer_did_stays_without_the_name() -> None:
    rosa = make.reviewer()
    made = make.approved(make.request(), by=rosa)
    erasing.erase(rosa.pk, now=NOW)
    line = made.history.get(event="approve")
    assert (line.person, line.actor_name, line.actor, line.note) == (
        None,
        "",
        "reviewer",
        made.account_domain,
    )


# What stands in the way


def test_the_last_administrator_is_refused_and_nothing_happens() -> None:
    person = dana()
    made = account(person)
    members_before = list(made.members.values())
    with pytest.raises(erasing.Hindered) as refused:
        erasing.ask(person, now=NOW)
    assert refused.value.hindrances.accounts == (made,)
    with pytest.raises(erasing.Hindered):
        erasing.erase(person.pk, now=NOW)
    assert reloaded(person).is_active
    assert list(made.members.values()) == members_before
    assert make.posted() == []


def test_somebody_invited_is_no_other_administrator() -> None:
    person = dana()
    made = account(person)
    members.invite(made.pk, by=person, address=LEE, now=NOW)
    assert erasing.hindrances(person).accounts == (made,)


def test_two_addresses_of_one_person_are_one_administrator() -> None:
    person = dana()
    made = account(person)
    Member.objects.create(
        account=made, address="d@acme-robotics.example", person=person, invited_at=NOW, joined_at=NOW
    )
    assert leaving.last_of(person) == [made]


def test_a_request_under_a_check_is_not_erased_away() -> None:
    made = make.request()
    freezing.freeze(made.pk, by=make.reviewer(), reason="Odd", now=NOW)
    with pytest.raises(erasing.Hindered, match=made.reference):
        erasing.ask(made.requester, now=NOW)


def test_who_became_hindered_meanwhile_stays_planned_and_staff_are_told() -> None:
    made = make.request()
    person = asked(made.requester)
    freezing.freeze(made.pk, by=make.reviewer(), reason="Odd", now=NOW)
    retention.run(now=GONE_AT)
    assert (reloaded(person).email, reloaded(person).erases_at) == (DANA, GONE_AT)
    (alert,) = make.posted("operator_alert")
    assert made.reference in alert.primitives["facts"][0]
    assert DANA not in str(alert.primitives)
    freezing.unfreeze(made.pk, by=make.reviewer("rolf@operator.example"), now=GONE_AT)
    retention.run(now=GONE_AT + timedelta(days=1))
    assert reloaded(person).erased_at is not None


# Half-way, twice, beside itself


def test_an_erasure_that_broke_half_way_is_finished_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.request()
    person = asked(made.requester)
    blank = closing_accounts.blank

    def fail(person: Person, *, now: datetime) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(closing_accounts, "blank", fail)
    retention.run(now=GONE_AT)
    made.refresh_from_db()
    assert (made.state, reloaded(person).email) == ("withdrawn", DANA)
    assert not make.posted("data_erased")
    monkeypatch.setattr(closing_accounts, "blank", blank)
    retention.run(now=GONE_AT)
    assert reloaded(person).erased_at == GONE_AT
    assert len(make.posted("data_erased")) == 1


def test_one_erased_by_staff_half_way_is_finished_by_the_nightly_run(monkeypatch: pytest.MonkeyPatch) -> None:
    person = dana()
    with monkeypatch.context() as patch:
        patch.setattr(traces, "erase", lambda *args, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erasing.erase(person.pk, now=NOW)
    retention.run(now=NOW)
    assert reloaded(person).erased_at == NOW


def test_erasing_twice_is_refused_and_writes_no_second_letter() -> None:
    person = dana()
    erasing.erase(person.pk, now=NOW)
    with pytest.raises(closing_accounts.NoLongerPlanned):
        erasing.erase(person.pk, now=NOW)
    assert len(make.posted("data_erased")) == 1


# An address without an account


def test_a_nominated_address_is_erased_where_the_request_is_over() -> None:
    made = make.answered(make.request(), Answer.DECLINE)
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    leave(NOW)
    assert traces.erase_address(PRIYA, now=NOW) == traces.Erased(1, ())
    assert PRIYA not in dump()
    assert list(evidence.verify()) == []


def test_a_nomination_that_waits_ends_as_not_meant() -> None:
    made = make.request()
    leave(NOW)
    assert traces.erase_address(PRIYA, now=NOW) == traces.Erased(1, ())
    made.refresh_from_db()
    assert (made.state, made.authorization) == ("pending", "not_meant")
    assert made.nominations.get().address == ""
    (told,) = make.posted("choose_authorizer")
    assert told.to == DANA
    assert suppression.scopes(PRIYA, requester=str(made.requester_id)) == {Scope.NOT_MEANT}


def test_staff_cannot_undo_not_meant_for_an_address_that_is_gone() -> None:
    made = make.request()
    traces.erase_address(PRIYA, now=NOW)
    assert not_meant.undo(made.nominations.get().pk, by=make.reviewer(), now=NOW) is False
    made.refresh_from_db()
    assert made.authorization == "not_meant"


def test_an_authorization_an_open_request_rests_on_stays_and_is_named() -> None:
    made = make.answered(make.request(), Answer.AUTHORIZE)
    assert traces.erase_address(PRIYA, now=NOW) == traces.Erased(0, (made.reference,))
    assert made.decisions.get().address == PRIYA


def test_of_an_active_account_the_authorizer_may_be_erased_and_the_record_stands() -> None:
    active = make.activated()
    traces.erase_address(PRIYA, now=NOW)
    decision = active.decisions.get()
    assert (decision.address, decision.salt) == ("", "")
    assert list(evidence.verify()) == []


def test_an_administrator_named_in_a_closed_request_is_erased_from_decisions_too() -> None:
    made = make.answered(make.request(administrators=(LEE,)), Answer.AUTHORIZE)
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    leave(NOW)
    traces.erase_address(LEE, now=NOW)
    assert LEE not in dump()
    assert PRIYA in dump()


def test_an_administrator_is_not_erased_from_what_an_active_account_rests_on() -> None:
    active = make.activated(administrators=(LEE,))
    traces.erase_address(LEE, now=NOW)
    assert LEE in active.decisions.get().facts["administrators"]
    assert not active.administrators.filter(address=LEE).exists()
    assert not Member.objects.filter(address=LEE).exists()


def test_another_address_that_ends_alike_is_left_alone() -> None:
    made = make.answered(make.request(administrators=(f"x{LEE}",)), Answer.AUTHORIZE)
    withdrawal.withdraw(made.pk, by=made.requester, now=NOW)
    traces.erase_address(LEE, now=NOW)
    assert made.decisions.get().salt


def test_an_address_with_an_account_is_a_person() -> None:
    dana()
    with pytest.raises(traces.HasAccount):
        traces.erase_address(DANA, now=NOW)


# By hand


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_staff_see_first_what_erasing_a_person_would_do() -> None:
    made = make.request(now=timezone.now())
    assert made.reference in run("erase_person", DANA)
    made.refresh_from_db()
    assert made.state in OPEN
    assert "Erased" in run("erase_person", DANA, "--apply")
    assert not Person.objects.filter(email=DANA).exists()
    with pytest.raises(CommandError, match="Nobody has this address"):
        run("erase_person", DANA)


def test_staff_are_told_what_stands_in_the_way() -> None:
    account(dana())
    for words in (("erase_person", DANA), ("erase_person", DANA, "--apply")):
        with pytest.raises(CommandError, match=r"acme-robotics\.example"):
            run(*words)


def test_staff_erase_an_address_by_hand() -> None:
    made = make.answered(make.request(now=timezone.now()), Answer.AUTHORIZE, now=timezone.now())
    assert made.reference in run("erase_address", PRIYA)
    withdrawal.withdraw(made.pk, by=made.requester, now=timezone.now())
    assert "Requests that name it: 1" in run("erase_address", PRIYA)
    assert made.nominations.get().address == PRIYA
    assert "Requests freed of it: 1" in run("erase_address", PRIYA, "--apply")
    assert made.nominations.get().address == ""


@pytest.mark.parametrize(("address", "why"), [("nonsense", "@"), (DANA, "erase_person")])
def test_staff_are_told_why_an_address_is_not_erased(address: str, why: str) -> None:
    dana()
    with pytest.raises(CommandError, match=why):
        run("erase_address", address, "--apply")


def test_no_two_runs_erase_the_same_person_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    person = asked(dana())
    # Between the first run's parts a second one goes the whole way.
    monkeypatch.setattr(traces, "erase", lambda *args, **more: _beside(monkeypatch, person))
    assert erasing.erase_due(person.pk, now=GONE_AT) is False
    assert len(make.posted("data_erased")) == 1


def _beside(patch: pytest.MonkeyPatch, person: Person) -> None:
    patch.undo()
    assert erasing.erase_due(person.pk, now=GONE_AT) is True
