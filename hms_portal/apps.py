"""The site as an app: whatever process loads it speaks to our broker."""

from django.apps import AppConfig

from hms_portal.celery import app


class PortalConfig(AppConfig):
    name = "hms_portal"
    verbose_name = "The portal"

    def ready(self) -> None:
        # Celery keeps its current app for one thread; without this the threads of a web server
        # would each look for a broker on localhost, and a booking would wait for it to answer.
        app.set_default()
