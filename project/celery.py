"""The Celery application: its settings live in project.settings under CELERY_."""

import os

from celery import Celery
from celery.signals import setup_logging

from project import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

setup_logging.connect(logs.configure_celery)

app = Celery("smart-account-requests")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
