"""Company information: nothing is required, what is given must agree with its country."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from requests_app.domain import companies
from requests_app.domain.companies import CompanyDetails

CODES = [code for code, _ in companies.countries()]


def _errors(**answers: str) -> dict[str, str]:
    with pytest.raises(companies.CompanyRefused) as refused:
        companies.clean(answers)
    return refused.value.errors


def test_every_country_has_a_proper_name() -> None:
    names = dict(companies.countries())

    assert len(names) > 240
    assert names["US"] == "United States"
    assert names["AX"] == "Åland Islands"
    assert not [name for code, name in names.items() if name == code or name.isupper()]
    assert [*names][:3] == ["AF", "AX", "AL"]
    assert companies.country_name("DE") == "Germany"


@pytest.mark.parametrize("country", ["XX", "ZZ", "us", "../zz", "ALL"])
def test_an_unknown_country_has_no_form(country: str) -> None:
    with pytest.raises(companies.UnknownCountry):
        companies.fields(country)


def test_before_a_country_is_chosen_the_labels_are_the_articles() -> None:
    form = companies.fields("")

    assert form.labels["area"] == "State/Province/Region"
    assert form.labels["postal_code"] == "Zip Code/Postal Code"
    assert form.has_state
    assert form.has_city
    assert form.has_postal_code
    assert form.states == ()


@pytest.mark.parametrize(
    ("country", "area", "postal_code"),
    [
        ("US", "State", "ZIP code"),
        ("CA", "Province", "Postal code"),
        ("JP", "Prefecture", "Postal code"),
        ("IE", "County", "Eircode"),
        ("IN", "State", "PIN code"),
        ("KR", "Province or city", "Postal code"),
    ],
)
def test_a_country_has_its_own_labels(country: str, area: str, postal_code: str) -> None:
    labels = companies.fields(country).labels

    assert (labels["area"], labels["postal_code"]) == (area, postal_code)


@pytest.mark.parametrize(
    ("country", "count", "state"),
    [
        ("US", 62, ("CA", "California")),
        ("JP", 47, ("Tokyo", "Tokyo")),
        ("CN", 34, ("Beijing Shi", "Beijing Shi")),
        ("AE", 7, ("Dubai", "Dubai")),
        ("IN", 36, ("Goa", "Goa")),
        ("HK", 3, ("Kowloon", "Kowloon")),
    ],
)
def test_each_state_is_listed_once(country: str, count: int, state: tuple[str, str]) -> None:
    form = companies.fields(country)

    assert len(form.states) == count
    assert state in form.states


@pytest.mark.parametrize("country", CODES)
def test_what_a_country_offers_it_accepts(country: str) -> None:
    form = companies.fields(country)

    assert len(dict(form.states)) == len({name for _, name in form.states}) == len(form.states)
    for code, name in form.states:
        for typed in (code, name, name.upper(), f" {code.lower()} "):
            assert companies.clean({"country": country, "area": typed}).area == code
        assert companies.state_name(country, code) == name
    for example in form.postal_examples if form.has_postal_code else ():
        assert companies.clean({"country": country, "postal_code": example}).postal_code == example
        typed = example.lower().replace(" ", "").replace("-", "")
        assert companies.clean({"country": country, "postal_code": typed}).postal_code == example


def test_nothing_is_required() -> None:
    assert companies.clean({}) == CompanyDetails()
    assert companies.clean({}).is_empty
    assert companies.clean({"name": " \u200b", "area": "\u3164", "other": "x"}).is_empty
    assert not companies.clean({"country": "DE"}).is_empty


def test_a_state_or_a_postal_code_needs_a_country() -> None:
    assert _errors(area="CA") == {"country": "Select a country or region"}
    assert _errors(postal_code="12345") == {"country": "Select a country or region"}
    assert _errors(country="XX") == {"country": "Select a country or region"}
    assert companies.clean({"city": "Irvine"}).city == "Irvine"


@pytest.mark.parametrize(
    ("country", "area", "message"),
    [
        ("US", "ON", "Select a state"),
        ("CA", "TX", "Select a province"),
        ("AE", "Paris", "Select an emirate"),
        ("JP", "Paris", "Select a prefecture"),
    ],
)
def test_a_state_is_one_of_its_country(country: str, area: str, message: str) -> None:
    assert _errors(country=country, area=area) == {"area": message}


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("US", "CALIFORNIA", "CA"),
        ("us", "ca", "CA"),
        ("CA", "Québec", "QC"),
        ("JP", "東京都", "Tokyo"),
        ("AE", "دبي", "Dubai"),
        ("CN", "北京市", "Beijing Shi"),
        ("HK", "九龍", "Kowloon"),
        ("TR", "ADIYAMAN", "Adıyaman"),
        ("RO", "Cluj", "Cluj"),
        ("DE", "Bayern", ""),
    ],
)
def test_a_state_is_taken_by_code_or_name_in_any_spelling(country: str, typed: str, stored: str) -> None:
    assert companies.clean({"country": country, "area": typed}).area == stored


def test_fields_that_a_country_does_not_have_are_ignored() -> None:
    details = companies.clean({"country": "AE", "postal_code": "\u202e", "area": "Dubai"})

    assert details == CompanyDetails(country="AE", area="Dubai")


@pytest.mark.parametrize("postal_code", ["9261", "ABCDE", "926170", "92617-12", "92617 junk", "-"])
def test_a_zip_code_has_five_or_nine_digits(postal_code: str) -> None:
    assert _errors(country="US", postal_code=postal_code) == {
        "postal_code": "Enter a ZIP code of 5 or 9 digits"
    }


@pytest.mark.parametrize(
    ("country", "postal_code", "message"),
    [
        ("GB", "SW1A 1AA junk", "Enter a postal code like EC1Y 8SY"),
        ("CA", "K1A 0B1 x", "Enter a postal code like H3Z 2Y7"),
        ("IE", "x", "Enter an Eircode like A65 F4E2"),
        ("IN", "1", "Enter a PIN code like 110034"),
        ("KP", "1234567890123", "Enter a postal code of 12 letters, digits, spaces or dashes at most"),
        ("KP", "é", "Enter a postal code of 12 letters, digits, spaces or dashes at most"),
    ],
)
def test_a_postal_code_has_its_countrys_form(country: str, postal_code: str, message: str) -> None:
    assert _errors(country=country, postal_code=postal_code) == {"postal_code": message}


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("US", "00000", "00000"),
        ("US", "926171234", "92617-1234"),
        ("US", "９２６１７", "92617"),
        ("CA", "k1a0b1", "K1A 0B1"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "bfpo61", "BFPO 61"),
        ("JP", "〒１００－０００１", "100-0001"),
        ("DE", "D-80331", "80331"),
        ("CH", "CH-8001", "8001"),
        ("LV", "lv 1010", "LV-1010"),
        ("KP", "ab-1 2", "AB-1 2"),
    ],
)
def test_a_postal_code_is_stored_as_its_country_writes_it(country: str, typed: str, stored: str) -> None:
    assert companies.clean({"country": country, "postal_code": typed}).postal_code == stored


def test_names_and_streets_keep_the_persons_spelling() -> None:
    details = companies.clean(
        {
            "name": " Acme  Robotics, Inc. ",
            "country": "US",
            "address": "18110 Sample Street",
            "address2": "=cmd|' /C calc'!A0",
            "city": "san josé",
        }
    )

    assert details == CompanyDetails(
        name="Acme Robotics, Inc.",
        country="US",
        address="18110 Sample Street",
        address2="=cmd|' /C calc'!A0",
        city="san josé",
    )


def test_every_field_in_error_is_named_at_once() -> None:
    errors = _errors(
        name="x" * 201,
        country="US",
        address="x" * 256,
        address2="a\u202eb",
        city="y" * 101,
        area="ON",
        postal_code="1",
    )

    assert list(errors) == ["name", "address", "address2", "city", "area", "postal_code"]
    assert errors["address"] == "255 characters or fewer, you have 256"


@settings(deadline=None)  # the first example reads the shipped tables
@given(
    st.fixed_dictionaries(
        {}, optional={name: st.text(max_size=30) for name in companies.LIMITS if name != "country"}
    ),
    st.sampled_from(["", *CODES]) | st.text(max_size=3),
)
def test_cleaning_raises_nothing_else_and_twice_is_once(answers: dict[str, str], country: str) -> None:
    try:
        details = companies.clean({**answers, "country": country})
    except companies.CompanyRefused as refused:
        named = set(refused.errors)
    else:
        named = set()
        assert companies.clean(vars(details)) == details
    assert named <= set(companies.LIMITS)


def test_a_place_is_said_in_the_readers_words_and_not_in_codes() -> None:
    irvine = companies.clean({"country": "US", "area": "CA", "city": "Irvine"})

    assert companies.place(irvine) == "Irvine, California, United States"
    assert companies.place(irvine, "de") == "Irvine, California, Vereinigte Staaten"
    assert companies.place(CompanyDetails(city="Berlin")) == "Berlin"
    assert companies.place(CompanyDetails()) == ""
