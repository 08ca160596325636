"""Company information, optional; the country drives the fields (source article, steps 10 to 16)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import speaking
from people.speaking import say
from requests_app.domain import companies
from requests_app.domain.companies import CompanyDetails, CountryForm
from requests_app.wizard.answers import Answers
from requests_app.wizard.step import Fact, PageForm, Step, Typed

AUTOCOMPLETE = {
    "name": "organization",
    "country": "country",
    "address": "address-line1",
    "address2": "address-line2",
    "city": "address-level2",
    "area": "address-level1",
    "postal_code": "postal-code",
}
WIDTHS = {"country": "w-30", "city": "w-30", "postal_code": "w-20"}


def _text(name: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": AUTOCOMPLETE[name], "class": WIDTHS.get(name, "")})
    return forms.CharField(required=False, strip=False, widget=widget)


class CompanyFields(forms.Form):
    """The fields of an address; with a country they are that country's own, before they are the article's."""

    name = _text("name")
    country = forms.CharField(
        required=False,
        help_text=_("The address fields below change with the country."),
        widget=forms.Select(
            attrs={
                "autocomplete": AUTOCOMPLETE["country"],
                "class": WIDTHS["country"],
                "data-update-on-change": "update",
            }
        ),
    )
    address = _text("address")
    address2 = _text("address2")
    city = _text("city")
    area = _text("area")
    postal_code = _text("postal_code")

    country_form: CountryForm

    def fit_to(self, country: str) -> None:
        """Give the fields the labels and the states of a country; drop those it does not have."""
        try:
            self.country_form = form = companies.fields(country.strip().upper())
        except companies.UnknownCountry:
            self.country_form = form = companies.fields("")
        for name, label in form.labels.items():
            self.fields[name].label = say(label)
        choose = ("", gettext("Choose one"))
        self.fields["country"].widget.choices = [choose, *companies.countries(speaking.language())]
        absent = {
            "city": not form.has_city,
            "area": not form.has_state,
            "postal_code": not form.has_postal_code,
        }
        for name in (name for name, is_absent in absent.items() if is_absent):
            del self.fields[name]
        if form.states:
            attrs = {"autocomplete": AUTOCOMPLETE["area"]}
            self.fields["area"].widget = forms.Select(attrs, [choose, *form.states])

    def checked(self, typed: Mapping[str, str]) -> CompanyDetails | None:
        """Return the clean details, None when nothing was given; errors are put beside their fields."""
        try:
            details = companies.clean(typed)
        except companies.CompanyRefused as refused:
            for name, message in refused.errors.items():
                self.add_error(name if name in self.fields else None, say(message))
            return None
        return None if details.is_empty else details


class CompanyForm(PageForm, CompanyFields):
    """The tick opens the fields; unticked, whatever stands in them is ignored."""

    acts = ("update",)

    provide = forms.BooleanField(
        label=_("Select to provide this information now"),
        help_text=_("You can also add it later, from the request’s page."),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-opens": True}),
    )

    def __init__(self, typed: Typed | None = None, *, answers: Answers, check: bool = False) -> None:
        super().__init__(typed, answers=answers, check=check)
        self.fit_to(self.typed.get("country", ""))

    @classmethod
    def act(cls, name: str, value: str, typed: Typed, answers: Answers) -> Typed:
        """*Update* shows the fields of the chosen country; nothing that was typed is lost."""
        return typed

    def clean(self) -> dict[str, Any]:
        provided = self.cleaned_data.get("provide")
        return {"company": self.checked(self.typed) if provided else None}

    def kept(self) -> Typed:
        return super().kept() if self.typed.get("provide") else {}

    def facts(self) -> tuple[Fact, ...]:
        return facts_of(self.cleaned_data["company"])


def facts_of(details: CompanyDetails | None) -> tuple[Fact, ...]:
    """Return company information for a list of facts, under the labels of its country."""
    if details is None:
        return (Fact(gettext("Company information")),)
    form = companies.fields(details.country)
    shown = {
        "name": details.name,
        "country": companies.country_name(details.country, speaking.language()) if details.country else "",
        "address": details.address,
        "address2": details.address2,
        "city": details.city,
        "area": companies.state_name(details.country, details.area),
        "postal_code": details.postal_code,
    }
    absent = {"city": not form.has_city, "area": not form.has_state, "postal_code": not form.has_postal_code}
    return tuple(
        Fact(say(form.labels[name]), value) for name, value in shown.items() if value or not absent.get(name)
    )


STEP = Step(
    name="company",
    title=_("Company Information"),
    form=CompanyForm,
    template="requests_app/wizard/company.html",
    applies=lambda answers: answers.is_named,
)
