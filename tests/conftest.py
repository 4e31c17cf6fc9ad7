"""What every test stands on: the settings that differ in tests, and a clean cache and database."""

import csv
import gc

import pgtrigger
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase

from core.models import MailCopy
from core.recall import forget

# Written by migrations alone. Django empties them and writes them again: 94 statements a test.
AS_MIGRATED = {"auth_permission", "django_content_type"}


def pytest_configure():
    """Change what would need a second server or a second of a processor's time."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CELERY_BROKER_URL = "memory://"  # Celery itself runs; its messages stay here
    settings.MAIL_REFUSES_GAPS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The slow ones first, shuffled or not: else one worker may wait minutes for another's last."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish():
    """What is loaded stays until the end: look through it no more, as a server does."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def empty_cache():
    """Limits on tries are counted in the cache: one test's must not be the next one's."""
    cache.clear()
    forget()


@pytest.fixture(autouse=True, scope="session")
def quick_flush():
    """How transactional tests clean up: append-only tables refuse it, and two need no cleaning."""
    guards = [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if pgtrigger.Truncate in trigger.operation
    ]
    every = connection.introspection.django_table_names(include_views=False)
    emptied = sorted({*every} - AS_MIGRATED)

    def tear_down(self):
        with pgtrigger.ignore(*guards):
            connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), emptied))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down)
        yield


def write_mail_copy():
    """The words of every letter, as the county wrote them."""
    path = settings.BASE_DIR / "hms_portal" / "county" / "mail_copy.csv"
    with path.open(encoding="utf-8", newline="") as file:
        words = [
            MailCopy(slug=row["slug"], subject=row["subject"], body=row["body"])
            for row in csv.DictReader(file)
        ]
    MailCopy.objects.bulk_create(words, ignore_conflicts=True)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """The whole server is thrown away: nothing is dropped, whoever may still be connected."""
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        write_mail_copy()


@pytest.fixture(autouse=True)
def mail_copy(request):
    """In each test that has a database, though another has emptied it."""
    if request.node.get_closest_marker("django_db") is None:
        return
    request.getfixturevalue("_django_db_helper")
    if not MailCopy.objects.exists():
        write_mail_copy()
