"""The Celery application: its settings live in project.settings under CELERY_."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_process_init
from kombu.transport.redis import Channel

from notifications import trail
from project import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

setup_logging.connect(logs.configure_celery)

PREFIX = "CELERY_"


def settings_of_celery() -> dict[str, Any]:
    """Return what stands under CELERY_, by Celery's own names.

    Handing Django's settings over as a whole, as is common, puts every secret of them into what a worker
    tells about its configuration: into Redis and onto the dashboard's pages."""
    from django.conf import settings

    names = [name for name in dir(settings) if name.startswith(PREFIX)]
    own = {name.removeprefix(PREFIX).lower(): getattr(settings, name) for name in names}
    # This one is looked up by its long name.
    own["CELERY_DB_REUSE_MAX"] = own.pop("db_reuse_max")
    return own


# When its line to Redis breaks, kombu 5.7 would put back what a worker had taken and not begun, over that very line,
# and the worker ends of it (AttributeError: 'NoneType' object has no attribute 'hostname'). Nothing needs to be put
# back: a task is a hint, and the sweep guarantees.
Channel.do_restore = False

app = Celery("smart-account-requests")
app.add_defaults(settings_of_celery)
app.autodiscover_tasks()


@worker_process_init.connect
def begin_traces(**_: Any) -> None:
    """In each of a worker's processes: what sends spans does not outlive the fork."""
    from django.conf import settings

    if settings.TRACES:
        from project import traces

        traces.start("worker")


@task_prerun.connect
def begin_trail(task_id: str, task: Any = None, **_: Any) -> None:
    """Put the task's id on each line of log that it writes, and an id of its own on the letters that it promises."""
    trail.begin()
    trail.task.set(task_id)
    trail.task_begins.send(sender=None, task_id=task_id, name=getattr(task, "name", ""))


@task_postrun.connect
def end_trail(task_id: str, **_: Any) -> None:
    trail.task_ends.send(sender=None, task_id=task_id)
    trail.origin.set("")
    trail.task.set("")
