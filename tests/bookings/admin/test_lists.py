"""Rosters: what a head of centre finds, and that it costs the same however long."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditRow
from tests.bookings.admin.office import LIST, PUPILS, listed, named
from tests.factories.bookings import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories.people import (
    ChildFactory,
    GuardianshipFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


# The list


def test_the_list_counts_places_offers_and_the_line(desk, here):
    group = ActivityFactory(centre=here)
    for status, number in [
        ("active", 2),
        ("offered", 1),
        ("held", 1),
        ("waiting", 3),
        ("ended", 1),
    ]:
        for _ in range(number):
            EnrolmentFactory(activity=group, **{status: True})

    (row,) = listed(desk)

    assert (row.booked, row.deciding, row.waiting) == (2, 2, 3)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"weekday__exact": 6}, ["On Saturday", "Waited for"]),
        ({"weekday__exact": 2}, ["On Tuesday"]),
        ({"status__exact": "closed"}, ["On Tuesday"]),
        ({"waiting": "yes"}, ["Waited for"]),
        ({"waiting": "no"}, ["On Saturday", "On Tuesday"]),
        ({"waiting": "perhaps"}, []),
        ({"centre": "999999"}, []),
        ({"centre": "x"}, []),
    ],
)
def test_filters_narrow(desk, here, filters, found):
    ActivityFactory(centre=here, title="On Saturday")
    ActivityFactory(centre=here, title="On Tuesday", weekday=2, status="closed")
    EnrolmentFactory(activity=ActivityFactory(centre=here, title="Waited for"))

    assert sorted(row.title for row in listed(desk, **filters)) == found


def test_a_term_finds_what_runs_in_it(desk, here):
    autumn = ActivityFactory(centre=here, last_on=dt.date(2026, 12, 12))
    ActivityFactory(centre=here, year=autumn.year, first_on=dt.date(2027, 1, 9))
    term = autumn.year.terms.get(name="Autumn")

    assert listed(desk, term=term.pk) == [autumn]


@pytest.mark.parametrize(
    "sought", ["violin", "zoe", "ZOË angstrom", "priya", "sharma priya", "tomasz"]
)
def test_search_finds_by_title_pupil_parent_and_teacher(desk, here, sought):
    teacher = PersonFactory(**named("Tomasz", "Nowak"))
    group = ActivityFactory(centre=here, title="Violin", teacher=teacher)
    child = ChildFactory(**named("Zoë", "Ångström"))
    GuardianshipFactory(child=child, adult=PersonFactory(**named("Priya", "Sharma")))
    EnrolmentFactory(activity=group, person=child)
    EnrolmentFactory(activity=group, person=ChildFactory(**named("Sam", "Hart")))
    ActivityFactory(centre=here, title="Cello")

    assert listed(desk, q=sought) == [group]


def test_search_forgets_those_who_left(desk, here):
    child = ChildFactory(**named("Zoë", "Ångström"))
    EnrolmentFactory(activity=ActivityFactory(centre=here), person=child, ended=True)

    assert listed(desk, q="zoe") == []


def test_a_head_finds_nothing_of_another_centre(desk, here, elsewhere):
    child = ChildFactory(**named("Zoë", "Ångström"))
    theirs = ActivityFactory(centre=elsewhere, title="Violin")
    EnrolmentFactory(activity=theirs, person=child)
    meeting = SessionFactory(activity=theirs)

    found = [
        listed(desk, q="zoe"),
        listed(desk, q="violin"),
        listed(desk, centre=elsewhere.pk),
        listed(desk, PUPILS, q="zoe"),
        listed(desk, PUPILS, activity=theirs.pk),
        listed(desk, PUPILS, centre=elsewhere.pk),
        listed(desk, "/admin/bookings/session/", q="violin"),
    ]
    typed = [
        desk.get(f"{LIST}{theirs.pk}/register/").status_code,
        desk.get(f"{LIST}{theirs.pk}/pupils.csv").status_code,
        desk.get(f"/admin/bookings/session/{meeting.pk}/change/").status_code,
    ]

    assert found == [[]] * len(found)
    assert typed == [404, 404, 302]


def test_a_heads_own_child_elsewhere_is_not_on_their_rosters(desk, head, elsewhere):
    child = ChildFactory(guardian=head)
    theirs = EnrolmentFactory(activity=ActivityFactory(centre=elsewhere), person=child)

    assert listed(desk, PUPILS) == []
    assert desk.get(f"{PUPILS}{theirs.pk}/change/").status_code == 302


# The page


def test_pupils_come_first_then_offers_then_the_line_in_its_order(desk, here):
    group = ActivityFactory(centre=here)
    at = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)
    for given, fields in [
        ("Late", {"queued_at": at + dt.timedelta(days=2)}),
        ("First", {"queued_at": at + dt.timedelta(days=3), "priority": 5}),
        ("Early", {"queued_at": at}),
        ("Offered", {"offered": True}),
        ("Zed", {"active": True}),
        ("Amy", {"active": True}),
        ("Gone", {"ended": True}),
    ]:
        EnrolmentFactory(activity=group, person=ChildFactory(**named(given, "")), **fields)

    inline = desk.get(f"{LIST}{group.pk}/change/").context["inline_admin_formsets"][0]
    rows = [form.instance for form in inline.formset.initial_forms]

    assert [(row.person.given_name, inline.opts.state(row)) for row in rows] == [
        ("Amy", "Has a place"),
        ("Zed", "Has a place"),
        ("Offered", "Offered a place"),
        ("First", "On the waiting list, number 1"),
        ("Early", "On the waiting list, number 2"),
        ("Late", "On the waiting list, number 3"),
    ]


def test_the_page_costs_the_same_for_2_pupils_and_for_20(desk, here, django_assert_num_queries):
    group = ActivityFactory(centre=here, capacity=30)
    for _ in range(2):
        EnrolmentFactory(activity=group, active=True)
    desk.get(f"{LIST}{group.pk}/change/")
    with CaptureQueriesContext(connection) as of_two:
        desk.get(f"{LIST}{group.pk}/change/")
    for _ in range(18):
        EnrolmentFactory(activity=group, active=True)

    with django_assert_num_queries(len(of_two)):
        desk.get(f"{LIST}{group.pk}/change/")


def save_capacity(desk, activity, capacity, reason="A bigger room"):
    forms = {"enrolments-TOTAL_FORMS": 0, "enrolments-INITIAL_FORMS": 0}
    fields = {
        "capacity": capacity,
        "reason": reason,
        "title": "Forged",
        "status": "cancelled",
        "price": 0,
    }
    return desk.post(f"{LIST}{activity.pk}/change/", {**fields, **forms})


def test_capacity_is_set_by_its_action_and_nothing_else_is(desk, head, here):
    group = ActivityFactory(centre=here, title="Violin", capacity=6)

    save_capacity(desk, group, 8)

    group.refresh_from_db()
    row = AuditRow.objects.filter(table="bookings_activity", op="update").latest("id")
    assert (group.capacity, group.title, group.status) == (8, "Violin", "open")
    assert (row.action, row.actor) == ("bookings.set_capacity", str(head.pk))


def test_why_a_capacity_changed_is_read_in_its_history(desk, head, here):
    group = ActivityFactory(centre=here, capacity=6)

    unsaid = save_capacity(desk, group, 8, reason="")
    save_capacity(desk, group, 8, reason="The hall is free on Saturdays")

    history = desk.get(f"{LIST}{group.pk}/history/")
    why = history.context["changes"][0]
    assert "Write why the capacity changes, for the record" in unsaid.content.decode()
    assert (why.what, why.who, why.action, why.reason) == (
        "Why", str(head), "bookings.set_capacity", "The hall is free on Saturdays",
    )  # fmt: skip
    assert "The hall is free on Saturdays" in history.content.decode()


def test_capacity_below_what_is_taken_is_refused_in_words(desk, here):
    group = ActivityFactory(centre=here, capacity=3)
    for _ in range(2):
        EnrolmentFactory(activity=group, active=True)

    response = save_capacity(desk, group, 1)

    group.refresh_from_db()
    assert response.status_code == 200
    assert "More places are taken than this would allow" in response.content.decode()
    assert 'name="capacity" value="1"' in response.content.decode()
    assert group.capacity == 3


def test_no_page_of_a_heads_leads_to_one_that_is_shut(desk, here):
    group = ActivityFactory(centre=here, teacher=PersonFactory())
    place = EnrolmentFactory(activity=group, active=True)
    meeting = SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))
    place.attendance.create(session=meeting, person=place.person, claimed=meeting.during)

    pages = [
        desk.get(f"{LIST}{group.pk}/change/"),
        desk.get(f"{PUPILS}{place.pk}/change/"),
        desk.get(f"/admin/bookings/session/{meeting.pk}/change/"),
    ]

    links = {link for page in pages for link in re.findall(r'href="(/admin/[^"?]*)', page.text)}
    assert {link for link in links if desk.get(link).status_code >= 400} == set()
