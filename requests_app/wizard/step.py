"""A page of the wizard as a value: its form, when it applies, what it looks like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.wizard.answers import Answers

CONTINUE = _("Continue")
Typed = dict[str, str]
"""What was typed on one page, field by field; a draft keeps it and a form reads it again."""


@dataclass(frozen=True)
class Fact:
    """One line of the review page; without value and lines it reads "Not provided"."""

    term: str
    value: str = ""
    lines: tuple[str, ...] = ()
    sub: str = ""


class PageForm(forms.Form):
    """The form of a page. `answers` are those of the pages before it, `typed` what stands in its fields.

    With `check` the typed values are validated; without, they are only shown. A page that is continued
    must validate again, from what the draft keeps, whenever an earlier answer has changed.
    """

    unmarked: ClassVar[tuple[str, ...] | str] = "__all__"
    acts: ClassVar[tuple[str, ...]] = ()
    """Buttons that change the page and validate nothing (method `act`)."""
    asked_anew: ClassVar[tuple[str, ...]] = ()
    """Fields no draft keeps: they are asked again each time."""

    def __init__(self, typed: Typed | None = None, *, answers: Answers, check: bool = False) -> None:
        self.answers = answers
        self.typed = self.tidied(dict(typed or {}), answers)
        super().__init__(self.typed if check else None, initial=self.typed)

    @classmethod
    def has_field(cls, name: str) -> bool:
        """Say whether the page asks this; everything else that is posted is ignored."""
        return name in cls.base_fields

    @classmethod
    def asks(cls, field: str) -> bool:
        """Say whether this page is the one to change when a Submission refuses this field."""
        return cls.has_field(field)

    @classmethod
    def read(cls, posted: QueryDict) -> Typed:
        """Return the page's own fields of what was posted. PostgreSQL stores no NUL: it becomes U+FFFD."""
        return {name: str(posted.get(name)).replace("\0", "\ufffd") for name in posted if cls.has_field(name)}

    @classmethod
    def tidied(cls, typed: Typed, answers: Answers) -> Typed:
        """Drop or complete what was typed before it is shown or validated."""
        return typed

    @classmethod
    def act(cls, name: str, value: str, typed: Typed, answers: Answers) -> Typed:
        """Return what stands in the fields after one of `acts` was pressed."""
        raise NotImplementedError(name)

    def kept(self) -> Typed:
        """Return what the draft keeps of a valid page."""
        return {name: typed for name, typed in self.typed.items() if name not in self.asked_anew}

    def given(self) -> Mapping[str, Any]:
        """Return the valid page's answers under their names in a Submission."""
        return dict(self.cleaned_data)

    def facts(self) -> tuple[Fact, ...]:
        """Return what the review page shows of a valid page; without facts it shows nothing."""
        return ()

    def place_of(self, field: str) -> str | None:
        """Return the control at which a refusal about this field of a Submission is shown."""
        return field if field in self.fields else None

    def forgive_what_is_asked_anew(self) -> None:
        """Drop the errors of fields that no draft keeps: nobody has left them out yet."""
        for name in self.asked_anew:
            self.errors.pop(name, None)


def always(answers: Answers) -> bool:
    """Apply whatever was answered."""
    return True


def never(answers: Answers) -> bool:
    """Apply in no case."""
    return False


def nothing_to_look_up(answers: Answers) -> None:
    """Refuse nothing."""


def nothing_more(answers: Answers) -> Mapping[str, Any]:
    """Show the form alone."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page: adding one means making this value and giving it its place in STEPS.

    `submits` says when continuing is submitting; `look_up` refuses early, with the errors of
    services.submission, what submitting would refuse; `context` is what the template shows besides the form.
    A page that is not numbered belongs to the one before.
    """

    name: str
    title: str | Promise
    form: type[PageForm]
    template: str
    applies: Callable[[Answers], bool] = always
    submits: Callable[[Answers], bool] = never
    look_up: Callable[[Answers], None] = nothing_to_look_up
    context: Callable[[Answers], Mapping[str, Any]] = nothing_more
    is_numbered: bool = True
    button: str | Promise = CONTINUE
