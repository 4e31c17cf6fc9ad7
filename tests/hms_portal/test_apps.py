"""Whatever process loads the site speaks to our broker, in each of its threads."""

from concurrent.futures import ThreadPoolExecutor

from celery import current_app
from django.conf import settings


def test_every_thread_speaks_to_our_broker():
    with ThreadPoolExecutor(1) as another_thread:
        found = another_thread.submit(lambda: current_app.conf.broker_url).result()

    assert found == settings.CELERY_BROKER_URL
    assert current_app.main == "hms_portal"
