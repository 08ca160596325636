"""Read a draft: which pages are answered, and at which page it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass

from people.models import Person
from requests_app.models import Draft
from requests_app.wizard import answers, steps
from requests_app.wizard.answers import Answers
from requests_app.wizard.step import Fact, PageForm, Step, Typed


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a draft has come. A page counts as answered while what it keeps is valid after its predecessors."""

    answers: Answers
    """Those of all answered pages."""
    steps: tuple[Step, ...]
    """The pages that apply, as far as the answers tell."""
    forms: Mapping[str, PageForm]
    """The answered pages."""
    before: Mapping[str, Answers]
    """What was known before each page that may be shown."""
    first_open: Step

    def may_show(self, step: Step) -> bool:
        """Say whether every page before this one is answered, and this one applies."""
        return step.name in self.before

    def following(self, step: Step) -> Step:
        """Return the page after this one, or the first open one when that comes earlier."""
        after = self.steps.index(step) + 1
        return self.steps[min(after, self.steps.index(self.first_open))]

    def preceding(self, step: Step) -> Step | None:
        """Return the page before this one."""
        at = self.steps.index(step)
        return self.steps[at - 1] if at else None

    @property
    def sections(self) -> list[tuple[Step, tuple[Fact, ...]]]:
        """Return what the answered pages say, page by page, for the review."""
        said = [(step, form.facts()) for step in self.steps if (form := self.forms.get(step.name))]
        return [(step, facts) for step, facts in said if facts]

    def place_of(self, step: Step) -> tuple[int, int]:
        """Return the page's number and how many there are; a page without a number has the one before it.

        While nobody has said who authorizes, the longer way is counted."""
        ahead = self.steps if self.answers.authority else steps.STEPS
        numbered = [each for each in ahead if each.is_numbered]
        up_to_here = self.steps[: self.steps.index(step) + 1]
        return sum(each.is_numbered for each in up_to_here), len(numbered)


def read(draft: Draft | None, *, person: Person) -> Progress:
    """Return how far the draft has come; None stands for one that is not begun."""
    kept: Mapping[str, Typed] = draft.answers if draft else {}
    known = answers.before_the_first_page(person)
    applicable: list[Step] = []
    forms: dict[str, PageForm] = {}
    before: dict[str, Answers] = {}
    first_open: Step | None = None
    for step in steps.STEPS:
        if not step.applies(known):
            continue
        applicable.append(step)
        if first_open:
            continue
        before[step.name] = known
        form = step.form(kept[step.name], answers=known, check=True) if step.name in kept else None
        if form and form.is_valid():
            forms[step.name] = form
            known = known.adding(form.given())
        else:
            first_open = step
    return Progress(
        answers=known,
        steps=tuple(applicable),
        forms=forms,
        before=before,
        first_open=first_open or applicable[-1],
    )


def form_to_show(draft: Draft | None, step: Step, *, known: Answers) -> PageForm:
    """Return the page as it was left: what was typed without errors, answers that no longer fit with theirs."""
    kept: Mapping[str, Typed] = draft.answers if draft else {}
    typed: Mapping[str, Typed] = draft.typed if draft else {}
    if step.name in kept:
        form = step.form(kept[step.name], answers=known, check=True)
        form.forgive_what_is_asked_anew()
        if form.errors:
            return form
    return step.form(typed.get(step.name) or kept.get(step.name), answers=known)
