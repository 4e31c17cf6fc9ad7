"""The staff home and its sheets: who is let in, what is said, that chart, table and sheet agree."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from bookings.models import Session, SessionStaff
from core.models import Email, Heartbeat
from people.models import RoleHeld
from tests.factories.bookings import (
    AbsenceNoticeFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory, TermFactory
from tests.factories.core import EmailFactory
from tests.factories.people import RoleHeldFactory, UserFactory, administrator, head_of
from tests.factories.safeguarding import cleared_teacher
from tests.reports.reading import HOME, enter, main, text
from tests.reports.scene import (
    DAY,
    SATURDAY,
    TEN,
    call_off,
    group,
    marked,
    meeting,
    one_of_every_trouble,
    two_centres,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_saturday")]


# Who


@pytest.mark.parametrize("role", [None, RoleHeld.Role.TEACHER])
def test_a_family_or_a_teacher_finds_no_such_page(client, role):
    user = UserFactory()
    if role:
        RoleHeldFactory(person=user.person, role=role)
    enter(client, user)

    assert client.get(reverse(HOME)).status_code == 404
    assert client.get(reverse("reports:staff_sheet", args=["waiting"])).status_code == 404


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_an_end_of_time_is_asked_again(client, day):
    enter(client, head_of(CentreFactory()))

    page = client.get(reverse(HOME), {"day": day})
    sheet = client.get(reverse("reports:staff_sheet", args=["waiting"]), {"day": day})

    assert (page.status_code, sheet.status_code) == (422, 200)
    assert "Choose a real day" in text(page)


def test_a_head_sees_their_own_centre_and_no_word_of_another(client):
    alder, birch = two_centres()
    one_of_every_trouble(alder, "Kazoo")
    one_of_every_trouble(birch, "Canary")
    enter(client, head_of(alder))

    page = client.get(reverse(HOME))

    assert "Kazoo not taken" in text(page)
    assert "Canary" not in text(page)
    assert birch.name not in text(page)
    for table in ("day", "waiting", "attendance"):
        found = client.get(reverse("reports:staff_sheet", args=[table]))
        assert "Canary" not in found.content.decode()


@pytest.mark.parametrize("name", ["reports:staff_home", "reports:staff_sheet"])
def test_another_centre_does_not_exist_for_a_head(client, name):
    alder, birch = two_centres()
    enter(client, head_of(alder))
    address = reverse(name, args=["day"] if name.endswith("sheet") else [])

    assert client.get(address, {"centre": birch.code}).status_code == 404
    assert client.get(address, {"centre": ""}).status_code == 404  # not the county either
    assert client.get(address, {"centre": alder.code}).status_code == 200


def test_an_administrator_sees_the_county_and_chooses_a_centre_in_the_address(client):
    alder, birch = two_centres()
    one_of_every_trouble(alder, "Kazoo")
    one_of_every_trouble(birch, "Ocarina")
    enter(client, administrator())

    county = text(client.get(reverse(HOME)))
    chosen = text(client.get(reverse(HOME), {"centre": birch.code}))

    assert "Kazoo not taken" in county
    assert "Ocarina not taken" in county
    assert "Kazoo" not in chosen
    assert "Ocarina not taken" in chosen


# What needs a person


def test_every_trouble_is_counted_named_and_leads_to_where_it_is_settled(client):
    centre = CentreFactory()
    one_of_every_trouble(centre)
    enter(client, head_of(centre))

    page = client.get(reverse(HOME))

    cards = [(alarm.number, alarm.words) for alarm in page.context["alarms"]]
    assert cards == [
        (1, "register not taken"),
        (1, "meeting without a teacher"),
        (1, "offer runs out soon"),
        (1, "group has room while others wait"),
        (1, "pair of marks differs"),
        (1, "lesson to make up"),
    ]
    by_title = {session.activity.title: session for session in Session.objects.all()}
    links = re.findall(r'href="([^"]+)"', main(page))
    for name, title in [
        ("bookings:register", "Kazoo not taken"),
        ("lessons:find_cover", "Kazoo uncovered"),
        ("bookings:register", "Kazoo differing"),
        ("bookings:plan_makeup", "Kazoo owed"),
        ("bookings:move_session", "Kazoo owed"),
    ]:
        assert reverse(name, args=[by_title[title].ref]) in links
    for name in ("bookings:close_place", "lessons:cover", "admin:bookings_activity_changelist"):
        assert reverse(name) in links


def test_whoever_did_not_take_a_register_can_be_rung(client):
    centre = CentreFactory()
    teacher = cleared_teacher()
    teacher.phone = "01632 960 123"
    teacher.save()
    meeting(group(centre), taught_by=teacher)
    enter(client, head_of(centre))

    assert 'href="tel:01632960123"' in main(client.get(reverse(HOME)))


def test_what_is_well_is_said_in_one_sentence(client):
    enter(client, head_of())

    page = client.get(reverse(HOME))

    assert page.context["alarms"] == []
    assert "Every register is taken, everything in the next seven days has a teacher" in text(page)


def test_jobs_and_letters_are_for_whoever_runs_the_county(client):
    centre = CentreFactory()
    Heartbeat.objects.create(
        job="bookings.sweep_places",
        last_ok_at=TEN - DAY,
        expected_every=dt.timedelta(minutes=1),
    )
    EmailFactory(status=Email.Status.QUEUED, not_before=TEN - dt.timedelta(hours=1))

    county = text(enter(client, administrator()).get(reverse(HOME)))
    here = text(enter(client, head_of(centre)).get(reverse(HOME)))

    assert "1 job of the clock is late Sweep places" in county
    assert "The oldest letter has waited for 60 minutes" in county
    assert "clock" not in here
    assert "letter" not in here


def test_fifty_are_named_and_the_others_counted(client):
    centre = CentreFactory()
    for _ in range(52):
        meeting(group(centre))
    enter(client, head_of(centre))

    page = client.get(reverse(HOME))

    [card] = page.context["alarms"]
    assert (card.number, len(card.lines), card.uncounted) == (52, 50, 2)
    assert "And 2 besides" in text(page)


def test_changes_of_today_say_what_was_and_what_is(client):
    centre = CentreFactory()
    off = meeting(group(centre, title="Oboe pairs"), lines=0, day=SATURDAY + DAY)
    call_off(off, at=TEN - dt.timedelta(hours=1))
    moved = meeting(group(centre, title="Tin whistles"), lines=0, day=SATURDAY + 7 * DAY)
    moved.during, moved.changed_at = spell(SATURDAY + 7 * DAY, "11:00"), TEN
    moved.save()
    old = meeting(group(centre, title="Long ago"), lines=0, day=SATURDAY + DAY)
    call_off(old, at=TEN - 2 * DAY)
    enter(client, head_of(centre))

    words = [line.words for line in client.get(reverse(HOME)).context["changes"]]

    assert words == [
        f"Moved: Tin whistles, 11am Saturday 5 December, {moved.room}. It was 9.30am.",
        f"Called off: Oboe pairs, 9.30am tomorrow, {off.room}. Teacher ill.",
    ]


# The day


def test_the_day_is_a_grid_of_rooms_and_hours(client):
    centre = CentreFactory()
    choir = group(centre, title="Choir")
    first = meeting(choir, lines=3)
    AbsenceNoticeFactory(person=first.register.first().person, starts_on=SATURDAY)
    meeting(group(centre, title="Band"), lines=1, start="11:15")
    enter(client, head_of(centre))

    page = client.get(reverse(HOME))

    [part] = page.context["parts"]
    assert part.hours == ["9am", "10am", "11am"]
    cells = dict(part.rooms)[str(choir.room)]
    assert [[one.title for one in cell.begins] for cell in cells] == [["Choir"], [], []]
    assert [[one.title for one in cell.goes_on] for cell in cells] == [[], ["Choir"], []]
    assert "9.30am to 10.15am" in text(page)
    assert "2 come, 1 told us away" in text(page)


def test_a_meeting_says_what_is_different_about_it(client):
    centre = CentreFactory()
    covered = meeting(group(centre, title="Choir"), lines=0)
    away = covered.staff.get().person
    SessionStaff.objects.filter(session=covered).update(is_away=True)
    stand_in = cleared_teacher()
    SessionStaffFactory(session=covered, person=stand_in, role="cover", replaces=away)
    marked(meeting(group(centre, title="Band"), lines=2))
    call_off(meeting(group(centre, title="Harps"), lines=0), at=TEN - DAY)
    enter(client, head_of(centre))

    page = client.get(reverse(HOME))

    [part] = page.context["parts"]
    tags = {
        entry.title: [tag.words for tag in entry.tags]
        for _, cells in part.rooms
        for cell in cells
        for entry in cell.begins
    }
    assert tags == {
        "Choir": [f"Cover: {stand_in}"],
        "Band": ["2 of 2 here"],
        "Harps": ["Called off: Teacher ill"],
    }


def test_a_long_day_is_cut_into_parts_of_six_hours_at_most(client):
    centre = CentreFactory()
    for start in ("09:00", "13:00", "17:30"):
        meeting(group(centre), lines=0, start=start)
    enter(client, head_of(centre))

    parts = client.get(reverse(HOME)).context["parts"]

    assert [(part.name, len(part.hours)) for part in parts] == [
        ("From 9am to 2pm", 5),
        ("From 2pm to 7pm", 5),
    ]


def test_another_day_is_chosen_in_the_address_and_a_day_that_is_none_is_refused(client):
    centre = CentreFactory()
    meeting(group(centre, title="Choir"), lines=0, day=SATURDAY + 7 * DAY)
    enter(client, head_of(centre))

    shown = client.get(reverse(HOME), {"day": "2026-12-05"})
    refused = client.get(reverse(HOME), {"day": "2026-13-05"})

    assert "Choir" in text(shown)
    assert shown.context["days"].shown == SATURDAY + 7 * DAY
    assert refused.status_code == 422
    assert "<title>Error: " in refused.content.decode()
    assert "Choose a real day, like 28/11/2026" in text(refused)
    assert 'value="2026-13-05"' in refused.content.decode()


@pytest.mark.parametrize("number", [1, 10])
def test_the_page_asks_as_much_for_many_as_for_one(client, django_assert_max_num_queries, number):
    TermFactory()
    centre = CentreFactory()
    for _ in range(number):
        one_of_every_trouble(centre)
    enter(client, head_of(centre))
    client.get(reverse(HOME))

    with django_assert_max_num_queries(25) as captured:
        client.get(reverse(HOME))
    assert len(captured) == 25
