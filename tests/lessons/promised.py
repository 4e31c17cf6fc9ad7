"""A teacher whose only hours are kept for a school's order, and meetings in the way of it."""

from lessons.actions import keeping
from lessons.models import HourKept
from people.models import SchoolContact
from tests.factories.bookings import ActivityFactory, SessionFactory, spell
from tests.factories.centres import CentreFactory
from tests.factories.people import contact_of
from tests.factories.schools import OrderPolicyFactory
from tests.lessons.asking import JUNE, TUESDAY, order, school, teacher, ukulele


def kept_teacher():
    """Free on Tuesdays from 9am to 10.30am."""
    return teacher(hours=[(2, "09:00", "10:30")])


def sent_order(kept):
    """Larkhay's two classes, for which this teacher is kept until it decides."""
    OrderPolicyFactory()
    larkhay = school(name="Larkhay Junior School")
    for role in (SchoolContact.Role.MUSIC_LEAD, SchoolContact.Role.HEAD):
        contact_of(larkhay, role)
    asked = order(ukulele(), by=larkhay)
    keeping.keep_for(asked, by=None, at=JUNE)
    assert HourKept.objects.filter(released_at=None, teacher=kept).count() == 2
    return asked


def meeting(day=TUESDAY, start="09:15", minutes=30, **fields):
    """At a centre, with nobody to lead it."""
    group = ActivityFactory(
        **{
            "centre": CentreFactory(), "weekday": None, "local_start": None, "minutes": None,
            "first_on": None, "last_on": None, "title": "Beginner Strings",
        } | fields,
    )  # fmt: skip
    return SessionFactory(activity=group, occurs_on=day, during=spell(day, start, minutes))


def standing():
    return HourKept.objects.filter(released_at=None)


def planned_over():
    """Hours given up, whose order waits to be answered anew."""
    return HourKept.objects.filter(to_answer_since__isnull=False)
