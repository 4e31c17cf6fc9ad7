"""Staff assign teachers and tell of absences in the admin; a head sees their own people alone."""

import datetime as dt

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from bookings.models import SessionStaff
from people.models import Availability, StaffAbsence
from tests.factories.bookings import ActivityFactory, SessionFactory, SessionStaffFactory, spell
from tests.factories.centres import CentreFactory
from tests.factories.lessons import SubjectFactory, TeachesFactory
from tests.factories.people import (
    AvailabilityFactory,
    StaffAbsenceFactory,
    StaffFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher
from tests.factories.staff import client_of

pytestmark = pytest.mark.django_db

DAY = timezone.localdate() + dt.timedelta(days=5)


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def browser(centre):
    return client_of(head_of(centre))


@pytest.fixture
def nuria(centre):
    person = cleared_teacher(given_name="Nuria", family_name="Vidal")
    person.staff.base_centre = centre
    person.staff.save()
    return person


def meeting(centre, clock="09:30", title="Choir"):
    return SessionFactory(
        activity__centre=centre, activity__title=title, occurs_on=DAY, during=spell(DAY, clock)
    )


def act(browser, rows, action, **said):
    model = rows[0]._meta
    return browser.post(
        reverse(f"admin:{model.app_label}_{model.model_name}_changelist"),
        {ACTION_CHECKBOX_NAME: [row.pk for row in rows], "action": action, **said},
        follow=True,
    )


def messages_on(page):
    return [str(each) for each in page.context["messages"]]


def test_assign_teacher_asks_whom_first(browser, centre, nuria):
    page = act(browser, [meeting(centre)], "assign_teacher")

    assert "Nuria Vidal" in page.content.decode()
    assert not SessionStaff.objects.exists()


def test_assign_teacher_says_how_many_and_why_the_rest_not(browser, centre, nuria):
    free, clash = meeting(centre, "09:30", "Choir"), meeting(centre, "10:00", "Samba")

    page = act(
        browser, [free, clash], "assign_teacher", answered="1", teacher=nuria.pk, role="lead"
    )

    done, refused = sorted(messages_on(page))
    assert done.startswith("Assigned Nuria Vidal: ")
    assert "Nuria Vidal teaches " in refused
    assert SessionStaff.objects.filter(person=nuria).count() == 1


def test_assign_teacher_covers_for_whoever_is_away(browser, centre, nuria):
    session = meeting(centre)
    away = SessionStaffFactory(session=session, is_away=True).person

    act(browser, [session], "assign_teacher", answered="1", teacher=nuria.pk, role="cover")

    assert session.staff.here().get().replaces == away


def test_a_meetings_page_shows_who_teaches_it_and_who_cannot_come(browser, centre):
    session = meeting(centre)
    SessionStaffFactory(session=session, person=cleared_teacher(given_name="Daniel"), is_away=True)

    page = browser.get(reverse("admin:bookings_session_change", args=[session.pk]))

    assert "who teaches it" in page.content.decode().casefold()
    assert "Daniel" in page.content.decode()


def test_change_teacher_gives_what_it_can_and_says_what_stays(browser, centre, nuria):
    activity = ActivityFactory(centre=centre)
    for week in range(2):
        day = DAY + dt.timedelta(weeks=week)
        SessionFactory(activity=activity, occurs_on=day, during=spell(day))
    SessionStaffFactory(session=meeting(centre, title="Elsewhere"), person=nuria)

    page = act(browser, [activity], "change_teacher", answered="1", teacher=nuria.pk, from_on=DAY)

    said = " ".join(messages_on(page))
    assert "Nuria Vidal teaches from then on" in said
    assert "Nuria Vidal teaches Elsewhere" in said
    assert SessionStaff.objects.filter(session__activity=activity).count() == 1


# Absences told by telephone


def told(staff, **others):
    return {
        "staff": staff.pk,
        "starts_at_0": DAY.isoformat(),
        "starts_at_1": "09:00",
        "ends_at_0": DAY.isoformat(),
        "ends_at_1": "12:00",
        "kind": "unwell",
        **others,
    }


ADD = reverse("admin:people_staffabsence_add")


def test_an_absence_is_told_on_somebodys_behalf_and_marks_their_meetings(browser, centre, nuria):
    line = SessionStaffFactory(session=meeting(centre), person=nuria)

    page = browser.post(ADD, told(nuria.staff))

    assert page.status_code == 302, page.context["errors"]
    assert StaffAbsence.objects.get().staff == nuria.staff
    line.refresh_from_db()
    assert line.is_away


def test_an_absence_the_wrong_way_round_is_refused_on_the_page(browser, nuria):
    page = browser.post(ADD, told(nuria.staff, ends_at_1="08:00"))

    assert "The end comes after the start." in page.content.decode()
    assert not StaffAbsence.objects.exists()


def test_an_absence_of_another_centres_teacher_cannot_be_told(browser):
    page = browser.post(ADD, told(StaffFactory(base_centre=CentreFactory())))

    assert page.status_code == 200
    assert not StaffAbsence.objects.exists()


def test_absences_are_taken_back_in_bulk(browser, centre, nuria):
    absence = StaffAbsenceFactory(staff=nuria.staff, during=spell(DAY, "09:00", 180))
    over = StaffAbsenceFactory(
        staff=nuria.staff, during=spell(timezone.localdate() - dt.timedelta(days=9))
    )

    said = " ".join(messages_on(act(browser, [absence, over], "withdraw_absences")))

    absence.refresh_from_db()
    assert absence.withdrawn_at
    assert "Expected again" in said
    assert "There is nothing left to take back" in said


def test_the_list_of_absences_never_says_why(browser, nuria):
    StaffAbsenceFactory(staff=nuria.staff, kind="unwell")

    said = browser.get(reverse("admin:people_staffabsence_changelist")).content.decode()

    assert "Nuria Vidal" in said
    assert "Not well" not in said


# Whose rows a head sees and keeps


def rows_of(base):
    staff = StaffFactory(base_centre=base)
    return [
        staff,
        AvailabilityFactory(staff=staff),
        StaffAbsenceFactory(staff=staff),
        TeachesFactory(staff=staff, subject=SubjectFactory()),
    ]


def page_of(browser, row):
    model = row._meta
    return browser.get(reverse(f"admin:{model.app_label}_{model.model_name}_change", args=[row.pk]))


def listed(browser, row):
    model = row._meta
    page = browser.get(reverse(f"admin:{model.app_label}_{model.model_name}_changelist"))
    return set(page.context["cl"].queryset)


def test_a_head_sees_the_staff_of_their_own_centre_alone(browser, centre):
    for own, others in zip(rows_of(centre), rows_of(CentreFactory()), strict=True):
        assert page_of(browser, own).status_code == 200
        assert page_of(browser, others).status_code == 302
        assert own in listed(browser, own)
        assert others not in listed(browser, own)


def test_the_county_sees_all(centre):
    browser = client_of(administrator())

    for own, others in zip(rows_of(centre), rows_of(CentreFactory()), strict=True):
        assert {own, others} <= listed(browser, own)


def test_a_head_writes_down_when_a_teacher_of_theirs_can_be_asked(browser, nuria):
    hours = {"weekday": 6, "from_time": "09:00", "until_time": "13:00", "from_on": "2026-09-01"}
    address = reverse("admin:people_availability_add")

    own = browser.post(address, {"staff": nuria.staff.pk, **hours})
    other = browser.post(address, {"staff": StaffFactory().pk, **hours})

    assert own.status_code == 302
    assert other.status_code == 200
    assert Availability.objects.get().staff == nuria.staff


def test_a_head_reads_of_their_staff_and_changes_nothing_about_them(browser, nuria):
    page = browser.post(
        reverse("admin:people_staff_change", args=[nuria.staff.pk]), {"about": "Changed"}
    )

    assert page.status_code == 403
