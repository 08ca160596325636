"""The Celery application: its settings live in project.settings under CELERY_."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")

app = Celery("smart-account-requests")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
