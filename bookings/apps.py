from importlib import import_module

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = "Bookings"

    def ready(self) -> None:
        """Say how to tell whether a letter is still true, once there are tables to ask."""
        import_module("bookings.lapses")
