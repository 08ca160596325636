"""The clock's work on requests. Each may run twice, late, or beside itself."""

from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from notifications import alerts, clock
from notifications.emails.operator_alert import Alert
from requests_app.services import digesting, expiring, reminding


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


def _run(act: Callable[..., int]) -> None:
    """Run one pass at this moment, unless this host's clock is wrong: then nothing may expire or be reminded."""
    now: datetime = timezone.now()
    if not clock.agrees(now):
        alerts.raise_alert(Alert.CLOCKS_DIFFER, cause=act.__name__, now=now)
        return
    act(now=now)
