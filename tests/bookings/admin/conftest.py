"""A Sunday in November, two centres, and the head of one of them at her desk."""

import datetime as dt

import pytest

from tests.factories.centres import CentreFactory
from tests.factories.people import head_of
from tests.factories.staff import client_of


@pytest.fixture
def november(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def here():
    return CentreFactory(name="Here")


@pytest.fixture
def elsewhere():
    return CentreFactory(name="Elsewhere")


@pytest.fixture
def head(here):
    return head_of(here)


@pytest.fixture
def desk(head):
    return client_of(head)
