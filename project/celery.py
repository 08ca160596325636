"""The Celery application: its settings live in project.settings under CELERY_."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

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


app = Celery("smart-account-requests")
app.add_defaults(settings_of_celery)
app.autodiscover_tasks()
