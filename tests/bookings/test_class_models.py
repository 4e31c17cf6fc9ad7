"""What the database itself holds about classes in schools and their registers by headcount."""

import pytest

from bookings.models import Activity, ClassReturn
from tests.factories.bookings import ActivityFactory, ClassReturnFactory
from tests.factories.people import UserFactory
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


def test_count_heads_gives_what_changed_the_next_version():
    """The trigger "count_heads"."""
    made = ClassReturnFactory()

    ClassReturn.objects.filter(pk=made.pk).update(present=27)
    ClassReturn.objects.filter(pk=made.pk).update(present=27)

    assert ClassReturn.objects.get(pk=made.pk).version == 1
