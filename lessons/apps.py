from importlib import import_module

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = "Lessons"

    def ready(self) -> None:
        """Say what a class is, and what is kept, to whoever asks, once there are tables to ask."""
        import_module("lessons.class_facts")
        import_module("lessons.promises")
