"""The clock's work on requests. Each may run twice, late, or beside itself."""

from collections.abc import Callable
from contextlib import suppress

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from requests_app.services import digesting, expiring, passes, reminding
from requests_app.services import evidence as proving
from requests_app.services import retention as forgetting


@shared_task(name="requests_app.tasks.remind", ignore_result=True)
def remind() -> None:
    """Promise every reminder that is due."""
    _run(reminding.remind)


@shared_task(name="requests_app.tasks.expire", ignore_result=True)
def expire() -> None:
    """End everything that has waited long enough."""
    _run(expiring.expire)


@shared_task(name="requests_app.tasks.digest", ignore_result=True)
def digest() -> None:
    """Tell the reviewers what waits, on working days."""
    _run(digesting.digest)


# A night's backlog takes longer than a letter; each row is a transaction of its own, so a run may be cut anywhere.
@shared_task(name="requests_app.tasks.retention", ignore_result=True, time_limit=3000)
def retention() -> None:
    """Forget what need not be kept any longer."""
    _run(forgetting.run)


@shared_task(name="requests_app.tasks.verify_evidence", ignore_result=True, time_limit=3000)
def verify_evidence() -> None:
    """Walk the signed chain of decisions; staff are told of what does not verify."""
    _run(proving.alert_faults)


def _run(act: Callable[..., int]) -> None:
    """Run one pass at this moment. On a host whose clock is wrong the alert is all that happens."""
    close_old_connections()
    with suppress(passes.ClocksDiffer):
        passes.run(act, now=timezone.now())
