"""Administrators: oneself, others in rows, pasted lists, and nobody."""

import pytest

from requests_app.models import SmartAccountRequest
from tests import make
from tests.requests_app.wizard.browsing import Walk, assert_shown_again, errors, said, stored

pytestmark = pytest.mark.django_db

LEE = "lee@acme-robotics.example"


@pytest.fixture
def walk(db: None) -> Walk:
    return Walk().past("company")


def rows(*addresses: str) -> dict[str, str]:
    return {"for_others": "on"} | {
        f"address_{number}": each for number, each in enumerate(addresses, start=1)
    }


def administrators(walk: Walk) -> list[str]:
    sent = walk.send("review")
    assert sent.status_code == 303, errors(sent)
    return [each.address for each in SmartAccountRequest.objects.get().administrators.all()]


def test_both_questions_are_asked_and_nothing_is_ticked(walk: Walk) -> None:
    page = walk.open("administrators")
    assert "I request access for myself" in said(page)
    assert "I request access for other users" in said(page)
    assert "checked" not in page.content.decode()


def test_naming_nobody_makes_the_requester_administrator_and_says_so(walk: Walk) -> None:
    """F1."""
    assert walk.send("administrators").status_code == 303
    assert f"You named nobody, so you become the administrator: {make.DANA}." in said(walk.open("review"))
    assert administrators(walk) == [make.DANA]


def test_others_alone_leave_the_requester_out(walk: Walk) -> None:
    walk.send("administrators", **rows(LEE, "", LEE))
    assert "You named nobody" not in said(walk.open("review"))
    assert administrators(walk) == [LEE]


def test_more_than_ten_are_refused(walk: Walk) -> None:
    """F2."""
    before = stored()
    answer = walk.send(
        "administrators", **rows(*(f"p{number}@acme-robotics.example" for number in range(11)))
    )
    assert_shown_again(answer)
    assert errors(answer) == {"address_11": ["Enter 10 at most, you have 11"]}
    assert stored() == before


def test_a_bad_row_is_named_and_linked(walk: Walk) -> None:
    """F4."""
    before = stored()
    answer = walk.send(
        "administrators", **rows(LEE, "kim@acme-robotics.example", "max@", "ann@acme-robotics.example")
    )
    assert_shown_again(answer)
    assert list(errors(answer)) == ["address_3"]
    assert errors(answer)["address_3"][0].startswith(
        "Address 3: Enter an e-mail address in the correct format"
    )
    assert '<a href="#id_address_3">Address 3: ' in answer.content.decode()
    assert 'value="max@"' in answer.content.decode()
    assert stored() == before


def test_a_list_pasted_from_a_mail_program_is_taken_apart(walk: Walk) -> None:
    """F6."""
    answer = walk.send("administrators", **rows(f'Lee Ann <{LEE}>; "Doe, Kim" <kim@acme-robotics.example>'))
    assert answer.status_code == 303, errors(answer)
    assert administrators(walk) == [LEE, "kim@acme-robotics.example"]


def test_the_authorizer_may_administer_too(walk: Walk) -> None:
    """F7."""
    walk.send("administrators", **rows(make.PRIYA))
    assert administrators(walk) == [make.PRIYA]


def test_another_domain_is_accepted_with_a_notice(walk: Walk) -> None:
    """F9."""
    walk.send("administrators", **rows(LEE, "ann@partner.example"))
    notice = "Not at acme-robotics.example: ann@partner.example."
    assert notice in said(walk.open("review"))
    assert notice in said(walk.open("administrators"))
    assert administrators(walk) == [LEE, "ann@partner.example"]


def test_addresses_without_the_tick_are_ignored(walk: Walk) -> None:
    answer = walk.send("administrators", **{**rows("not an address"), "for_others": ""}, for_myself="on")
    assert answer.status_code == 303
    assert administrators(walk) == [make.DANA]


def test_add_and_remove_work_without_javascript(walk: Walk) -> None:
    before = stored()
    page = walk.send("administrators", **rows(LEE, "max@"), add="1")
    assert page.status_code == 200
    assert not page.context["form"].errors
    assert [row.value() for row in page.context["form"].rows] == [LEE, "max@", ""]
    page = walk.send("administrators", **rows(LEE, "max@", ""), remove="2")
    assert [row.value() for row in page.context["form"].rows] == [LEE, ""]
    page = walk.send("administrators", **rows(LEE), remove="1")
    assert [row.value() for row in page.context["form"].rows] == [""]
    assert stored() == before


@pytest.mark.parametrize("value", ["0", "9", "-1", "abc", "\u0663"])
def test_removing_a_row_that_is_not_there_changes_nothing(walk: Walk, value: str) -> None:
    page = walk.send("administrators", **rows(LEE), remove=value)
    assert [row.value() for row in page.context["form"].rows] == [LEE]


def test_there_is_no_eleventh_row_to_add(walk: Walk) -> None:
    full = rows(*(f"p{number}@acme-robotics.example" for number in range(10)))
    page = walk.send("administrators", **full, add="1")
    assert len(page.context["form"].rows) == 10
    assert "Add another address" not in said(page)
