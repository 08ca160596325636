"""The wizard's pages, in their order."""

from requests_app.wizard.step import Step
from requests_app.wizard.steps import account, administrators, authorizer, check, company, review

STEPS: tuple[Step, ...] = (
    authorizer.STEP,
    account.STEP,
    check.STEP,
    company.STEP,
    administrators.STEP,
    review.STEP,
)


def named(name: str) -> Step | None:
    """Return the page of this name, if there is one."""
    return next((step for step in STEPS if step.name == name), None)


def asking(field: str) -> Step:
    """Return the page that asks a field of a Submission, for refusals; what none asks is shown on the last."""
    return next((step for step in STEPS if step.form.asks(field)), STEPS[-1])
