"""Every address of the product; each app lists its own."""

import re

from anymail.urls import urlpatterns as hooks
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from people import limits
from project import flower, health, language, pages

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("help/", pages.help_page, name="help"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("report-abuse/", pages.report_abuse, name="report_abuse"),
    path("language/", language.choose, name="language"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("ops/flower/", flower.door, name="flower"),
    path("ops/flower/<path:path>", flower.door, name="flower_page"),
    path("accounts/", include("people.urls")),
    path("", include("requests_app.urls")),
    path("smart-accounts/", include("smart_accounts.urls")),
    path("mailbox/", include("notifications.urls")),
    path("preview/", include("notifications.preview")),
    path("admin/", admin.site.urls),
]

if settings.EMAIL_BACKEND.startswith("anymail."):
    # What this provider tells of letters, and no other: of others no proof is configured that could be asked for.
    provider = settings.EMAIL_BACKEND.split(".")[2]
    tracking = [hook for hook in hooks if re.match(rf"\^?{provider}/(?!inbound)", str(hook.pattern))]
    urlpatterns.append(path("anymail/", include(tracking)))

handler400 = pages.bad_request
handler403 = pages.permission_denied
handler404 = pages.page_not_found
handler500 = pages.server_error
handler429 = limits.refuse  # asked for by allauth
