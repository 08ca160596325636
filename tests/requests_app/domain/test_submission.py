"""A submission is complete and its answers agree with each other, or there is none."""

import pytest

from requests_app.domain import statement
from requests_app.domain.submission import Authority, ContradictoryAnswers, Submission

DANA, PRIYA = "dana@acme.example", "priya@acme.example"


def submission(authority=Authority.NO, **answers):
    asked = (
        {"statement_version": statement.VERSION}
        if authority is Authority.YES
        else {"authorizer_address": PRIYA}
    )
    return Submission(
        **{
            "authority": authority,
            "requester_address": DANA,
            "account_domain": "acme.example",
            "account_name": "Acme Robotics, Inc.",
        }
        | asked
        | answers
    )


def test_on_yes_what_was_typed_about_an_authorizer_is_not_kept():
    made = submission(Authority.YES, authorizer_address=PRIYA, message="Please")
    assert (made.authorizer_address, made.message) == ("", "")
    assert made.statement_version == statement.VERSION


def test_on_no_a_ticked_statement_is_not_kept():
    made = submission(statement_version=statement.VERSION, message="Please")
    assert (made.authorizer_address, made.message, made.statement_version) == (PRIYA, "Please", None)


def test_a_note_about_an_identifier_that_was_not_edited_is_not_kept():
    assert submission(domain_note="Because").domain_note == ""
    assert submission(domain_note="Because", domain_edited=True).domain_note == "Because"


@pytest.mark.parametrize(
    ("authority", "answers", "field", "message"),
    [
        (Authority.YES, {"statement_version": None}, "statement_version", "Tick the statement"),
        (Authority.YES, {"statement_version": "2025-01"}, "statement_version", "has changed"),
        (Authority.YES, {"account_domain": "other.example"}, "authority", "Choose No and name a person"),
        (Authority.NO, {"authorizer_address": ""}, "authorizer_address", "Enter the authorizer's e-mail"),
        (Authority.NO, {"authorizer_address": DANA}, "authorizer_address", "Choose Yes if you authorize"),
        (
            Authority.NO,
            {"authorizer_address": "Dana+two@acme.example"},
            "authorizer_address",
            "Choose Yes if you authorize",
        ),
        (Authority.NO, {"message": "x" * 501}, "message", "500 characters or fewer, you have 501"),
        (Authority.NO, {"message": "x\n" * 9}, "message", "8 lines or fewer"),
        *[
            (authority, answers, field, message)
            for authority in Authority
            for answers, field, message in [
                ({"account_domain": ""}, "account_domain", "Enter the account domain identifier"),
                ({"account_name": ""}, "account_name", "Enter the account name"),
                ({"account_name": "x" * 201}, "account_name", "200 characters or fewer, you have 201"),
                ({"domain_edited": True}, "domain_note", "Tell the reviewer why"),
                (
                    {"domain_edited": True, "domain_note": "x" * 501},
                    "domain_note",
                    "500 characters or fewer, you have 501",
                ),
                (
                    {"administrators": tuple(f"p{n}@acme.example" for n in range(11))},
                    "administrators",
                    "10 at most",
                ),
            ]
        ],
    ],
)
def test_answers_that_contradict_each_other_are_refused_at_their_field(authority, answers, field, message):
    with pytest.raises(ContradictoryAnswers) as refused:
        submission(authority, **answers)
    assert refused.value.field == field
    assert message in refused.value.message


@pytest.mark.parametrize(
    "answers",
    [
        {"message": "\U0001f600" * 500},
        {"message": "\n".join("12345678")},
        {"account_name": "x" * 200},
        {"domain_edited": True, "domain_note": "x" * 500},
        {"administrators": tuple(f"p{n}@acme.example" for n in range(10)), "for_myself": True},
        {"administrators": (PRIYA,)},
        {"account_domain": "other.example"},
    ],
)
def test_answers_at_their_limits_are_taken(answers):
    assert submission(**answers)


@pytest.mark.parametrize(
    ("others", "for_myself", "administrators", "nobody"),
    [
        ((), False, (DANA,), True),
        ((), True, (DANA,), False),
        ((PRIYA,), False, (PRIYA,), False),
        ((PRIYA,), True, (DANA, PRIYA), False),
        ((PRIYA, DANA), False, (DANA, PRIYA), False),
        ((PRIYA, PRIYA), False, (PRIYA,), False),
    ],
)
def test_the_requester_administers_when_named_or_when_nobody_is(others, for_myself, administrators, nobody):
    made = submission(administrators=others, for_myself=for_myself)
    assert made.administrator_addresses == administrators
    assert made.names_nobody is nobody


def test_the_requester_among_the_others_is_not_one_of_ten():
    others = tuple(f"p{n}@acme.example" for n in range(10))
    assert submission(administrators=(*others, DANA)).administrator_addresses == (DANA, *others)
