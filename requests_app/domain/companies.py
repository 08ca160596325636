"""Clean company information: nothing is required, what is given must agree (source article, steps 10-16)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Final, Protocol

from people import text
from people.sentences import Sentence
from requests_app.domain.countries import (
    ARTICLE_LABELS,
    CountryForm,
    UnknownCountry,
    countries,
    country_name,
    fields,
)

__all__ = [
    "ARTICLE_LABELS",
    "LIMITS",
    "CompanyDetails",
    "CompanyRefused",
    "CountryForm",
    "UnknownCountry",
    "clean",
    "countries",
    "country_name",
    "fields",
    "place",
    "state_name",
]

LIMITS: Final[Mapping[str, int]] = {
    "name": 200,
    "country": 2,
    "address": 255,
    "address2": 255,
    "city": 100,
    "area": 100,
    "postal_code": 12,
}
_SELECT_COUNTRY: Final = Sentence("Select a country or region")
_ANY_POSTAL_CODE: Final = re.compile(r"[0-9A-Z -]+")


class CompanyRefused(ValueError):
    """Some answers do not agree; `errors` maps each field to the words beside it."""

    def __init__(self, errors: Mapping[str, Sentence]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, kw_only=True)
class CompanyDetails:
    """Company information in its clean form; `area` is the state, province or region."""

    name: str = ""
    country: str = ""
    address: str = ""
    address2: str = ""
    city: str = ""
    area: str = ""
    postal_code: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was given: then the information counts as not provided."""
        return not any(astuple(self))


class Placed(Protocol):
    """What says where a company is: details as typed, or as stored."""

    @property
    def city(self) -> str: ...
    @property
    def area(self) -> str: ...
    @property
    def country(self) -> str: ...


def clean(answers: Mapping[str, str]) -> CompanyDetails:
    """Return the details in their clean form; missing keys count as empty, others are ignored.

    Fields that the country does not have are dropped. The postal code gets its country's form and the
    state its code; everything else keeps the person's spelling. Raises CompanyRefused with every error.
    """
    errors: dict[str, Sentence] = {}
    lines: dict[str, str] = {}
    for name, limit in LIMITS.items():
        try:
            # Codes are matched against their country's forms below; a length would say less.
            lines[name] = text.clean_line(
                answers.get(name, ""), limit=100 if name in ("country", "postal_code") else limit
            )
        except text.TextRefused as refused:
            errors[name] = refused.message
            lines[name] = ""
    lines["country"] = lines["country"].upper()
    try:
        form = fields(lines["country"])
    except UnknownCountry:
        raise CompanyRefused({**errors, "country": _SELECT_COUNTRY}) from None
    if not form.country:
        if lines["area"] or lines["postal_code"]:
            errors.setdefault("country", _SELECT_COUNTRY)
    else:
        _fit(lines, form, errors)
    if errors:
        raise CompanyRefused({name: errors[name] for name in LIMITS if name in errors})
    return CompanyDetails(**lines)


def place(company: Placed, language: str = "en") -> str:
    """Return where a company is, on one line and in a reader's language: city, state, country; "" when unknown."""
    country = country_name(company.country, language) if company.country else ""
    return ", ".join(
        part for part in (company.city, state_name(company.country, company.area), country) if part
    )


def state_name(country: str, area: str) -> str:
    """Return what readers call a stored state: its name in the country's list, else itself."""
    return dict(fields(country).states).get(area, area)


def _fit(lines: dict[str, str], form: CountryForm, errors: dict[str, Sentence]) -> None:
    """Bring the fields that depend on the country into its form."""
    present = {"city": form.has_city, "area": form.has_state, "postal_code": form.has_postal_code}
    for name in (name for name, is_present in present.items() if not is_present):
        lines[name] = ""
        errors.pop(name, None)
    if lines["area"] and form.states:
        code = form.state_code(lines["area"])
        if not code:
            errors["area"] = form.select_area
        lines["area"] = code
    if lines["postal_code"]:
        postal_code = _postal_code(lines["postal_code"], form)
        if not postal_code:
            errors["postal_code"] = _postal_message(form)
        lines["postal_code"] = postal_code


def _postal_code(typed: str, form: CountryForm) -> str:
    """Return the code as its country writes it, '' when it is none.

    Capitals, spaces, dashes and the country's prefix are put right: k1a0b1 is K1A 0B1.
    """
    code = " ".join(unicodedata.normalize("NFKC", typed).upper().replace("〒", " ").split())
    if not form.postal_pattern:
        return code if len(code) <= LIMITS["postal_code"] and _ANY_POSTAL_CODE.fullmatch(code) else ""
    prefix = "|".join(re.escape(part) for part in {form.country, form.postal_prefix.strip(" -")} if part)
    for candidate in (code, re.sub(rf"^(?:(?:{prefix})[ -]|[A-Z]-)", "", code)):
        for shaped in (*_shaped_like_examples(candidate, form), candidate):
            if re.fullmatch(rf"(?:{form.postal_pattern})", shaped, re.ASCII):
                return shaped
    return ""


def _shaped_like_examples(code: str, form: CountryForm) -> list[str]:
    """Put the signs of each example with as many letters and digits between those of the code."""
    signs = re.sub(r"[^0-9A-Z]", "", code)
    shaped = []
    for example in form.postal_examples:
        if _shape(example) == _shape(signs):
            left = iter(signs)
            shaped.append("".join(next(left) if sign.isalnum() else sign for sign in example))
    return shaped


def _shape(code: str) -> str:
    return re.sub("[A-Z]", "A", re.sub("[0-9]", "9", re.sub(r"[^0-9A-Z]", "", code)))


def _postal_message(form: CountryForm) -> Sentence:
    label = form.labels["postal_code"]
    if label == "ZIP code":
        return Sentence("Enter a ZIP code of 5 or 9 digits")
    if not form.postal_examples:
        return Sentence("Enter a postal code of 12 letters, digits, spaces or dashes at most")
    example = form.postal_examples[0]
    if label == "PIN code":
        return Sentence("Enter a PIN code like %(example)s", example=example)
    if label == "Eircode":
        return Sentence("Enter an Eircode like %(example)s", example=example)
    return Sentence("Enter a postal code like %(example)s", example=example)
