"""What the database itself holds about lessons."""

import pytest

from tests.factories.lessons import TuitionFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


def test_tuition_promises_lessons():
    with refuses("tuition_promises_lessons"):
        TuitionFactory(lessons_per_year=0)
