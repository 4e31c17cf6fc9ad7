"""A class that learned the ukulele, its letters, and groups near it that a family may claim."""

from bookings import actions as bookings
from bookings.models import Activity
from lessons.actions import take_home
from lessons.queries import claims as queries
from lessons.rules.claims import Groups
from tests.factories.core import NOON
from tests.factories.lessons import CourseRunFactory, SubjectFactory
from tests.factories.people import SchoolFactory
from tests.factories.schools import OrderPolicyFactory, ProgrammeClassFactory

HERTFORD = {"latitude": 51.80, "longitude": -0.10, "town": "Hertford"}


def taught_class(headcount=4, **fields):
    """4A of a made-up school in Hertford, on the ukulele."""
    OrderPolicyFactory()
    school = fields.pop("school", None) or SchoolFactory(**HERTFORD)
    return ProgrammeClassFactory(
        line__order__school=school, activity__headcount=headcount, **fields
    )


def made_letters(headcount=4, groups=None, at=NOON, **fields):
    """The class, and its letters in the order of their numbers."""
    row = taught_class(headcount, **fields)
    take_home.make_letters(programme_class=row, groups=groups or Groups(), by=None, at=at)
    return row, queries.codes_of(row)


def a_code(**fields):
    """One letter of a class, with what is printed on it."""
    _, [letter, *_] = made_letters(**fields)
    return letter, queries.code_of(letter)


def open_run(subject="ukulele", at=NOON, **fields):
    """A weekly group of this subject that families may join."""
    run = CourseRunFactory(
        course__subject=SubjectFactory(slug=subject),
        **{f"activity__{name}": value for name, value in fields.items()},
        activity__status=Activity.Status.DRAFT,
    )
    return bookings.open_activity(activity=run.activity, by=None, at=at)
