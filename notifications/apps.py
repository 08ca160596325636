"""The post office as a Django app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import checks, webhooks

        checks.register_all()
        webhooks.listen()
