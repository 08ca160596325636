"""The business app."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    name = "requests_app"
    verbose_name = "requests"

    def ready(self) -> None:
        """Add the operator's free-mail domains; tell the post office what to ask about letters of requests."""
        from django.conf import settings

        from requests_app.domain import mail_domains
        from requests_app.services import reaching

        mail_domains.extend(settings.EXTRA_FREE_MAIL_DOMAINS)
        reaching.register()
