from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Say how to tell whether a letter is still true, once there are tables to ask."""
        import_module("people.lapses")
