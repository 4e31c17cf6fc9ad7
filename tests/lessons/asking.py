"""Schools that ask for whole-class ukulele in 2026-27, and who could teach it: for tests."""

import datetime as dt

from centres.models import Term
from lessons.models import Programme
from lessons.queries import feasibility
from lessons.rules.feasibility import Asked
from tests.factories.bookings import ActivityFactory, SessionFactory, SessionStaffFactory, spell
from tests.factories.centres import YearFactory
from tests.factories.lessons import SubjectFactory, TeachesFactory
from tests.factories.loans import AssetFactory, KindFactory
from tests.factories.people import AvailabilityFactory, SchoolFactory
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import (
    OrderLineFactory,
    ProgrammeFactory,
    ProgrammeInstrumentFactory,
    SchoolOrderFactory,
)

JUNE = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)
HERTFORD, WARE, WATFORD = (51.796, -0.078), (51.810, -0.030), (51.656, -0.397)
TUESDAY, SECOND_TUESDAY = dt.date(2026, 9, 8), dt.date(2026, 9, 15)


def ukulele(*, sets=3, rooms=("hall",), **fields):
    """Whole-class ukulele for one term, with so many class sets."""
    programme = ProgrammeFactory(
        **{"slug": "ukulele-term", "name": "Ukulele, one term", "terms": 1, "weeks": 11} | fields,
        rooms=list(rooms),
    )
    ProgrammeInstrumentFactory(programme=programme, subject=SubjectFactory(), kind=KindFactory())
    for _ in range(sets):
        AssetFactory(kind=KindFactory())
    return programme


def school(place=HERTFORD, **fields):
    return SchoolFactory(latitude=place[0], longitude=place[1], **fields)


def teacher(*, name="Ngozi", subject=None, hours=None):
    """Cleared, and teaches it; `hours`: weekday, from and until, where they told us of any."""
    person = cleared_teacher(given_name=name, family_name="Eze")
    TeachesFactory(staff=person.staff, subject=subject or SubjectFactory())
    for weekday, starts, ends in hours or ():
        AvailabilityFactory(
            staff=person.staff,
            weekday=weekday,
            from_time=dt.time.fromisoformat(starts),
            until_time=dt.time.fromisoformat(ends),
            from_on=dt.date(2026, 1, 1),
        )
    return person


def teaches(person, day, start, minutes=45, at=None):
    """A meeting that this person leads on a day, at a school."""
    group = ActivityFactory(
        centre=None, school=at or school(), weekday=None, local_start=None, minutes=None,
        first_on=None, last_on=None,
    )  # fmt: skip
    session = SessionFactory(activity=group, occurs_on=day, during=spell(day, start, minutes))
    return SessionStaffFactory(session=session, person=person)


def autumn():
    return Term.objects.get(year=YearFactory(), name="Autumn")


def asked(programme=None, **fields):
    """Two Year 4 classes in the autumn, Tuesday mornings in the hall."""
    if "term" not in fields:
        fields["term"] = autumn()
    return Asked(
        **{
            "programme": programme or Programme.objects.get(slug="ukulele-term"),
            "subject": SubjectFactory(),
            "year_groups": (4,),
            "classes": 2,
            "half_days": ("2-am",),
            "room": "hall",
            "pupils": 60,
        }
        | fields
    )


def answer(*lines, at=JUNE, by=None):
    """The answers, or the only one."""
    answers = feasibility.answers_for(
        lines or [asked()], school=by or school(), year=YearFactory(), at=at
    )
    return answers if len(answers) > 1 else answers[0]


def order(programme, *, by=None, **fields):
    """An order sent in June for the same."""
    sent = SchoolOrderFactory(school=by or school(), submitted=True, submitted_at=JUNE)
    OrderLineFactory(
        order=sent,
        **{
            "programme": programme,
            "term": autumn(),
            "half_days": ["2-am"],
            "subject": SubjectFactory(),
        }
        | fields,
    )
    return sent


def against(answered):
    return [reason.sentence for reason in answered.reasons if not reason.holds]


def stands_on(answered):
    return [reason.sentence for reason in answered.reasons if reason.holds]


def labels(answered):
    return [remedy.label for remedy in answered.remedies]
