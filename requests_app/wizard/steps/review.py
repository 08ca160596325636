"""Review everything and submit (source article, steps 20 and 21)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.wizard import outlook
from requests_app.wizard.answers import Answers
from requests_app.wizard.step import PageForm, Step, always


class ReviewForm(PageForm):
    """Nothing to fill in: what the pages before say is submitted."""


def look_ahead(answers: Answers) -> Mapping[str, Any]:
    """Say who will be written to and when, and who will administer the account."""
    return {"letters": outlook.letters(answers), "administration": outlook.administration(answers)}


STEP = Step(
    name="review",
    title=_("Check your answers and submit the request"),
    form=ReviewForm,
    template="requests_app/wizard/review.html",
    applies=lambda answers: answers.is_named,
    submits=always,
    context=look_ahead,
    button=_("Submit Request"),
)
