"""What `load_county --size demo` furnishes: places, timetable, people, and when it refuses."""

import csv
import datetime as dt
import random
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.test import override_settings
from django.utils import timezone

from billing.models import Rate
from bookings import queries
from bookings.models import Activity, Closure, Session, SessionStaff
from centres.models import Centre, OpeningHours, Postcode, Room, Term
from core.models import AuditRow, MailCopy, Wording
from hms_portal.county import shown, sources
from hms_portal.county.plan.families import only_invented
from hms_portal.county.plan.schools import schools as imagined_schools
from lessons.models import (
    ClaimCode,
    Course,
    CourseRun,
    Genre,
    ProgrammeClass,
    Subject,
    Tuition,
)
from lessons.queries.cover import needs
from people.models import Guardianship, Learner, Person, RoleHeld, School, Staff, StaffAbsence
from people.rules import age_on
from safeguarding.queries import cleared_to_teach

TODAY = dt.date(2026, 11, 22)
NOON = timezone.make_aware(dt.datetime(2026, 11, 22, 12))  # noqa: DTZ001 - made aware

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("county")]


def rows_of_everything():
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {model._meta.label: model._default_manager.count() for model in ours}


OURS = {"core", "centres", "people", "billing", "safeguarding", "bookings", "loans", "lessons"} | {
    "account"
}


def test_load_county_furnishes_what_was_asked_for():
    assert {
        "centres": Centre.objects.count(),
        "opening hours": OpeningHours.objects.count(),
        "rooms": Room.objects.count(),
        "terms": Term.objects.count(),
        "postcodes": Postcode.objects.count(),
        "rates": Rate.objects.count(),
        "letters": MailCopy.objects.count(),
        "policies": Wording.objects.count(),
        "subjects": Subject.objects.count(),
        "genres": Genre.objects.count(),
        "courses": Course.objects.count(),
        "runs": CourseRun.objects.count(),
        "slots": Tuition.objects.filter(
            activity__lt=ProgrammeClass.objects.earliest("pk").pk
        ).count(),
        "schools": School.objects.filter(is_invented=True).count(),
        "teachers": RoleHeld.objects.filter(role="teacher").count(),
        "heads": RoleHeld.objects.filter(role="head_of_centre").values("centre").distinct().count(),
        "administrators": RoleHeld.objects.filter(role="administrator").count(),
    } == {
        "centres": 12,
        "opening hours": 41,
        "rooms": 76,
        "terms": 9,
        "postcodes": 536,
        "rates": 178,
        "letters": len(sources.rows("mail_copy")),
        "policies": 9,
        "subjects": 53,
        "genres": 21,
        "courses": 117,  # 105 for families, 12 for school staff
        "runs": 243,  # 242 less the eleven of eight holiday courses; 12 for school staff
        "slots": 300,
        "schools": 120,
        "teachers": 60,
        "heads": 12,
        "administrators": 1,
    }


def test_load_county_again_changes_nothing_and_says_so(capsys):
    before = rows_of_everything()

    call_command("load_county", size="demo", today=TODAY)

    assert rows_of_everything() == before
    assert capsys.readouterr().out.endswith("Everything is there already: nothing was changed.\n")


def test_load_county_draws_the_same_county_every_time():
    """Whoever changes the drawing changes these, and must mean to."""
    parent = Person.objects.get(email=shown.PARENT.email)
    first, second = Learner.objects.filter(person__guardians__adult=parent).order_by("pk")

    assert (str(first.person), str(second.person)) == ("Asha Sharma", "Dev Sharma")
    assert [str(school) for school in imagined_schools(3, draw=None)] == [
        row["name"] for row in sources.rows("schools")[:3]
    ]


LOADED = ("claims", "enrolments", "training")


def test_load_county_signs_what_it_wrote():
    written = AuditRow.objects.exclude(table="core_mailcopy")  # every test has these words before
    signed = written.values_list("actor_name", flat=True).distinct()
    actions = AuditRow.objects.filter(table="bookings_enrolment").values_list("action", flat=True)

    head = Person.objects.get(email=shown.HEAD.email)
    of_schools = Person.objects.exclude(school_contacts=None)
    assert {"The portal", str(head)} < set(signed)
    assert set(signed) <= {"The portal", str(head), *map(str, of_schools)}
    assert set(actions) == {f"hms_portal.load_{name}" for name in LOADED}


def test_load_county_refuses_where_no_demonstration_is_meant(county):
    with (
        override_settings(DEMONSTRATION=False),
        pytest.raises(CommandError, match="DEMONSTRATION=1"),
    ):
        county()


def test_load_county_refuses_another_size_over_this_one():
    with pytest.raises(CommandError, match="The county of 120 schools is here"):
        call_command("load_county", size="county", today=TODAY, verbosity=0)


def test_load_county_refuses_to_move_in_among_real_people(county):
    Activity.objects.exclude(kind="programme").update(school=None)
    Session.objects.update(school=None)
    Learner.objects.update(school=None)
    Closure.objects.update(school=None)
    School.objects.update(is_invented=False)

    with pytest.raises(CommandError, match="not of the invented county"):
        county()


def test_only_invented_refuses_a_real_school():
    with pytest.raises(ValueError, match="may not belong"):
        only_invented(School(name="Real School"))


def test_load_county_puts_no_child_at_a_real_school():
    assert Learner.objects.exclude(school=None).count() > 300
    assert not Learner.objects.filter(school__is_invented=False).exists()
    assert not Activity.objects.filter(school__is_invented=False).exists()


def test_a_county_of_560_schools_shares_no_name_or_postcode_with_a_real_one(real_schools):
    imagined = imagined_schools(560, random.Random(1))  # noqa: S311 - invents schools

    assert len({school.urn for school in imagined}) == len(imagined) == 560
    assert len({school.name for school in imagined}) == 560
    assert not {school.name.lower() for school in imagined} & {name for name, _ in real_schools}
    assert not {school.postcode for school in imagined} & {code for _, code in real_schools}


@pytest.fixture
def real_schools():
    path = settings.BASE_DIR / "tests" / "data" / "gias-hertfordshire-sample.csv"
    with path.open(encoding="cp1252", newline="") as lines:
        return [
            (row["EstablishmentName"].lower(), row["Postcode"]) for row in csv.DictReader(lines)
        ]


def test_every_teacher_is_cleared_on_every_day_of_the_year():
    teachers = Person.objects.filter(roles__role="teacher")

    for day in (dt.date(2026, 9, 3), TODAY, dt.date(2027, 7, 21)):
        assert cleared_to_teach(teachers, on=day).count() == 60


def test_every_group_and_slot_has_a_teacher_a_place_and_meetings():
    assert not Activity.objects.filter(teacher=None).exists()
    assert not Activity.objects.filter(centre=None, school=None).exists()
    assert not Activity.objects.filter(centre__isnull=False, room=None).exists()
    weekly = Activity.objects.exclude(kind=Activity.Kind.TRAINING)
    counts = weekly.annotate(meets=Count("sessions")).values_list("meets", flat=True)
    assert min(counts) >= 5
    leading = SessionStaff.objects.filter(role=SessionStaff.Role.LEAD)
    assert leading.values("session").distinct().count() == Session.objects.count()


def test_every_group_is_in_a_room_that_has_what_it_needs_while_the_centre_is_open():
    hours = OpeningHours.objects.all()
    needs = {row["slug"]: row["room_tag"] for row in sources.rows("courses")}
    needs |= {row["slug"]: "" for row in sources.rows("cpd")}
    runs = CourseRun.objects.select_related("activity__room", "course")

    for run in runs:
        activity = run.activity
        assert activity.room.centre_id == activity.centre_id
        assert activity.capacity <= activity.room.capacity
        assert activity.capacity >= run.course.smallest_group
        assert not needs[run.course.slug] or needs[run.course.slug] in activity.room.equipment
    # School staff come by arrangement, when a centre may be shut to families.
    for activity in Activity.objects.exclude(centre=None).exclude(kind=Activity.Kind.TRAINING):
        assert any(
            it.centre_id == activity.centre_id
            and it.weekday == activity.weekday
            and it.opens <= activity.local_start
            and activity.local_end <= it.closes
            for it in hours
        )


def test_no_meeting_is_in_half_term_on_a_bank_holiday_or_on_a_closed_day():
    terms = list(Term.objects.all())
    closures = list(Closure.objects.all())

    place = ("occurs_on", "activity__centre", "activity__school")
    one_of_each = Session.objects.select_related("activity").order_by(*place).distinct(*place)
    for session in one_of_each:
        day = session.occurs_on
        assert any(term.holds(day) for term in terms)
        near = (it for it in closures if it.starts_on <= day <= it.ends_on)
        assert not any(it.covers(day, of=session.activity) for it in near)


def test_the_meetings_are_those_that_planning_would_make():
    for activity in Activity.objects.order_by("pk")[::60]:
        planned = [meeting.occurs_on for meeting in queries.planned_meetings(activity)]
        assert (
            list(
                activity.sessions.filter(makes_up=None)
                .order_by("occurs_on")
                .values_list("occurs_on", flat=True)
            )
            == planned
        )


def test_nobody_knows_yet_of_snow_in_january():
    assert not Closure.objects.filter(notice_given_on__gt=TODAY).exists()
    assert Closure.objects.filter(reason="Christmas Day").exists()


def test_there_are_400_families_with_siblings_two_homes_and_adults_who_learn():
    adults = RoleHeld.objects.values("person")
    by_letter = ClaimCode.objects.filter(claimed_by__isnull=False).values("claimed_by")
    payers = Person.objects.filter(account__isnull=False).exclude(pk__in=adults)
    assert payers.exclude(pk__in=by_letter).count() == 400
    children = Guardianship.objects.filter(contact_order=1).values("adult").annotate(n=Count("pk"))
    assert {row["n"] for row in children} == {1, 2, 3}
    two_homes = Guardianship.objects.exclude(adult__postcode=F("child__postcode"))
    assert two_homes.count() > 20
    assert 5 < two_homes.filter(address_hidden_from_others=True).count() < two_homes.count()
    grown_up = [
        it
        for it in Learner.objects.select_related("person")
        if age_on(it.person.born_on, TODAY) >= 18
    ]
    assert len(grown_up) > 30


def test_names_come_from_many_places_and_keep_their_letters():
    names = " ".join(map(str, Person.objects.all()))

    assert len(re.findall(r"[^\x00-\x7f]", names)) > 20


def test_lesson_slots_say_for_how_many_they_are():
    slots = Tuition.objects.values_list("lesson_format", "activity__capacity").distinct()

    assert set(slots) <= {("individual", 1), ("pair", 2), *(("group", size) for size in (4, 5, 6))}
    assert Activity.objects.filter(title="Violin lesson, one to one").exists()
    assert Tuition.objects.filter(activity__school=None).count() > 100
    assert Tuition.objects.exclude(activity__school=None).count() > 100


def test_every_tile_is_one_we_have():
    sprite = (settings.BASE_DIR / "static" / "tiles.svg").read_text()
    have = set(re.findall(r'id="([\w-]+)"', sprite))
    used = set()
    for model in (Activity, Course, Subject, Person):
        used |= set(model.objects.exclude(tile="").values_list("tile", flat=True))

    assert len(used) > 10
    assert used <= have


def test_every_teacher_says_what_they_teach_and_when_they_can_be_asked():
    teachers = Staff.objects.filter(person__roles__role="teacher")

    assert teachers.filter(teaches=None).count() == 0
    assert teachers.filter(availability=None).count() == 0


def test_next_week_one_meeting_of_the_shown_centre_needs_cover_and_the_shown_teacher_covers_one():
    head = Person.objects.get(email=shown.HEAD.email)
    here = {"session__activity__centre__in": head.roles.values("centre")}
    cover = SessionStaff.objects.get(role=SessionStaff.Role.COVER, **here)
    away = SessionStaff.objects.filter(is_away=True, **here)

    assert cover.person.email == shown.TEACHER.email
    assert cover.replaces in {line.person for line in away}
    assert StaffAbsence.objects.count() == 2
    assert [need.session.pk for need in needs(head.user, at=NOON, days=21).found] == [
        line.session_id for line in away if line.session_id != cover.session_id
    ]
