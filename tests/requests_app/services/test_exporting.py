"""The copy of a person's data holds everything about the person, and nothing that is others' alone."""

import json
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey, OneToOneField

from notifications import suppression
from notifications.models import Scope
from people.models import Person
from requests_app.domain.companies import CompanyDetails
from requests_app.models.nomination import Answer
from requests_app.services import drafting, exporting, freezing
from smart_accounts.models import AccessRequest, AccessState
from tests import make
from tests.make import DANA, NOW, PRIYA
from tests.requests_app.services.moments import leave
from tests.requests_app.services.test_erasing import account

pytestmark = pytest.mark.django_db
LEE = "lee.park@acme-robotics.example"
# Where a row refers to a person, and the section that shows it.
SHOWN = {
    ("account.EmailAddress", "user"): "addresses",
    ("mfa.Authenticator", "user"): "second_factors",
    ("requests_app.Draft", "person"): "drafts",
    ("requests_app.SmartAccountRequest", "requester"): "requests",
    ("requests_app.TransferOffer", "offered_by"): "transfers",
    ("requests_app.HistoryLine", "person"): "acts_in_other_requests",
    ("smart_accounts.SmartAccount", "agreement_accepted_by"): "smart_accounts",
    ("smart_accounts.Member", "person"): "smart_accounts",
    ("smart_accounts.AccessRequest", "person"): "access_requests",
}
# What a member of staff did stands in the history, or is the operator's own record.
OPERATORS_OWN = {
    ("requests_app.SmartAccountRequest", "frozen_by"),
    ("requests_app.SmartAccountRequest", "claimed_by"),
    ("smart_accounts.AccessRequest", "decided_by"),
    ("admin.LogEntry", "user"),
}


def everything(person: Person) -> dict[str, Any]:
    """The copy, as a reader of the file gets it."""
    copied = exporting.everything(person, now=NOW)
    return dict(json.loads(json.dumps(copied, cls=DjangoJSONEncoder)))


def test_every_table_that_refers_to_a_person_is_shown_or_named_here() -> None:
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField) and field.related_model is Person
    }
    assert found - OPERATORS_OWN <= set(SHOWN)
    assert set(SHOWN.values()) <= set(everything(make.person()))


def test_the_copy_holds_the_profile_the_request_and_all_around_it() -> None:
    made = make.answered(
        make.request(
            administrators=(LEE,),
            company=CompanyDetails(name="Acme", country="DE", address="Musterstrasse 7", city="Berlin"),
            network="198.51.100.7",
        ),
        Answer.DECLINE,
        reason="Not ours.",
    )
    leave(NOW)
    drafting.begin(made.requester, now=NOW)
    copy = everything(made.requester)
    assert (copy["profile"]["full_name"], copy["profile"]["email"]) == ("Dana Whitfield", DANA)
    assert copy["addresses"] == [{"address": DANA, "verified": True, "primary": True}]
    (request,) = copy["requests"]
    assert request["reference"] == made.reference
    assert request["administrators"] == [LEE]
    assert request["company"]["address"] == "Musterstrasse 7"
    assert request["sent_from_network"] == "198.51.100.7"
    assert [one["message"] for one in request["nominations"]] == ["Account request"]
    assert [one["reason"] for one in request["decisions"]] == ["Not ours."]
    assert [line["what"] for line in request["history"]] == ["Request sent", "Declined"]
    assert {letter["kind"] for letter in copy["letters"]} == {"request_sent", "declined"}
    assert {letter["kind"] for letter in request["letters"]} > {"request_sent", "declined"}
    assert len(copy["drafts"]) == 1


def test_an_authorizer_with_an_account_finds_what_was_asked_and_answered() -> None:
    made = make.answered(make.request(), Answer.DECLINE, reason="Not ours.")
    suppression.add(PRIYA, scope=Scope.BOUNCE, source="test")
    copy = everything(make.person(PRIYA))
    (named,) = copy["nominations"]
    assert (named["reference"], named["asked_by"]) == (made.reference, "Dana Whitfield")
    assert [one["reason"] for one in copy["decisions"]] == ["Not ours."]
    assert [act["what"] for act in copy["acts_in_other_requests"]] == ["Declined"]
    assert [one["why"] for one in copy["do_not_write"]] == ["bounce"]
    assert copy["requests"] == []


def test_accounts_and_wishes_for_access_are_shown() -> None:
    dana, lee = make.person(DANA), make.person(LEE)
    made = account(dana)
    AccessRequest.objects.create(
        account=made, person=lee, address=LEE, message="Please", state=AccessState.ASKED, asked_at=NOW
    )
    assert [one["account_domain"] for one in everything(dana)["smart_accounts"]] == [made.identifier] * 2
    assert [one["message"] for one in everything(lee)["access_requests"]] == ["Please"]
    assert everything(dana)["access_requests"] == []


def test_who_is_named_administrator_by_somebody_else_finds_it() -> None:
    made = make.request(administrators=(LEE,))
    (named,) = everything(make.person(LEE))["named_as_administrator"]
    assert (named["reference"], named["as"]) == (made.reference, LEE)
    assert everything(made.requester)["named_as_administrator"] == []


def test_staff_are_not_named_to_the_requester_nor_what_a_check_said() -> None:
    made = make.request()
    freezing.freeze(made.pk, by=make.reviewer(), reason="Looks like a resold list", now=NOW)
    copy = json.dumps(everything(made.requester))
    assert "Rosa" not in copy
    assert "resold" not in copy


def test_nothing_secret_stands_in_the_copy() -> None:
    made = make.in_setup()
    leave(NOW)
    copy = json.dumps(everything(made.requester))
    named = made.nominations.get()
    link = named.links.get()
    for secret in (link.nonce, link.token_hash, named.stop_hash, made.requester.password):
        assert secret
        assert secret not in copy


def test_nobody_else_stands_in_the_copy() -> None:
    make.request()
    kim = make.person("kim@globex.example")
    copy = everything(kim)
    assert DANA not in json.dumps(copy)
    assert [copy[section] for section in ("requests", "nominations", "decisions", "letters")] == [
        [],
        [],
        [],
        [],
    ]


def test_gathering_writes_nothing() -> None:
    made = make.request()
    before = len(make.posted())
    everything(made.requester)
    assert len(make.posted()) == before


def test_staff_write_the_copy_of_who_asked_for_it_and_the_person_is_told() -> None:
    make.request()
    out = StringIO()
    call_command("export_person", DANA, stdout=out)
    copy = json.loads(out.getvalue())
    assert copy["profile"]["email"] == DANA
    assert datetime.fromisoformat(copy["made_at"])
    assert [letter.to for letter in make.posted("data_exported")] == [DANA]
    with pytest.raises(CommandError, match="Nobody"):
        call_command("export_person", "nobody@x.example", stdout=StringIO())
