"""The office plans training for school staff in the admin, by hand, and a school books it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.models import Activity, Enrolment, Session, SessionStaff
from lessons.models import CourseRun
from safeguarding.models import Check
from tests.factories.bookings import ClosureFactory
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.lessons import CourseFactory, CourseRunFactory
from tests.factories.people import SchoolFactory, administrator, contact_of, head_of
from tests.factories.safeguarding import cleared_teacher
from tests.lessons.training_stage import BOOKING, DAY, this_year
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
ADD = reverse("admin:lessons_courserun_add")
LIST = reverse("admin:lessons_courserun_changelist")


@pytest.fixture
def now(time_machine):
    time_machine.move_to(BOOKING, tick=False)


@pytest.fixture
def office(now, client):
    this_year()
    sign_in(client, administrator())
    return client


@pytest.fixture
def trainer():
    return cleared_teacher(given_name="Wren", family_name="Abara")


@pytest.fixture
def course():
    return CourseFactory(
        title="Ukulele for teachers", audience="school_staff", gives_certificate=True
    )


@pytest.fixture
def told(course, trainer):
    """What the office types: a twilight of ninety minutes, for twenty, £36.20."""
    centre = CentreFactory()
    return {
        "course": course.pk,
        "title": "",
        "trainer": trainer.pk,
        "centre": centre.pk,
        "room": RoomFactory(centre=centre).pk,
        "first_on": DAY.isoformat(),
        "last_on": "",
        "starts": "16:00",
        "minutes": "90",
        "places": "20",
        "price": "36.20",
        "opens_at_0": "2026-09-01",
        "opens_at_1": "09:00",
        "closes_at_0": "",
        "closes_at_1": "",
        "is_open": "on",
    }


def page_of(run):
    return reverse("admin:lessons_courserun_change", args=[run.pk])


def said(response):
    return response.content.decode()


def planned(office, told, **changed):
    response = office.post(ADD, {**told, **changed})
    assert response.status_code == 302, said(response)
    return CourseRun.objects.get()


def test_a_course_planned_by_hand_is_on_the_training_page_and_is_booked(
    office, told, trainer, client
):
    shown = said(office.get(ADD))
    run = planned(office, told)

    session = Session.objects.get()
    assert "Plan training for school staff" in shown
    assert (run.activity.kind, run.activity.audience) == ("training", "school_staff")
    assert (run.activity.status, run.activity.price) == ("open", Decimal("36.20"))
    assert timezone.localtime(session.during.lower) == dt.datetime.combine(
        DAY, dt.time(16), timezone.get_current_timezone()
    )
    assert [line.person for line in session.staff.all()] == [trainer]

    school = SchoolFactory()
    lead = contact_of(school)
    sign_in(client, lead)
    listed = said(client.get(reverse("lessons:training")))
    who = {"school": str(school.urn), "who": str(lead.person.ref), "price": "36.20"}
    client.post(reverse("lessons:book_training", kwargs={"ref": run.activity.ref}), who)

    assert "Ukulele for teachers" in listed
    place = Enrolment.objects.get()
    assert (place.status, place.person, place.price_agreed) == (
        "active", lead.person, Decimal("36.20"),
    )  # fmt: skip


def test_a_free_course_online_without_a_limit(office, told):
    run = planned(office, told, price="0", centre="", room="", places="")

    assert (run.activity.price_basis, run.activity.capacity) == ("free", None)
    assert run.activity.place is None


def test_several_weeks_are_one_price(office, told):
    last = DAY + dt.timedelta(days=14)

    run = planned(office, told, last_on=last.isoformat())

    assert run.activity.price_basis == "term"
    assert [one.occurs_on for one in Session.objects.order_by("occurs_on")] == [
        DAY, DAY + dt.timedelta(days=7), last,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"course": ""}, "Choose a course"),
        ({"trainer": ""}, "Choose who gives it"),
        ({"first_on": ""}, "Enter the day"),
        ({"starts": "teatime"}, "Enter a time like 16:00"),
        ({"minutes": ""}, "Enter how many minutes it lasts"),
        ({"price": ""}, "Enter the price, or 0 if it is free"),
        ({"opens_at_0": "", "opens_at_1": ""}, "Enter when booking opens"),
        ({"first_on": "2026-09-01"}, "1 September 2026 is over. Choose a day to come."),
        ({"first_on": "2028-02-01"}, "1 February 2028 is in no term that we know"),
        ({"last_on": "2026-11-01"}, "The last day comes before the first."),
        ({"centre": ""}, "choose that centre too."),
        ({"closes_at_0": "2026-08-01", "closes_at_1": "09:00"}, "Booking closes after it opens."),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_a_sentence(office, told, changed, sentence):
    response = office.post(ADD, {**told, **changed})

    assert response.status_code == 200
    assert sentence in said(response)
    assert not Activity.objects.exists()


def test_a_day_on_which_everything_is_closed_is_said(office, told):
    ClosureFactory(centre=None, starts_on=DAY, ends_on=DAY)

    response = office.post(ADD, told)

    assert "Everything is closed on every day of Ukulele for teachers" in said(response)
    assert not Activity.objects.exists()


def test_a_trainer_who_is_not_cleared_is_said(office, told, trainer):
    Check.objects.filter(person=trainer).delete()

    response = office.post(ADD, told)

    assert "cleared" in said(response)
    assert not Activity.objects.exists()


def test_a_draft_is_on_no_page_and_may_change_altogether(office, told):
    run = planned(office, told, is_open="")
    day = DAY + dt.timedelta(days=7)

    response = office.post(
        page_of(run), {**told, "first_on": day.isoformat(), "starts": "13:30", "is_open": "on"}
    )

    assert response.status_code == 302, said(response)
    run.activity.refresh_from_db()
    assert (run.activity.first_on, run.activity.status) == (day, "open")
    assert [one.occurs_on for one in Session.objects.all()] == [day]


def test_an_open_course_keeps_its_dates_and_changes_the_rest(office, told):
    run = planned(office, told)
    other = cleared_teacher(given_name="Ida", family_name="Bell")

    changed = office.post(
        page_of(run), {**told, "places": "25", "price": "40.00", "trainer": other.pk}
    )
    moved = office.post(page_of(run), {**told, "trainer": other.pk, "starts": "15:00"})

    assert changed.status_code == 302, said(changed)
    assert "so its days, times and place stay" in said(moved)
    run.activity.refresh_from_db()
    assert (run.activity.capacity, run.activity.price) == (25, Decimal("40.00"))
    assert run.activity.local_start == dt.time(16)
    assert [line.person for line in SessionStaff.objects.all()] == [other]


def test_the_page_shows_it_as_it_is(office, told):
    shown = said(office.get(page_of(planned(office, told))))

    for value in ('value="2026-11-10"', 'value="16:00"', 'value="36.20"', 'value="20"'):
        assert value in shown


def test_a_head_of_centre_reads_and_plans_none(now, told, client):
    this_year()
    sign_in(client, head_of(CentreFactory()))

    assert client.get(ADD).status_code == 403
    assert client.get(LIST).status_code == 200


def test_a_group_of_families_is_read_here_and_not_changed(office, told):
    run = CourseRunFactory()

    shown = said(office.get(page_of(run)))
    office.post(page_of(run), told)

    assert 'name="trainer"' not in shown
    run.activity.refresh_from_db()
    assert run.activity.kind == Activity.Kind.COURSE
