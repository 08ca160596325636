"""Company information: the tick, the country that drives the fields, what must agree."""

from typing import Any

import pytest

from requests_app.models import SmartAccountRequest
from tests.requests_app.wizard.browsing import Walk, assert_shown_again, errors, said, stored

pytestmark = pytest.mark.django_db

US = {"provide": "on", "country": "US", "city": "Irvine", "area": "CA", "postal_code": "92612"}


@pytest.fixture
def walk(db: None) -> Walk:
    return Walk().past("account")


def labels(page: Any) -> list[str]:
    return [str(field.label) for field in page.context["form"]]


def submitted(walk: Walk) -> SmartAccountRequest:
    walk.send("administrators")
    assert walk.send("review").status_code == 303
    return SmartAccountRequest.objects.get()


def test_before_a_country_is_chosen_the_labels_are_the_article_s(walk: Walk) -> None:
    page = walk.open("company")
    assert "Select to provide this information now" in said(page)
    assert "Top-level Domain Name" in said(page)
    assert labels(page)[:7] == [
        "Company/Organization Name",
        "Country",
        "Address",
        "Address 2",
        "City",
        "State/Province/Region",
        "Zip Code/Postal Code",
    ]


def test_the_country_changes_the_fields_without_losing_anything(walk: Walk) -> None:
    """E14: "Update" renders the page again and complains of nothing yet."""
    before = stored()
    page = walk.send("company", update="1", **{**US, "postal_code": "9261", "name": "Acme"})
    assert page.status_code == 200
    assert not page.context["form"].errors
    assert {"State", "ZIP code"} <= set(labels(page))
    html = page.content.decode()
    assert '<option value="CA" selected>California</option>' in html
    for typed in ("9261", "Acme", "Irvine"):
        assert f'value="{typed}"' in html
    assert stored() == before


def test_a_country_without_states_shows_none(walk: Walk) -> None:
    page = walk.send("company", update="1", provide="on", country="DE")
    assert "area" not in page.context["form"].fields
    assert "Postal code" in labels(page)


def test_unticked_fields_are_ignored(walk: Walk) -> None:
    """E1."""
    assert walk.send("company", **{**US, "provide": "", "postal_code": "bad"}).status_code == 303
    assert walk.draft.answers["company"] == {}
    with pytest.raises(SmartAccountRequest.company.RelatedObjectDoesNotExist):
        _ = submitted(walk).company


def test_ticked_with_everything_empty_counts_as_not_provided(walk: Walk) -> None:
    assert walk.send("company", provide="on", name=" \u200b").status_code == 303
    walk.send("administrators")
    assert "Not provided" in said(walk.open("review"))


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        pytest.param({"area": "CA"}, "country", "Select a country or region", id="E2 state"),
        pytest.param({"postal_code": "92612"}, "country", "Select a country or region", id="E2 postal code"),
        pytest.param({**US, "area": "ON"}, "area", "Select a state", id="E4"),
        pytest.param(
            {**US, "postal_code": "9261"}, "postal_code", "Enter a ZIP code of 5 or 9 digits", id="E7 4"
        ),
        pytest.param(
            {**US, "postal_code": "ABCDE"}, "postal_code", "Enter a ZIP code of 5 or 9 digits", id="E7"
        ),
        pytest.param(
            {**US, "postal_code": "926170"}, "postal_code", "Enter a ZIP code of 5 or 9 digits", id="E7 6"
        ),
        pytest.param({**US, "address": "x" * 256}, "address", "255 characters or fewer", id="E12"),
        pytest.param({"name": "x" * 201}, "name", "200 characters or fewer", id="name"),
        pytest.param({"city": "x" * 101}, "city", "100 characters or fewer", id="city"),
        pytest.param({"country": "XX"}, "country", "Select a country or region", id="no country"),
        pytest.param({"name": "Acme\u202e"}, "name", "Direction control", id="C11"),
        pytest.param({"name": "Acme\r\nX: 1"}, "name", "Enter a single line", id="C4"),
        pytest.param({"name": "A\0B"}, "name", "cannot be read", id="NUL"),
    ],
)
def test_what_does_not_agree_is_refused(walk: Walk, fields: dict[str, str], field: str, message: str) -> None:
    before = stored()
    answer = walk.send("company", **{"provide": "on", **fields})
    assert_shown_again(answer)
    assert message in errors(answer)[field][0]
    assert stored() == before


@pytest.mark.parametrize(
    ("fields", "stored_as"),
    [
        pytest.param({"country": "DE", "area": "BY"}, {"country": "DE", "area": ""}, id="E6"),
        pytest.param({**US, "postal_code": "00000"}, {"postal_code": "00000"}, id="E7 format only"),
        pytest.param({"country": "CA", "postal_code": "k1a0b1"}, {"postal_code": "K1A 0B1"}, id="E9"),
        pytest.param({"country": "US", "area": "california"}, {"area": "CA"}, id="state by name"),
        pytest.param({"name": "<script>alert(1)</script>"}, {"name": "<script>alert(1)</script>"}, id="C6"),
    ],
)
def test_harmless_differences_are_put_right(
    walk: Walk, fields: dict[str, str], stored_as: dict[str, str]
) -> None:
    answer = walk.send("company", **{"provide": "on", **fields})
    assert answer.status_code == 303, errors(answer)
    company = submitted(walk).company
    assert {name: getattr(company, name) for name in stored_as} == stored_as


def test_a_country_without_a_known_format_takes_any_postal_code(walk: Walk) -> None:
    """E11."""
    from requests_app.domain import companies

    country = next(
        code
        for code, _ in companies.countries()
        if companies.fields(code).has_postal_code and not companies.fields(code).postal_pattern
    )
    fields = {"provide": "on", "country": country}
    assert walk.send("company", **fields, postal_code="A" * 13).status_code == 422
    assert walk.send("company", **fields, postal_code="AB-12 z").status_code == 303
