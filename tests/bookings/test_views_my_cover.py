"""A teacher tells us they cannot come, sees what that touches, and takes it back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bookings.models import SessionStaff
from people.models import StaffAbsence
from tests.factories.bookings import SessionFactory, SessionStaffFactory, spell
from tests.factories.people import GuardianFactory, StaffAbsenceFactory, UserFactory
from tests.factories.safeguarding import cleared_teacher
from tests.world import BACKEND

pytestmark = pytest.mark.django_db

DAY = timezone.localdate() + dt.timedelta(days=7)
REPORT, COVER = reverse("bookings:report_my_absence"), reverse("bookings:my_cover")


@pytest.fixture
def daniel():
    return cleared_teacher(given_name="Daniel", family_name="Roper")


@pytest.fixture
def signed_in(client, daniel):
    client.force_login(UserFactory(person=daniel), BACKEND)
    return client


def taught_by(person, clock="09:30", **fields):
    session = SessionFactory(occurs_on=DAY, during=spell(DAY, clock), **fields)
    return SessionStaffFactory(session=session, person=person)


def answers(day=DAY, **others):
    boxes = {"first_day_0": day.day, "first_day_1": day.month, "first_day_2": day.year}
    return {**boxes, "kind": "unwell", **others}


def look(client, said):
    """Press the button that only looks, and return what the page asks back."""
    page = client.post(REPORT, said)
    return page, {**said, "seen": page.context["looked_at"].get("spell", "")}


def test_the_page_shows_what_it_touches_before_anything_is_told(signed_in, daniel):
    taught_by(daniel, activity__title="Choir")
    taught_by(daniel, "14:00", activity__title="Samba")

    page, said = look(signed_in, answers(until_time="12:00"))

    assert page.status_code == 200
    assert "Choir" in page.content.decode()
    assert "Samba" not in page.content.decode()
    assert not StaffAbsence.objects.exists()

    told = signed_in.post(REPORT, said, follow=True)

    assert StaffAbsence.objects.get().staff == daniel.staff
    assert SessionStaff.objects.filter(is_away=True).count() == 1
    assert "Nobody covers it yet" in told.content.decode()


def test_another_day_than_was_looked_at_is_looked_at_first(signed_in, daniel):
    _, said = look(signed_in, answers())

    page = signed_in.post(REPORT, said | {"first_day_0": (DAY + dt.timedelta(days=1)).day} | {
        "first_day_1": (DAY + dt.timedelta(days=1)).month,
        "first_day_2": (DAY + dt.timedelta(days=1)).year,
    })  # fmt: skip

    assert page.context["looked_at"]["spell"] != said["seen"]
    assert not StaffAbsence.objects.exists()


def test_pressing_twice_tells_once(signed_in, daniel):
    _, said = look(signed_in, answers())

    for _ in range(2):
        assert signed_in.post(REPORT, said).status_code == 302

    assert StaffAbsence.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"first_day_0": "31", "first_day_1": "2"}, "The day must be a real date"),
        ({"kind": ""}, "Choose why"),
        ({"from_time": "nine"}, "Enter a time like 13:30"),
        ({"from_time": "12:00", "until_time": "09:00"}, "The end comes after the start."),
        ({"first_day_2": "2020"}, "That time has passed."),
    ],
    ids=["no such day", "no reason", "no time", "the wrong way round", "time gone by"],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(signed_in, wrong, words):
    page = signed_in.post(REPORT, answers(**wrong))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "There is a problem" in page.content.decode()


def test_an_overlapping_absence_is_refused_in_words(signed_in, daniel):
    StaffAbsenceFactory(staff=daniel.staff, during=spell(DAY, "09:00", 600))
    _, said = look(signed_in, answers())

    page = signed_in.post(REPORT, said)

    assert page.status_code == 422
    assert "You have told us about some of this time already." in page.content.decode()


def test_my_cover_shows_what_i_cover_with_what_was_left_and_who_covers_me(signed_in, daniel):
    nuria = cleared_teacher(given_name="Nuria", family_name="Vidal")
    hers = taught_by(nuria, activity__title="Samba")
    hers.is_away = True
    hers.save()
    SessionFactory(
        activity=hers.session.activity, occurs_on=DAY - dt.timedelta(days=7), note="Bar 9."
    )
    SessionStaffFactory(session=hers.session, person=daniel, role="cover", replaces=nuria)
    mine = taught_by(daniel, "14:00", activity__title="Choir")
    mine.is_away = True
    mine.save()
    SessionStaffFactory(session=mine.session, person=nuria, role="cover", replaces=daniel)

    said = signed_in.get(COVER).content.decode()

    for words in ("You cover for Nuria Vidal", "Samba", "Bar 9.", "Choir"):
        assert words in said
    assert "<strong>Nuria Vidal</strong> covers for you" in said


def covered_both_ways(daniel, hour):
    """An hour in which Daniel covers, and the next in which somebody covers for him."""
    nuria = cleared_teacher()
    for away, cover, starts in ((nuria, daniel, hour), (daniel, nuria, hour + 1)):
        line = taught_by(away, f"{starts}:00")
        line.is_away = True
        line.save()
        SessionStaffFactory(session=line.session, person=cover, role="cover", replaces=away)


def test_my_cover_is_the_same_statements_however_much_there_is(
    signed_in, daniel, django_assert_num_queries
):
    covered_both_ways(daniel, 10)
    with CaptureQueriesContext(connection) as few:
        signed_in.get(COVER)
    for hour in (12, 14, 16, 18):
        covered_both_ways(daniel, hour)

    with django_assert_num_queries(len(few)):
        page = signed_in.get(COVER)

    assert page.content.decode().count("<article") == 10


def test_i_can_come_after_all(signed_in, daniel):
    taught_by(daniel)
    _, said = look(signed_in, answers())
    signed_in.post(REPORT, said)
    absence = StaffAbsence.objects.get()

    page = signed_in.post(
        reverse("bookings:withdraw_my_absence", kwargs={"ref": absence.ref}), follow=True
    )

    assert "You are expected again." in page.content.decode()
    assert not SessionStaff.objects.filter(is_away=True).exists()


def test_nobody_takes_anothers_absence_back(signed_in):
    other = StaffAbsenceFactory(during=spell(DAY))

    page = signed_in.post(reverse("bookings:withdraw_my_absence", kwargs={"ref": other.ref}))

    assert page.status_code == 404
    other.refresh_from_db()
    assert other.withdrawn_at is None


@pytest.mark.parametrize("address", [REPORT, COVER])
def test_a_family_finds_nothing_there(client, address):
    client.force_login(GuardianFactory(), BACKEND)

    assert client.get(address).status_code == 404
