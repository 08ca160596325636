"""Who is to administer the account (source article, steps 18 and 19); both answers are optional."""

import re
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from people import addresses
from requests_app.domain import identifiers
from requests_app.domain.submission import OTHER_ADMINISTRATORS
from requests_app.wizard.answers import Answers
from requests_app.wizard.fields import OthersAddressField
from requests_app.wizard.step import Fact, PageForm, Step, Typed

_ROW = re.compile(r"address_([1-9][0-9]{0,2})")
# So many rows are shown when a longer list was pasted: enough to see what to remove.
_MOST_ROWS = 50


class AdministratorsForm(PageForm):
    """Oneself, and a row for each other person; a pasted list is taken apart into rows."""

    acts = ("add", "remove")

    for_myself = forms.BooleanField(label=_("I request access for myself"), required=False)
    for_others = forms.BooleanField(
        label=_("I request access for other users"),
        help_text=format_lazy(
            _("Up to {limit} people. A list from your mail program can be pasted into one field."),
            limit=OTHER_ADMINISTRATORS,
        ),
        required=False,
        widget=forms.CheckboxInput(attrs={"data-opens": True}),
    )

    def __init__(self, typed: Typed | None = None, *, answers: Answers, check: bool = False) -> None:
        super().__init__(typed, answers=answers, check=check)
        for number, name in enumerate(_rows(self.typed), start=1):
            self.fields[name] = OthersAddressField(label=gettext("Address %(number)s") % {"number": number})

    @classmethod
    def has_field(cls, name: str) -> bool:
        return name in cls.base_fields or bool(_ROW.fullmatch(name))

    @classmethod
    def asks(cls, field: str) -> bool:
        return field == "administrators" or super().asks(field)

    @classmethod
    def tidied(cls, typed: Typed, answers: Answers) -> Typed:
        """Take pasted lists apart and number the rows anew; there is always one to type into."""
        rows: list[str] = []
        for name in _rows(typed):
            rows += addresses.split_list(typed[name]) or [typed[name]]
        return _with_rows(typed, rows[:_MOST_ROWS] or [""])

    @classmethod
    def act(cls, name: str, value: str, typed: Typed, answers: Answers) -> Typed:
        """*Add* shows one more row, *remove* takes away the row of that number."""
        rows = [typed[row] for row in _rows(typed)]
        if name == "add":
            rows += [""] * (len(rows) < OTHER_ADMINISTRATORS)
        elif value.isascii() and value.isdigit() and 0 < int(value) <= len(rows):
            del rows[int(value) - 1]
        return {**_with_rows(typed, rows), "for_others": "on"}

    @property
    def rows(self) -> list[forms.BoundField]:
        """The rows as fields, for the page."""
        return [self[name] for name in _rows(self.typed)]

    @property
    def may_add(self) -> bool:
        """Whether another row may be shown."""
        return len(_rows(self.typed)) < OTHER_ADMINISTRATORS

    @property
    def strangers(self) -> tuple[str, ...]:
        """Addresses that do not belong to the account's domain: accepted, and the reviewer sees them."""
        rows = [self.typed[name] for name in _rows(self.typed)] if self.typed.get("for_others") else []
        identifier = self.answers.account_domain
        return tuple(row for row in rows if "@" in row and not identifiers.agrees(row, identifier))

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("for_others"):
            for name in _rows(self.typed):
                self.errors.pop(name, None)
            return {"for_myself": bool(cleaned.get("for_myself")), "administrators": ()}
        named = tuple(dict.fromkeys(cleaned[name] for name in _rows(self.typed) if cleaned.get(name)))
        self._name_the_rows()
        if len(named) > OTHER_ADMINISTRATORS:
            self.add_error(
                f"address_{OTHER_ADMINISTRATORS + 1}",
                gettext("Enter %(limit)s at most, you have %(count)s")
                % {"limit": OTHER_ADMINISTRATORS, "count": len(named)},
            )
        return {"for_myself": bool(cleaned.get("for_myself")), "administrators": named}

    def _name_the_rows(self) -> None:
        """Say in each error which row it is about: the summary shows the words alone."""
        for number, name in enumerate(_rows(self.typed), start=1):
            if name in self.errors:
                words = gettext("Address %(number)s: %(message)s")
                self.errors[name] = self.error_class(
                    [words % {"number": number, "message": each} for each in self.errors[name]]
                )

    def kept(self) -> Typed:
        rows = [self.typed[name] for name in _rows(self.typed) if self.typed[name].strip()]
        return _with_rows(self.typed, rows if self.typed.get("for_others") else [])

    def place_of(self, field: str) -> str | None:
        return "address_1" if field == "administrators" else super().place_of(field)

    def facts(self) -> tuple[Fact, ...]:
        others: tuple[str, ...] = self.cleaned_data["administrators"]
        myself = self.cleaned_data["for_myself"]
        own = self.answers.requester_address if myself else ""
        return (
            Fact(
                gettext("I request access for myself"), gettext("Yes") if myself else gettext("No"), sub=own
            ),
            Fact(
                gettext("I request access for other users"),
                lines=others,
                value="" if others else gettext("No"),
            ),
        )


def _rows(typed: Typed) -> list[str]:
    """Return the names of the rows in their order."""
    numbers = sorted(int(found[1]) for found in map(_ROW.fullmatch, typed) if found)
    return [f"address_{number}" for number in numbers]


def _with_rows(typed: Typed, rows: list[str]) -> Typed:
    others = {name: value for name, value in typed.items() if not _ROW.fullmatch(name)}
    return others | {f"address_{number}": row for number, row in enumerate(rows, start=1)}


STEP = Step(
    name="administrators",
    title=_("Administrators"),
    form=AdministratorsForm,
    template="requests_app/wizard/administrators.html",
    applies=lambda answers: answers.is_named,
)
