"""The business app."""

from django.apps import AppConfig


class RequestsAppConfig(AppConfig):
    name = "requests_app"
    verbose_name = "requests"

    def ready(self) -> None:
        """Tell the post office what to ask about letters of requests."""
        from requests_app.services import reaching

        reaching.register()
