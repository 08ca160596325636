"""Plain Celery: one task a letter, as every introduction shows it."""

import os

import django
from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peers.settings")
django.setup()

from django.core.mail import EmailMultiAlternatives  # noqa: E402

from benchmarks.peers.act import SENDER, letter  # noqa: E402

app = Celery("plain", broker=os.environ["BENCH_BROKER"])
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True)
_words = letter()


@app.task(name="send_letter")
def send_letter(to: str) -> None:
    """Build and send one letter."""
    email = EmailMultiAlternatives(_words["subject"], _words["text"], SENDER, [to])
    email.attach_alternative(_words["html"], "text/html")
    email.send()
