"""A head of centre finds somebody for a meeting nobody leads, asks them, and takes it back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bookings.models import SessionStaff
from centres.models import Weekday
from people.models import RoleHeld
from tests.factories.bookings import SessionFactory, SessionStaffFactory, spell
from tests.factories.centres import CentreFactory
from tests.factories.lessons import CourseRunFactory, SubjectFactory, TeachesFactory
from tests.factories.people import (
    AvailabilityFactory,
    GuardianFactory,
    RoleHeldFactory,
    StaffAbsenceFactory,
    StaffFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher
from tests.world import BACKEND

pytestmark = pytest.mark.django_db

DAY = timezone.localdate() + dt.timedelta(days=5)
NEEDS = reverse("lessons:cover")


@pytest.fixture
def st_albans():
    return CentreFactory(
        name="St Albans Music Centre", latitude=51.7517, longitude=-0.3407, town="St Albans"
    )


@pytest.fixture
def hatfield():
    return CentreFactory(
        name="Hatfield Music Centre", latitude=51.7635, longitude=-0.2259, town="Hatfield"
    )


@pytest.fixture
def violin():
    return SubjectFactory(slug="violin")


@pytest.fixture
def client(client, st_albans):
    client.force_login(head_of(st_albans, person__given_name="Morag"), BACKEND)
    return client


def group(centre, subject, **fields):
    return CourseRunFactory(
        activity__centre=centre, course__subject=subject, **fields
    ).activity  # fmt: skip


def needing(centre, subject, clock="10:00", title="Beginner Violin", day=DAY):
    """A meeting whose teacher cannot come."""
    activity = group(centre, subject, activity__title=title)
    session = SessionFactory(activity=activity, occurs_on=day, during=spell(day, clock))
    away = cleared_teacher(given_name="Daniel", family_name="Roper")
    SessionStaffFactory(session=session, person=away, is_away=True)
    return session


def teacher(base, *subjects, name=("Nuria", "Vidal"), hours=(dt.time(8), dt.time(20))):
    person = cleared_teacher(given_name=name[0], family_name=name[1])
    person.staff.base_centre = base
    person.staff.save()
    for subject in subjects:
        TeachesFactory(staff=person.staff, subject=subject)
    AvailabilityFactory(
        staff=person.staff,
        weekday=Weekday(DAY.isoweekday()),
        from_time=hours[0],
        until_time=hours[1],
        from_on=DAY - dt.timedelta(days=30),
    )
    return person


def find(session):
    return reverse("lessons:find_cover", kwargs={"ref": session.ref})


def ask(client, session, person, **options):
    return client.post(
        reverse("lessons:ask_cover", kwargs={"ref": session.ref}),
        {"person": person.ref},
        **options,
    )


def who_can(page):
    return [each.name for each in page.context["found"].can]


def who_cannot(page):
    return {each.name: each.judged.obstacles for each in page.context["found"].cannot}


# What needs cover


def test_cover_lists_what_nobody_leads_soonest_first(client, st_albans, violin):
    needing(st_albans, violin, "14:00", title="Later")
    needing(st_albans, violin, "09:00", title="Sooner")
    covered = needing(st_albans, violin, "11:00", title="Covered")
    SessionStaffFactory(session=covered, role="cover", replaces=covered.staff.get().person)
    SessionStaffFactory(
        session=SessionFactory(
            activity=group(st_albans, violin, activity__title="As usual"),
            occurs_on=DAY,
            during=spell(DAY),
        )
    )

    found = client.get(NEEDS).context["needs"].found

    assert [need.session.activity.title for need in found] == ["Sooner", "Later"]
    assert str(found[0].away[0]) == "Daniel Roper"


def test_cover_leaves_out_other_centres_what_is_off_and_what_is_far_ahead(
    client, st_albans, hatfield, violin, settings
):
    settings.COVER_DAYS_AHEAD = 7
    needing(hatfield, violin)
    needing(st_albans, violin, day=DAY + dt.timedelta(days=7))
    SessionFactory(
        activity=group(st_albans, violin), occurs_on=DAY, during=spell(DAY), cancelled=True
    )

    page = client.get(NEEDS)

    assert page.context["needs"].found == ()
    assert "has somebody to lead it" in page.content.decode()


def test_cover_goes_on_where_a_page_ends(client, st_albans, violin, monkeypatch):
    monkeypatch.setattr("lessons.queries.cover.MOST_NEEDS", 2)
    for hour in (9, 10, 11):
        needing(st_albans, violin, f"{hour:02}:00", title=f"At {hour}")

    first = client.get(NEEDS).context["needs"]
    second = client.get(NEEDS, {"after": first.next_after}).context["needs"]

    assert [need.session.activity.title for need in first.found] == ["At 9", "At 10"]
    assert [need.session.activity.title for need in second.found] == ["At 11"]
    assert second.next_after is None


# Who could


def test_find_cover_ranks_those_who_teach_it_then_the_nearest_and_says_why(
    client, st_albans, hatfield, violin
):
    guitar = SubjectFactory(slug="guitar")
    session = needing(st_albans, violin)
    teacher(hatfield, violin, SubjectFactory(slug="viola"))
    teacher(st_albans, violin, name=("Ola", "Berg"))
    teacher(st_albans, guitar, name=("Ann", "Reed"))
    teacher(hatfield, SubjectFactory(slug="decks", name="DJing"), name=("Jo", "Hale"))
    busy_before = SessionFactory(
        activity=group(hatfield, violin), occurs_on=DAY, during=spell(DAY, "08:15")
    )
    SessionStaffFactory(
        session=busy_before, person=RoleHeld.objects.get(person__family_name="Vidal").person
    )

    page = client.get(find(session))

    assert who_can(page) == ["Ola Berg", "Nuria Vidal", "Ann Reed", "Jo Hale"]
    assert page.context["found"].can[1].judged.reasons == (
        "free from 9.15am",
        "teaches violin and viola",
        "5 miles away",
        "at Hatfield Music Centre until 9am",
    )
    assert "Teaches guitar, not this" in page.content.decode()
    assert "Teaches DJing, not this" in page.content.decode()


def test_find_cover_says_why_each_of_the_others_cannot(client, st_albans, hatfield, violin):
    session = needing(st_albans, violin)
    away = teacher(st_albans, violin, name=("Ann", "Away"))
    StaffAbsenceFactory(staff=away.staff, during=spell(DAY, "09:00", 300))
    busy = teacher(st_albans, violin, name=("Bea", "Busy"))
    SessionStaffFactory(
        session=SessionFactory(
            activity=group(hatfield, violin, activity__title="Choir"),
            occurs_on=DAY,
            during=spell(DAY, "10:15"),
        ),
        person=busy,
    )
    uncleared = StaffFactory(person__given_name="Una", person__family_name="Cleared").person
    RoleHeldFactory(person=uncleared, role=RoleHeld.Role.TEACHER)
    teacher(st_albans, violin, name=("Eve", "Ning"), hours=(dt.time(17), dt.time(20)))

    page = client.get(find(session))
    cannot = who_cannot(page)

    assert who_can(page) == []
    assert cannot["Ann Away"] == ("has told us they cannot come then",)
    assert cannot["Bea Busy"] == ("teaches Choir at Hatfield Music Centre, 10.15am to 11am",)
    assert cannot["Una Cleared"] == ("not cleared to teach on that day",)
    assert cannot["Eve Ning"] == (f"can be asked on {DAY:%A}s from 5pm to 8pm",)
    assert "has told us they cannot come then" in page.content.decode()


def test_find_cover_honours_the_way_there_and_on(client, st_albans, hatfield, violin, settings):
    settings.STAFF_MINUTES_PER_MILE = 10
    session = needing(st_albans, violin)
    person = teacher(hatfield, violin)
    SessionStaffFactory(
        session=SessionFactory(
            activity=group(hatfield, violin), occurs_on=DAY, during=spell(DAY, "09:00")
        ),
        person=person,
    )

    assert who_cannot(client.get(find(session)))["Nuria Vidal"] == (
        "at Hatfield Music Centre until 9.45am, 50 minutes away",
    )
    settings.STAFF_MINUTES_PER_MILE = 2
    assert who_can(client.get(find(session))) == ["Nuria Vidal"]


def test_find_cover_finds_anybody_by_name(client, st_albans, violin):
    session = needing(st_albans, violin)
    teacher(st_albans, violin)
    teacher(st_albans, violin, name=("Ola", "Berg"))

    page = client.get(find(session), {"name": "ber ola"})

    assert who_can(page) == ["Ola Berg"]
    assert who_cannot(page) == {}


def test_find_cover_leaves_out_who_has_left_and_who_does_not_teach(client, st_albans, violin):
    session = needing(st_albans, violin)
    gone = teacher(st_albans, violin)
    gone.staff.ends_on = DAY - dt.timedelta(days=1)
    gone.staff.save()
    administrator()

    page = client.get(find(session))

    assert who_can(page) == []
    assert set(who_cannot(page)) == {"Daniel Roper"}  # whom somebody would stand in for


def test_find_cover_is_the_same_statements_for_one_teacher_and_for_many(client, st_albans, violin):
    session = needing(st_albans, violin)
    teacher(st_albans, violin)
    with CaptureQueriesContext(connection) as few:
        client.get(find(session))
    for number in range(30):
        teacher(st_albans, violin, name=("Nuria", f"Vidal{number}"))

    with CaptureQueriesContext(connection) as many:
        page = client.get(find(session))

    assert page.context["found"].number_who_can == 31
    assert len(page.context["found"].can) == 10
    assert len(many) == len(few)


# Asking


def test_ask_cover_arranges_it_and_it_needs_cover_no_more(client, st_albans, violin):
    session, nuria = needing(st_albans, violin), teacher(st_albans, violin)

    page = ask(client, session, nuria, follow=True)

    line = session.staff.here().get()
    assert (line.person, line.role, str(line.replaces)) == (nuria, "cover", "Daniel Roper")
    assert page.context["needs"].found == ()
    assert "Nuria Vidal covers Beginner Violin on" in page.content.decode()


def test_ask_cover_of_a_meeting_without_any_teacher_gives_it_a_lead(client, st_albans, violin):
    session = SessionFactory(activity=group(st_albans, violin), occurs_on=DAY, during=spell(DAY))
    nuria = teacher(st_albans, violin)

    ask(client, session, nuria)

    assert session.staff.get().role == SessionStaff.Role.LEAD


def test_ask_cover_says_why_not_and_offers_the_others(client, st_albans, hatfield, violin):
    session, nuria = needing(st_albans, violin), teacher(st_albans, violin)
    teacher(st_albans, violin, name=("Ola", "Berg"))
    SessionStaffFactory(
        session=SessionFactory(
            activity=group(hatfield, violin, activity__title="Choir"),
            occurs_on=DAY,
            during=spell(DAY, "10:00"),
        ),
        person=nuria,
    )

    page = ask(client, session, nuria)

    assert page.status_code == 422
    said = page.content.decode()
    assert "There is a problem" in said
    assert "Nuria Vidal teaches Choir at Hatfield Music Centre, 10am to 10.45am." in said
    assert who_can(page) == ["Ola Berg"]


@pytest.mark.parametrize("person", ["", "nonsense", "00000000-0000-0000-0000-000000000007"])
def test_ask_cover_of_nobody_we_know_is_a_refusal(client, st_albans, violin, person):
    session = needing(st_albans, violin)

    page = client.post(
        reverse("lessons:ask_cover", kwargs={"ref": session.ref}), {"person": person}
    )

    assert page.status_code == 422
    assert not session.staff.here().exists()


def test_release_cover_makes_it_need_cover_again(client, st_albans, violin):
    session, nuria = needing(st_albans, violin), teacher(st_albans, violin)
    ask(client, session, nuria)

    page = client.post(
        reverse("lessons:release_cover", kwargs={"ref": session.ref}),
        {"person": nuria.ref},
        follow=True,
    )

    assert "Nuria Vidal need not come, and is told." in page.content.decode()
    assert who_can(page) == ["Nuria Vidal"]
    assert not session.staff.here().exists()


# Who may


@pytest.fixture
def session(st_albans, violin):
    return needing(st_albans, violin)


def statuses(client, session):
    nobody = {"person": "00000000-0000-0000-0000-000000000007"}
    return [
        client.get(NEEDS).status_code,
        client.get(find(session)).status_code,
        client.post(reverse("lessons:ask_cover", kwargs={"ref": session.ref}), nobody).status_code,
        client.post(
            reverse("lessons:release_cover", kwargs={"ref": session.ref}), nobody
        ).status_code,
    ]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        pytest.param(administrator, [200, 200, 422, 422], id="county"),
        pytest.param(head_of, [200, 404, 404, 404], id="another centre's head"),
        pytest.param(GuardianFactory, [404, 404, 404, 404], id="family"),
        pytest.param(
            lambda: UserFactory(person=cleared_teacher()), [404, 404, 404, 404], id="teacher"
        ),
    ],
)
def test_cover_is_for_that_centres_head_and_the_county(client, session, who, expected):
    client.force_login(who(), BACKEND)

    assert statuses(client, session) == expected
