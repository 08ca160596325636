"""Letters as values: the list of kinds, what may be stored of them, and reading it back."""

import dataclasses
import json
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from notifications import emails, links
from notifications.emails import KINDS, Letter, Nomination, Route, UnreadableLetter
from notifications.emails.letter import NotPrimitive
from notifications.rendering import FOLDER

# Product rules, section 7, in its order; each line of it is one or several kinds.
PRODUCT_RULES = {
    "registration code": ["registration_code"],
    "already registered": ["already_registered"],
    "password reset": ["password_reset"],
    "e-mail changed (old address)": ["email_changed"],
    "draft goes away soon": ["draft_ending"],
    "request sent (requester)": ["request_sent"],
    "nomination": ["nomination"],
    "reminder (1, 2, last)": ["reminder"],
    "new link": ["new_link"],
    "facts changed": ["facts_changed"],
    "code for the authorizer": ["authorizer_code"],
    "receipt of the decision": ["decision_receipt"],
    "authorized": ["authorized"],
    "declined": ["declined"],
    "choose another authorizer": ["choose_authorizer"],
    "your turn (days 7, 21)": ["your_turn"],
    "handed on (new authorizer; requester)": ["handed_on", "handed_on_notice"],
    "held": ["held"],
    "closed, nothing to do": ["nothing_to_do"],
    "domain approved": ["domain_approved"],
    "change asked": ["change_asked"],
    "domain rejected": ["domain_rejected"],
    "a rival was decided": ["rival_decided"],
    "reopened": ["reopened"],
    "transferred": ["transfer_offered", "transferred"],
    "sibling notice to an existing account's administrators": ["sibling_notice"],
    "set-up": ["setup"],
    "set-up reminder": ["setup_reminder"],
    "activated": ["activated"],
    "administrator named": ["administrator_named"],
    "withdrawn": ["withdrawn"],
    "expired": ["expired"],
    "access asked": ["access_asked"],
    "access approved or declined": ["access_approved", "access_declined"],
    "reviewer digest": ["reviewer_digest"],
    "operator alert": ["operator_alert"],
    "data exported or erased": ["data_exported", "erasure_asked", "data_erased"],
}
# Delivery rules, section 2: what leaves on the urgent route, and what is a reminder or digest.
URGENT = {
    "registration_code",
    "already_registered",
    "password_reset",
    "nomination",
    "new_link",
    "facts_changed",
    "handed_on",
    "authorizer_code",
}
WITH_LINK = {"nomination", "handed_on", "new_link", "facts_changed", "reminder"}
REPEATED = {"reminder", "your_turn", "setup_reminder", "draft_ending", "reviewer_digest"}
CODES = {"registration_code", "password_reset", "authorizer_code"}

every_kind = pytest.mark.parametrize("letter", KINDS.values(), ids=KINDS.keys())


def test_the_product_rules_and_the_code_name_the_same_letters():
    assert [kind for kinds in PRODUCT_RULES.values() for kind in kinds] == list(KINDS)


def test_every_letter_has_its_folder_and_every_folder_its_letter():
    folders = {path.name for path in FOLDER.iterdir() if path.name != "_base"}
    assert folders == set(KINDS)


@every_kind
def test_a_folder_holds_subject_text_and_html_in_each_language_and_nothing_else(letter):
    files = {path.name for path in (FOLDER / letter.kind).iterdir()}
    assert files == {
        *("subject.txt", "body.txt", "body.html"),
        *("subject.de.txt", "body.de.txt", "body.de.html"),
    }


def test_the_urgent_route_carries_what_people_wait_for():
    assert {kind for kind, letter in KINDS.items() if letter.route is Route.URGENT} == URGENT


@pytest.mark.parametrize(
    ("quality", "kinds"),
    [
        ("carries_link", WITH_LINK),
        ("once_only", REPEATED),
        ("unsubscribable", {"reminder", "your_turn", "setup_reminder", "draft_ending", "reviewer_digest"}),
        ("is_code", CODES),
    ],
)
def test_qualities_that_delivery_relies_on(quality, kinds):
    assert {kind for kind, letter in KINDS.items() if getattr(letter, quality)} == kinds


@every_kind
def test_a_letter_says_when_it_carries_the_link(letter):
    names = {field.name for field in dataclasses.fields(letter)}
    assert ("link_seed" in names) is letter.carries_link
    assert ("challenge_id" in names) is letter.is_code


@every_kind
def test_a_letter_is_in_a_module_of_its_kind(letter):
    assert letter.__module__ == f"notifications.emails.{letter.kind}"


@every_kind
@pytest.mark.parametrize("sort", ["sample", "hostile_sample"])
def test_a_letter_survives_the_outbox(letter, sort):
    promised = getattr(letter, sort)()
    stored = json.loads(json.dumps(promised.primitives()))
    assert emails.from_primitives(letter.kind, stored) == promised


@every_kind
def test_a_letter_cannot_be_changed(letter):
    sample = letter.sample()
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(sample, dataclasses.fields(sample)[0].name, "other")


@every_kind
def test_no_token_and_no_code_is_stored(letter):
    stored = json.dumps(letter.sample().primitives())
    for name, value in letter.sample().primitives().items():
        if name.endswith("_seed") and value:
            for label in links.Label:
                assert links.token(label, links.Seed.unpack(value)) not in stored
        if name == "challenge_id":
            assert links.code_for(value) not in stored
    assert not re.search(r"\b[a-z2-7]{32}\b", stored)


@every_kind
def test_what_a_newer_release_stored_is_read(letter):
    stored = letter.sample().primitives() | {"a_field_of_tomorrow": "x"}
    assert emails.from_primitives(letter.kind, stored) == letter.sample()


@every_kind
def test_a_field_an_older_release_did_not_know_takes_its_default(letter):
    needed = {f.name for f in dataclasses.fields(letter) if f.default is dataclasses.MISSING}
    stored = {name: value for name, value in letter.sample().primitives().items() if name in needed}
    read = emails.from_primitives(letter.kind, stored)
    assert all(getattr(read, f.name) == f.default for f in dataclasses.fields(letter) if f.name not in needed)


@every_kind
def test_a_missing_field_is_named(letter):
    needed = [f.name for f in dataclasses.fields(letter) if f.default is dataclasses.MISSING]
    for name in needed:
        stored = letter.sample().primitives()
        del stored[name]
        with pytest.raises(UnreadableLetter, match=name):
            emails.from_primitives(letter.kind, stored)


def test_an_unknown_kind_is_named():
    with pytest.raises(emails.UnknownKind, match="carrier_pigeon"):
        emails.from_primitives("carrier_pigeon", {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": UUID(int=7)},
        {"ends_at": datetime(2026, 12, 10, tzinfo=UTC)},
        {"ends_at": "tomorrow"},
        {"ends_at": "2026-12-10T00:00:00"},
        {"requester_name": None},
        {"message": 7},
    ],
    ids=str,
)
def test_a_promise_of_anything_but_primitives_is_refused(wrong):
    with pytest.raises(NotPrimitive):
        dataclasses.replace(Nomination.sample(), **wrong)


@pytest.mark.parametrize("wrong", [{"number": "2"}, {"number": True}, {"is_last": 1}])
def test_numbers_and_truths_are_told_apart(wrong):
    with pytest.raises(NotPrimitive):
        dataclasses.replace(emails.Reminder.sample(), **wrong)


def test_addresses_are_texts_in_a_tuple():
    with pytest.raises(NotPrimitive):
        dataclasses.replace(emails.Setup.sample(), administrators="lee.park@acme-robotics.example")


def test_stored_nonsense_is_an_unreadable_letter():
    with pytest.raises(UnreadableLetter):
        emails.from_primitives("nomination", Nomination.sample().primitives() | {"reference": None})


def test_hostile_samples_differ_where_people_write():
    assert Nomination.hostile_sample().message != Nomination.sample().message
    assert issubclass(Nomination, Letter)
