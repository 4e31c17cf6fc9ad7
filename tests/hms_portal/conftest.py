"""The demonstration county, for the tests that look at it: loaded once a file, then rolled back."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    """Give the loader, so that a test may run it again."""

    def load(size="demo"):
        call_command("load_county", size=size, today=TODAY, verbosity=0)

    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True), transaction.atomic():
        load()
        yield load
        transaction.set_rollback(True)
