"""What the finder finds, in which order, and with how many statements."""

import datetime as dt

import pytest

from bookings import rules as booking_rules
from bookings.models import Activity, Session
from centres.rules import Point, miles_between
from lessons import queries
from lessons.queries.finder import suits_year
from tests.factories.bookings import ActivityFactory, EnrolmentFactory, SessionFactory, spell
from tests.factories.centres import CentreFactory, PostcodeFactory
from tests.factories.core import NOON
from tests.factories.lessons import CourseFactory, CourseRunFactory, SubjectFactory, TuitionFactory
from tests.factories.people import PersonFactory, SchoolFactory

pytestmark = pytest.mark.django_db

SATURDAY = dt.date(2026, 11, 28)
ST_ALBANS = {"town": "St Albans", "latitude": 51.75, "longitude": -0.33}
WATFORD = {"town": "Watford", "latitude": 51.66, "longitude": -0.40}


def meets(activity, occurs_on=SATURDAY, **differs):
    """The activity, with one meeting to come."""
    SessionFactory(activity=activity, occurs_on=occurs_on, **differs)
    return activity


def found(search=None, page=1, **asked):
    return queries.find(search or queries.Search(**asked), few=3, page=page, at=NOON)


def titles(**asked):
    return [one.title for one in found(**asked).found]


def test_find_without_a_question_shows_everything_in_the_order_of_the_week():
    meets(ActivityFactory(title="Saturday late", local_start=dt.time(11)))
    meets(ActivityFactory(title="Saturday early"))
    meets(ActivityFactory(title="Monday", weekday=1))

    assert titles() == ["Monday", "Saturday early", "Saturday late"]


def test_find_puts_the_nearest_first_wherever_it_is():
    near, far = CentreFactory(**ST_ALBANS), CentreFactory(**WATFORD)
    between = SchoolFactory(town="Bricket Wood", latitude=51.70, longitude=-0.36)
    meets(ActivityFactory(title="Far", centre=far))
    meets(ActivityFactory(title="Between", centre=None, school=between))
    meets(ActivityFactory(title="Near", centre=near))

    results = found(near="st albans")

    assert [one.title for one in results.found] == ["Near", "Between", "Far"]
    away = miles_between(Point(51.75, -0.33), Point(51.66, -0.40))
    assert results.found[2].miles == pytest.approx(away, rel=1e-9)


@pytest.mark.parametrize(("miles", "names"), [(5, ["Near"]), (10, ["Near", "Far"])])
def test_find_within_a_distance(miles, names):
    meets(ActivityFactory(title="Near", centre=CentreFactory(**ST_ALBANS)))
    meets(ActivityFactory(title="Far", centre=CentreFactory(**WATFORD)))

    assert titles(near="St Albans", miles=miles) == names


def test_find_leaves_out_what_cannot_be_joined():
    meets(ActivityFactory(title="Open"))
    meets(ActivityFactory(title="Running", status=Activity.Status.RUNNING))
    for status in ["draft", "closed", "finished", "cancelled"]:
        meets(ActivityFactory(title=status, status=status))
    meets(ActivityFactory(title="For teachers", audience=Activity.Audience.SCHOOL_STAFF))
    meets(ActivityFactory(title="Booking over", booking_closes_at=NOON))
    meets(ActivityFactory(title="Over"), occurs_on=dt.date(2026, 11, 21))
    meets(ActivityFactory(title="Called off"), cancelled=True)
    ActivityFactory(title="Never meets")

    assert titles() == ["Open", "Running"]


def test_find_keeps_an_activity_whose_last_meeting_was_moved_to_a_later_day():
    moved = ActivityFactory(title="Moved", last_on=dt.date(2026, 11, 21))
    SessionFactory(activity=moved, occurs_on=dt.date(2026, 11, 21), during=spell(SATURDAY))

    assert titles() == ["Moved"]


def test_find_by_day():
    meets(ActivityFactory(title="Monday", weekday=1))
    meets(ActivityFactory(title="Tuesday", weekday=2))
    meets(ActivityFactory(title="Saturday"))

    assert titles(days=frozenset({1, 6})) == ["Monday", "Saturday"]


def test_find_by_subject_of_a_lesson_of_a_course_and_among_its_others():
    violin, cello = SubjectFactory(slug="violin"), SubjectFactory(slug="cello")
    strings = CourseFactory(subject=cello)
    strings.also_subjects.add(violin)
    meets(ActivityFactory(title="Lesson", kind="tuition", capacity=1))
    TuitionFactory(activity=Activity.objects.get(title="Lesson"), subject=violin)
    for title, course in [("Main", CourseFactory(subject=violin)), ("Also", strings)]:
        CourseRunFactory(activity=meets(ActivityFactory(title=title)), course=course)
    other = meets(ActivityFactory(title="Other"))
    CourseRunFactory(activity=other, course=CourseFactory(subject=cello))

    assert titles(subject_ids=frozenset({violin.pk})) == ["Also", "Lesson", "Main"]


def test_find_only_what_can_be_booked_now():
    meets(ActivityFactory(title="Free"))
    meets(ActivityFactory(title="No limit", capacity=None))
    full = meets(ActivityFactory(title="Full", capacity=1))
    EnrolmentFactory(activity=full, active=True)
    meets(ActivityFactory(title="Later", booking_opens_at=NOON + dt.timedelta(days=1)))

    assert titles(bookable=True) == ["Free", "No limit"]
    assert titles() == ["Free", "Full", "Later", "No limit"]


def test_a_full_activity_shows_how_many_wait():
    full = meets(ActivityFactory(capacity=1))
    EnrolmentFactory(activity=full, active=True)
    EnrolmentFactory.create_batch(4, activity=full, waiting=True)

    [one] = found().found

    assert one.places.words == "Waiting list, 4 waiting"


LIMITS = [
    {},
    {"min_year": 3, "max_year": 6},
    {"min_year": 3},
    {"max_year": 2},
    {"min_age": 8, "max_age": 11},
    {"min_year": 4, "max_year": 4, "min_age": 3, "max_age": 99},
    {"min_age": 0, "max_age": 2, "audience": "family"},
    {"min_age": 6, "max_age": 99, "audience": "family"},
    {"min_age": 18, "max_age": 99, "audience": "adult"},
]


@pytest.mark.parametrize("year", [*range(-1, 14), "younger", "adult"])
def test_a_year_finds_just_what_a_person_of_that_year_may_book(year):
    activities = [
        ActivityFactory(title=str(number), **limits) for number, limits in enumerate(LIMITS)
    ]
    age = {"younger": 2, "adult": 40}.get(year, year + 4 if isinstance(year, int) else 0)
    person = PersonFactory(born_on=dt.date(2026 - age, 3, 1))

    shown = set(Activity.objects.filter(suits_year(str(year))).values_list("title", flat=True))

    # Somebody grown may sit in a children's group without limits; nobody grown looks for it.
    looked_for = [a for a in activities if year != "adult" or a.audience != "pupil"]
    assert shown == {a.title for a in looked_for if _suits(a, person)}


def _suits(activity, person):
    try:
        booking_rules.check_suits(activity, person, None, on=NOON.date())
    except booking_rules.NotBookable:
        return False
    return True


def test_find_in_pages_without_losing_or_repeating_any():
    for number in range(45):
        meets(ActivityFactory(title=f"Group {number:02}"))

    pages = [found(page=page) for page in (1, 2, 3)]

    assert [len(page.found) for page in pages] == [20, 20, 5]
    assert len({one.ref for page in pages for one in page.found}) == 45
    assert [(page.previous_page, page.next_page) for page in pages] == [
        (None, 2),
        (1, 3),
        (2, None),
    ]
    assert found(page=99).page == 3


def test_nothing_found_shows_the_same_subject_elsewhere_then_the_nearest():
    violin, drums = SubjectFactory(slug="violin"), SubjectFactory(slug="drum-kit")
    near, far = CentreFactory(**ST_ALBANS), CentreFactory(**WATFORD)
    places = [
        ("Far violin", far, violin, 3),
        ("Near drums", near, drums, 3),
        ("Old violin", near, violin, 9),
    ]
    for title, centre, subject, year in places:
        activity = meets(ActivityFactory(title=title, centre=centre, min_year=year, max_year=year))
        CourseRunFactory(activity=activity, course=CourseFactory(subject=subject))

    results = found(near="St Albans", miles=3, year="3", subject_ids=frozenset({violin.pk}))

    assert results.count == 0
    assert [one.title for one in results.instead] == ["Far violin", "Near drums"]


QUESTIONS = [
    ({}, 3),
    ({"near": "SG14 2EP", "miles": 10, "year": "4", "days": frozenset({6}), "bookable": True}, 4),
    ({"near": "hertford"}, 5),
    ({"near": "SG14 2EP", "days": frozenset({1})}, 5),
]


def test_find_takes_as_many_statements_at_ten_as_at_a_thousand(django_assert_num_queries):
    PostcodeFactory()
    first = meets(ActivityFactory())
    for count in (10, 1_000):
        add_activities(like=first, count=count - Activity.objects.count())

        for asked, statements in QUESTIONS:
            with django_assert_num_queries(statements):
                results = found(**asked)
            assert results.count == (0 if asked.get("days") == {1} else count)


def add_activities(like, count):
    """Many like this one, each with a meeting at the same time."""
    fields = {
        field.attname: getattr(like, field.attname)
        for field in Activity._meta.concrete_fields
        if field.attname not in {"id", "ref"}
    }
    during = like.sessions.get().during
    Session.objects.bulk_create(
        Session(activity=one, occurs_on=SATURDAY, during=during)
        for one in Activity.objects.bulk_create(Activity(**fields) for _ in range(count))
    )


# Subjects and the home page


def test_subject_families_hold_what_can_be_found_now_in_their_order():
    violin = SubjectFactory(slug="violin", family="strings")
    piano = SubjectFactory(slug="piano", family="keys")
    SubjectFactory(slug="organ", family="keys")
    asked = SubjectFactory(slug="harp", family="strings")
    for subject in (piano, violin):
        CourseRunFactory(activity=meets(ActivityFactory()), course=CourseFactory(subject=subject))

    families = queries.subject_families(at=NOON, keep="harp")

    assert [(family.name, family.subjects) for family in families] == [
        ("Strings", (asked, violin)),
        ("Piano and keyboard", (piano,)),
    ]


def test_home_facts_count_what_can_be_booked_in_three_statements(django_assert_num_queries):
    violin = SubjectFactory(slug="violin", family="strings")
    course = CourseFactory(subject=violin)
    centre = CentreFactory()
    for title in ("One", "Two"):
        run = meets(ActivityFactory(title=title, centre=centre, capacity=6))
        CourseRunFactory(activity=run, course=course)
    EnrolmentFactory(activity=run, active=True)
    meets(ActivityFactory(centre=centre, booking_opens_at=NOON + dt.timedelta(days=1)))

    with django_assert_num_queries(3):
        facts = queries.home_facts(at=NOON)

    assert (facts.places, facts.activities, facts.centres, facts.subjects) == (11, 2, 1, 1)
    assert [family.slug for family in facts.families] == ["strings"]
