"""Every setting, in one file, driven by the environment (names, defaults and meanings: docs/settings.md)."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue

from project import agreement, env, logs, naming, neighbours, spans
from project.sockets import socket_path

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.choice("ENVIRONMENT", ("demo", "production"))
DEMO = ENVIRONMENT == "demo"
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", default=False)
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"))).absolute()

naming.check(os.environ, strict=env.flag("STRICT_SETTINGS", default=False))
if PRODUCTION:
    agreement.check_complete(os.environ)

# Secrets
_generated = env.generated_secrets(DATA_DIR / "secrets.json") if DEMO else {}
SECRET_KEY = env.secret("SECRET_KEY", _generated)
SECRET_KEY_FALLBACKS = env.secrets_listed("SECRET_KEY_FALLBACKS")
LINK_KEYS = env.keys("LINK_KEYS", env.secret("LINK_KEYS", _generated))
CODE_KEYS = env.keys("CODE_KEYS", env.secret("CODE_KEYS", _generated))
EVIDENCE_KEYS = env.keys("EVIDENCE_KEYS", env.secret("EVIDENCE_KEYS", _generated))
SESSION_KEYS = env.secrets_listed("SESSION_KEYS", _generated)
HASH_KEY = env.secret("HASH_KEY", _generated)

# Where it is
PORT = env.number("PORT", 8000, at_least=1, at_most=65535)
BASE_URL = env.text("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
_host = neighbours.host_of(BASE_URL)
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
METRICS_ALLOW = env.networks("METRICS_ALLOW")

# Who runs it
OPERATOR_NAME = env.text("OPERATOR_NAME", "Example Licensing GmbH")
OPERATOR_ADDRESS = env.text("OPERATOR_ADDRESS", "" if PRODUCTION else "Musterweg 1, 10115 Berlin")
_mail_domain = _host if PRODUCTION else "operator.example"
SUPPORT_EMAIL = env.text("SUPPORT_EMAIL", f"support@{_mail_domain}")
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", f"requests@{_mail_domain}")
FROM_NAME = env.text("FROM_NAME", "Smart Account Requests")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ALERT_EMAILS = env.items("ALERT_EMAILS") or [SUPPORT_EMAIL]

# Rules an operator may set (product rules, sections 4 to 6)
ALLOW_TEST_DOMAINS = env.flag("ALLOW_TEST_DOMAINS", default=DEMO)
UNPROVEN_NOMINATIONS = env.choice("UNPROVEN_NOMINATIONS", ("hold", "refuse"))
RESERVED_IDENTIFIERS = env.items("RESERVED_IDENTIFIERS", ("cisco.com",))
EXTRA_FREE_MAIL_DOMAINS = env.items("EXTRA_FREE_MAIL_DOMAINS")
HOLIDAYS = env.items("HOLIDAYS")
SPANS = spans.read()
YOUNG_ACCOUNT_AGE = env.days("YOUNG_ACCOUNT_DAYS", timedelta(days=7))
LIMIT_NOMINATIONS_YOUNG = env.number("LIMIT_NOMINATIONS_YOUNG", 3)
LIMIT_NOMINATIONS = env.number("LIMIT_NOMINATIONS", 10)
LIMIT_SUBMISSIONS_PER_NETWORK = env.number("LIMIT_SUBMISSIONS_PER_NETWORK", 20)
LIMIT_YOUNG_ACCOUNTS_TOGETHER = env.number("LIMIT_YOUNG_ACCOUNTS_TOGETHER", 100)
LIMIT_REQUESTERS_PER_ADDRESS = env.number("LIMIT_REQUESTERS_PER_ADDRESS", 3)
LIMIT_OPEN_DRAFTS = env.number("LIMIT_OPEN_DRAFTS", 20, at_least=1)
# Of one request: whom its requester names, and what one of them gets
LIMIT_AUTHORIZERS = env.number("LIMIT_AUTHORIZERS", 3, at_least=1)
LIMIT_REPLACEMENTS = env.number("LIMIT_REPLACEMENTS", 3)
LIMIT_HAND_ONS = env.number("LIMIT_HAND_ONS", 3)
LIMIT_REMINDERS_BY_HAND = env.number("LIMIT_REMINDERS_BY_HAND", 2)
LIMIT_NEW_LINKS = env.number("LIMIT_NEW_LINKS", 3)
LIMIT_FACT_CHANGES = env.number("LIMIT_FACT_CHANGES", 3)

# The parts
INSTALLED_APPS = [
    "people",
    "notifications",
    "smart_accounts",
    "requests_app",
    "project",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "project.origin.Origin",
    # What answers carry: outside of all that may answer, so that refusals and static files carry it too.
    "requests_app.views.authorizer.headers.LinkHeaders",
    "project.headers.EveryAnswer",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "people.languages.OfBrowser",
    "project.intake.Intake",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "project.health.Probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.languages.OfPerson",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.context.operator",
                "requests_app.context.spans",
            ],
        },
    },
]
FORM_RENDERER = "people.rendering.FormRenderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Data
DATABASES = {
    "default": neighbours.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'app.sqlite3'}"))
}
# The cache holds the limits of sign-in and codes: a table, so that a full or silent Redis cannot stop sign-in.
# A full cache drops counts, hence room for a flood of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "people.sessions.EncryptedSerializer"
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 2

# People
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["people.backends.SignIn"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "administration"
REVIEWER_REDIRECT_URL = "review"
OPS_REDIRECT_URL = "ops"

# Words and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files
STATIC_URL = "static/"
# The demo serves them from where they lie; production collects them (manage.py prepare).
STATIC_ROOT = None if DEMO else DATA_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEMO
# No other site needs them.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Web security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else f"session-{PORT}"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else f"csrf-{PORT}"
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else f"language-{PORT}"
CSRF_FAILURE_VIEW = "project.pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# The product does not own the rest of the operator's domain: sub-domains and preload are the operator's choice.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# Mail
EMAIL_URL = env.text("EMAIL_URL", "mailbox://")
for _name, _value in neighbours.email(EMAIL_URL, DATA_DIR).items():
    globals()[_name] = _value
EMAIL_TIMEOUT = 30

# Queue
REDIS_URL = env.text("REDIS_URL", f"unix://{socket_path(DATA_DIR, 'redis')}")

TESTING = "pytest" in sys.modules

# The post office. Spans are short in the fault tests; the defaults are the promises of the README.
NOTIFICATIONS_SWEEP_SECONDS = env.per_route("SWEEP_SECONDS", urgent=5, bulk=30)
NOTIFICATIONS_LEASE_SECONDS = env.per_route("LEASE_SECONDS", urgent=90, bulk=330, at_least=2)
# One letter's whole exchange with the mail server, and the part of it after the end of DATA.
NOTIFICATIONS_LETTER_SECONDS = env.per_route("LETTER_SECONDS", urgent=45, bulk=180)
NOTIFICATIONS_ANSWER_SECONDS = env.per_route("ANSWER_SECONDS", urgent=30, bulk=120)
NOTIFICATIONS_BATCH = env.per_route("BATCH", urgent=10, bulk=200)
# Connections to the mail server a worker process may hold: one where it answers at once, more where it is slow.
NOTIFICATIONS_CONNECTIONS = env.per_route("CONNECTIONS", urgent=4, bulk=8)
# With it, the envelope's sender names the letter (VERP), so that `read_bounces` knows which one came back.
RETURN_PATH = env.text("RETURN_PATH")
DKIM_SELECTORS = env.items("DKIM_SELECTORS")
NOTIFICATIONS_DRAIN_SECONDS = env.number("DRAIN_SECONDS", 20, at_least=1)
NOTIFICATIONS_LOST_LEASES_LIMIT = 8

# Celery (delivery design: the database is the truth, the queue a hint, the sweep the guarantee)
CELERY_BROKER_URL = neighbours.broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_QUEUES = [Queue("urgent"), Queue("bulk")]
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_ROUTES = {"deliver_urgent": {"queue": "urgent"}, "sweep_urgent": {"queue": "urgent"}}
CELERY_TASK_TIME_LIMIT = 270
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.number("WORKER_PROCESSES", 2, at_least=1)
CELERY_WORKER_SEND_TASK_EVENTS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# Without it Celery closes the database connection around every task; the tasks check theirs themselves.
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")


def _every(task: str, seconds: float | crontab, queue: str, *args: str) -> dict[str, object]:
    """An entry of the schedule; a run that no worker took before the next is due is dropped.

    A minute later, for beat says until when by its own clock, and a worker's may be ahead by as much
    (notifications.clock): it would drop every run."""
    expires = 3600 if isinstance(seconds, crontab) else seconds + 60
    return {"task": task, "schedule": seconds, "args": args, "options": {"queue": queue, "expires": expires}}


CELERY_BEAT_SCHEDULE = {
    "sweep urgent letters": _every("sweep_urgent", NOTIFICATIONS_SWEEP_SECONDS["urgent"], "urgent"),
    "sweep bulk letters": _every("sweep_bulk", NOTIFICATIONS_SWEEP_SECONDS["bulk"], "bulk"),
    "heartbeat of urgent": _every("heartbeat", 60, "urgent", "urgent"),
    "heartbeat of bulk": _every("heartbeat", 60, "bulk", "bulk"),
    "remind": _every("requests_app.tasks.remind", 60, "bulk"),
    "expire": _every("requests_app.tasks.expire", 60, "bulk"),
    "digest": _every("requests_app.tasks.digest", crontab(minute="0", day_of_week="mon-fri"), "bulk"),
    "retention": _every("requests_app.tasks.retention", crontab(minute="17", hour="2"), "bulk"),
    "verify_evidence": _every("requests_app.tasks.verify_evidence", crontab(minute="47", hour="3"), "bulk"),
}

# The dashboard, behind its one door (project/flower.py)
FLOWER_URL = env.text("FLOWER_URL", f"unix://{socket_path(DATA_DIR, 'flower')}")
FLOWER_PASSWORD = env.text("FLOWER_PASSWORD")

# Logs: one line of JSON each, without links, codes and tokens
LOGGING = logs.configuration()

# Traces, where a collector is named (project/traces.py)
TRACES = bool(env.text("OTEL_EXPORTER_OTLP_ENDPOINT"))
if TRACES:
    MIDDLEWARE.insert(1, "project.traces.Spans")

# Sign-in
MIDDLEWARE.insert(
    MIDDLEWARE.index("allauth.account.middleware.AccountMiddleware"), "people.middleware.AccountAnswers"
)
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.contrib.messages.middleware.MessageMiddleware") + 1,
    "people.middleware.StaffDoor",
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "people.validators.Length"},
    {"NAME": "people.validators.NotCommon"},
    {"NAME": "people.validators.NotAboutUs"},
]
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 4
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "people.forms.SignIn",
    "signup": "people.forms.Register",
    "confirm_email_verification_code": "people.forms.ConfirmAddress",
    "add_email": "people.forms.ChangeAddress",
    "change_password": "people.forms.ChangePassword",
    "reset_password": "people.forms.AskReset",
    "confirm_password_reset_code": "people.forms.ConfirmReset",
    "reset_password_from_key": "people.forms.FinishReset",
    "reauthenticate": "people.forms.Reauthenticate",
}
# Tries are counted per address, per person or per network of the client, in the cache's table.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip,300/h/ip",
    "login_failed": "10/15m/key",
    "signup": "10/m/ip,60/h/ip",
    "confirm_email": "1/m/key,5/h/key",
    "reset_password": "10/m/ip,60/h/ip,1/m/key,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
MFA_ADAPTER = "people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A code is accepted in the period after its own, too: people type slowly and clocks differ.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "people.second_factor_forms.Authenticate",
    "reauthenticate": "people.second_factor_forms.Reauthenticate",
    "activate_totp": "people.second_factor_forms.ActivateApp",
    "add_webauthn": "people.passkeys.AddPasskey",
    "authenticate_webauthn": "people.passkeys.AuthenticateByPasskey",
    "reauthenticate_webauthn": "people.passkeys.ReauthenticateByPasskey",
    "edit_webauthn": "people.second_factor_forms.NamePasskey",
}
SESSION_COOKIE_AGE = 24 * 3600
STAFF_SESSION_AGE = timedelta(hours=env.number("STAFF_SESSION_HOURS", 8, at_least=1))
KNOWN_DEVICE_COOKIE_NAME = "__Host-device" if SECURE else f"device-{PORT}"
# Well above what hashing a password takes on a small machine, so that nothing of it shows (people/evenly.py).
EVEN_ANSWER_SECONDS = 0.5

# What contradicts itself is refused, with the names of the settings and what to do
agreement.check(globals())
