"""What the database itself holds about classes in schools and their registers by headcount."""

import pytest

from bookings.models import Activity, ClassReturn
from tests.factories.bookings import (
    ActivityFactory,
    ClassReturnFactory,
    CountReceivedFactory,
)
from tests.factories.core import NOON
from tests.factories.people import PersonFactory, UserFactory
from tests.refusals import refuses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong", [{"status": "open"}, {"status": "running"}, {"school": None}, {"headcount": None}]
)
def test_a_class_in_a_school_is_ordered_not_booked(wrong):
    with refuses("activity_class_is_ordered_not_booked"):
        ActivityFactory(class_in_school=True, **wrong)


def test_a_class_in_a_school_is_no_families_to_see():
    ActivityFactory(class_in_school=True)

    assert not Activity.objects.published().exists()
    assert not Activity.objects.visible_to(UserFactory()).exists()


def test_no_more_join_in_than_are_there():
    with refuses("classreturn_joined_in_of_those_there"):
        ClassReturnFactory(joined_in=29)


@pytest.mark.parametrize("wrong", [{"present": 40}, {"expected": 0}, {"expected": 17}])
def test_few_more_come_than_are_expected(wrong):
    with refuses("classreturn_few_more_than_expected"):
        ClassReturnFactory(**wrong)


def test_a_visiting_class_may_join():
    assert ClassReturnFactory(present=39).expected == 29


def test_count_heads_gives_what_changed_the_next_version():
    """The trigger "count_heads"."""
    made = ClassReturnFactory()

    ClassReturn.objects.filter(pk=made.pk).update(present=27)
    ClassReturn.objects.filter(pk=made.pk).update(present=27)

    assert ClassReturn.objects.get(pk=made.pk).version == 1


def test_a_count_that_differs_is_settled_by_somebody():
    with refuses("countreceived_settled_by_somebody"):
        CountReceivedFactory(outcome="differed", settled_at=NOON)


def test_only_counts_that_differ_are_settled():
    with refuses("countreceived_settled_by_somebody"):
        CountReceivedFactory(settled_at=NOON, settled_by=PersonFactory())
