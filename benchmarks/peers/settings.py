"""The peers' settings: as their documents show, and what BENCH_* asks for on top."""

import os
from urllib.parse import parse_qs, urlsplit

_database = urlsplit(os.environ["BENCH_DATABASE"])

SECRET_KEY = "for measuring only"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["post_office", "mailer"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.lstrip("/"),
        "USER": "postgres",
        "HOST": parse_qs(_database.query)["host"][0],
    }
}
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", int(os.environ["BENCH_PORT"])
SMTP = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_BACKEND = SMTP
MAILER_EMAIL_BACKEND = SMTP
POST_OFFICE = {"BACKENDS": {"default": SMTP}}
if os.environ.get("BENCH_BATCH_SIZE"):
    POST_OFFICE["BATCH_SIZE"] = int(os.environ["BENCH_BATCH_SIZE"])
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR", "handlers": []}}
