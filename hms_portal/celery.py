"""The worker: what the clock and the outbox wake."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hms_portal.settings")

app = Celery("hms_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
