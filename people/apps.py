"""People: who signs in."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"

    def ready(self) -> None:
        """Tell the post office in which language people read letters that reach them by their address alone."""
        from notifications import languages
        from people import services

        languages.readers(lambda address: services.language_of(address, otherwise=""))
