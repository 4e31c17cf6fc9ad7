"""Rosters: what a head of centre finds in them, and what each action does and refuses."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Charge
from bookings.models import Activity, Closure, Enrolment, Session
from core.models import AuditRow, Email
from people.models import sort_name_of
from tests.factories.bookings import (
    ActivityFactory,
    CancellationCauseFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.factories.centres import CentreFactory
from tests.factories.people import (
    ChildFactory,
    GuardianshipFactory,
    LearnerCareFactory,
    LearnerFactory,
    PersonFactory,
    administrator,
    head_of,
)
from tests.factories.staff import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

LIST = "/admin/bookings/activity/"
PUPILS = "/admin/bookings/enrolment/"
S = Enrolment.Status


@pytest.fixture
def november(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def here():
    return CentreFactory(name="Here")


@pytest.fixture
def elsewhere():
    return CentreFactory(name="Elsewhere")


@pytest.fixture
def head(here):
    return head_of(here)


@pytest.fixture
def desk(head):
    return client_of(head)


def named(given, family):
    return {"given_name": given, "family_name": family, "sort_name": sort_name_of(given, family)}


def listed(desk, address=LIST, **asked):
    return list(desk.get(address, asked).context["cl"].result_list)


def act(desk, action, rows, address=LIST, **said):
    """Run an action as the list's form does; with answers, as the page between does."""
    answered = {"answered": "yes", **said} if said else {}
    keys = [row.pk for row in rows]
    return desk.post(address, {"action": action, "_selected_action": keys, "index": 0, **answered})


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


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


def test_the_list_costs_the_same_at_10_rows_and_at_500(desk, here, django_assert_num_queries):
    rows = ActivityFactory.build_batch(
        10, centre=here, year=ActivityFactory().year, rate=None, teacher=PersonFactory()
    )
    Activity.objects.bulk_create(rows)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as at_ten:
        desk.get(LIST)
    for number in range(490):
        rows[0].pk, rows[0].ref = None, f"00000000-0000-4000-8000-{number:012}"
        rows[0].title = f"Group {number}"
        Activity.objects.bulk_create([rows[0]])

    with django_assert_num_queries(len(at_ten)):
        response = desk.get(LIST)

    assert response.context["cl"].result_count == 500
    assert len(at_ten) <= 14


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


def save_capacity(desk, activity, capacity):
    forms = {"enrolments-TOTAL_FORMS": 0, "enrolments-INITIAL_FORMS": 0}
    fields = {"capacity": capacity, "title": "Forged", "status": "cancelled", "price": 0}
    return desk.post(f"{LIST}{activity.pk}/change/", {**fields, **forms})


def test_capacity_is_set_by_its_action_and_nothing_else_is(desk, head, here):
    group = ActivityFactory(centre=here, title="Violin", capacity=6)

    save_capacity(desk, group, 8)

    group.refresh_from_db()
    row = AuditRow.objects.filter(table="bookings_activity").latest("id")
    assert (group.capacity, group.title, group.status) == (8, "Violin", "open")
    assert (row.action, row.actor) == ("bookings.set_capacity", str(head.pk))


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


# Actions


def test_offer_next_offers_to_the_first_and_says_who_had_nobody(desk, here):
    group = ActivityFactory(centre=here, title="Violin", capacity=1)
    full = ActivityFactory(centre=here, title="Cello", capacity=1)
    EnrolmentFactory(activity=full, active=True)
    first = EnrolmentFactory(activity=group, priority=1)
    second = EnrolmentFactory(activity=group)
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))

    response = act(desk, "offer_next", [group, full])

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (S.OFFERED, S.WAITING)
    assert told(response) == [
        "The next on the waiting list has an offer: Violin.",
        "Nobody is waiting, or no place is free: Cello.",
    ]


def test_open_and_close_say_what_was_refused(desk, here):
    draft = ActivityFactory(centre=here, title="Violin", status="draft")
    over = ActivityFactory(centre=here, title="Cello", status="finished")

    opened = act(desk, "open_booking", [draft, over])
    closed = act(desk, "close_booking", [draft])

    draft.refresh_from_db()
    assert told(opened) == ["Open for booking: Violin.", "Cello: Cello is finished."]
    assert told(closed)[-1] == "Closed to new bookings: Violin."
    assert (draft.status, draft.sessions.count() > 0) == ("closed", True)


@pytest.mark.parametrize(
    ("action", "address"),
    [("offer_next", LIST), ("close_booking", LIST), ("take_off_list", PUPILS)],
)
def test_forged_rows_of_another_centre_are_left_alone(desk, elsewhere, action, address):
    theirs = EnrolmentFactory(activity=ActivityFactory(centre=elsewhere))
    SessionFactory(activity=theirs.activity, occurs_on=dt.date(2026, 11, 28))

    act(desk, action, [theirs.activity if address == LIST else theirs], address)

    theirs.refresh_from_db()
    theirs.activity.refresh_from_db()
    assert (theirs.status, theirs.activity.status) == (S.WAITING, "open")


def test_cancel_a_day_asks_then_cancels_and_tells_families(desk, here):
    group = ActivityFactory(centre=here, title="Violin")
    place = EnrolmentFactory(activity=group, active=True, booked_by__email="priya@home.example")
    meeting = SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))
    next_week = SessionFactory(activity=group, occurs_on=dt.date(2026, 12, 5))
    place.attendance.create(session=meeting, person=place.person, claimed=meeting.during)
    cause = CancellationCauseFactory()

    asked = act(desk, "cancel_day", [group])
    answered = act(
        desk, "cancel_day", [group], day="2026-11-28", cause=cause.pk, comment="The boiler is out"
    )

    meeting.refresh_from_db()
    next_week.refresh_from_db()
    assert [value for value, _ in asked.context["form"].fields["day"].choices] == [
        "", "2026-11-28", "2026-12-05",
    ]  # fmt: skip
    assert (meeting.status, meeting.public_comment) == ("cancelled", "The boiler is out")
    assert next_week.status == "planned"
    assert told(answered) == ["Cancelled: Violin on 2026-11-28."]
    assert [mail.to_address for mail in Email.objects.all()] == ["priya@home.example"]


@pytest.mark.parametrize("day", ["2026-11-29", "yesterday", ""])
def test_cancel_a_day_refuses_a_day_nothing_meets(desk, here, day):
    group = ActivityFactory(centre=here)
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))

    response = act(desk, "cancel_day", [group], day=day, cause=CancellationCauseFactory().pk)

    assert "day" in response.context["form"].errors
    assert not Session.objects.filter(status="cancelled").exists()


def test_move_offers_only_bookable_activities_of_ones_own(desk, here, elsewhere):
    place = EnrolmentFactory(activity=ActivityFactory(centre=here), active=True)
    open_to = ActivityFactory(centre=here, title="Cello")
    ActivityFactory(centre=here, status="closed")
    theirs = ActivityFactory(centre=elsewhere)

    asked = act(desk, "move_pupils", [place], PUPILS)
    forged = act(desk, "move_pupils", [place], PUPILS, to=theirs.pk)

    place.refresh_from_db()
    assert list(asked.context["form"].fields["to"].queryset) == [open_to]
    assert "to" in forged.context["form"].errors
    assert place.status == S.ACTIVE


def test_move_counts_truly_when_only_some_fit(desk, here):
    start, to = (
        ActivityFactory(centre=here),
        ActivityFactory(centre=here, title="Cello", capacity=1),
    )
    SessionFactory(activity=to, occurs_on=dt.date(2026, 11, 28))
    amy = EnrolmentFactory(activity=start, person=ChildFactory(**named("Amy", "A")), active=True)
    bea = EnrolmentFactory(activity=start, person=ChildFactory(**named("Bea", "B")), active=True)

    response = act(desk, "move_pupils", [amy, bea], PUPILS, to=to.pk)

    moved = to.enrolments.get()
    said = told(response)
    amy.refresh_from_db()
    bea.refresh_from_db()
    assert (moved.person, moved.status) == (amy.person, S.ACTIVE)
    assert (amy.status, bea.status) == (S.ENDED, S.ACTIVE)
    assert said[0] == f"Moved to Cello: {amy}."
    assert len(said) == 2
    assert said[1].startswith(f"{bea}: Cello is full")
    assert Charge.objects.filter(source__startswith=f"enrolment:{moved.pk}:").count() == 1


def test_end_places_asks_for_the_last_day_and_why(desk, here):
    place = EnrolmentFactory(activity=ActivityFactory(centre=here), active=True)
    waits = EnrolmentFactory(activity=place.activity)

    empty = act(desk, "end_places", [place], PUPILS, last_day="", reason="")
    far = act(desk, "end_places", [place], PUPILS, last_day="2099-01-01", reason="Moved")
    response = act(
        desk, "end_places", [place, waits], PUPILS, last_day="2026-12-05", reason="Moved away"
    )

    place.refresh_from_db()
    assert set(empty.context["form"].errors) == {"last_day", "reason"}
    assert set(far.context["form"].errors) == {"last_day"}
    assert (place.status, place.ends_on, place.leave_reason) == (
        S.ENDED, dt.date(2026, 12, 5), "Moved away",
    )  # fmt: skip
    assert told(response)[0] == f"Ended: {place}."
    assert "on the waiting list" in told(response)[1]


def test_take_off_list_leaves_those_who_do_not_wait(desk, here):
    group = ActivityFactory(centre=here)
    waits, has_place = (
        EnrolmentFactory(activity=group),
        EnrolmentFactory(activity=group, active=True),
    )

    response = act(desk, "take_off_list", [waits, has_place], PUPILS)

    waits.refresh_from_db()
    has_place.refresh_from_db()
    assert (waits.status, has_place.status) == (S.CANCELLED, S.ACTIVE)
    assert told(response) == [f"Off the list: {waits}.", f"Not on a waiting list: {has_place}."]


# Closures


def close(desk, **fields):
    cause = CancellationCauseFactory(slug="snow", name="Snow")
    said = {"starts_on": "2026-11-28", "ends_on": "2026-11-28", "reason": "Snow", "cause": cause.pk}
    return desk.post("/admin/bookings/closure/add/", {**said, **fields})


def test_a_head_closes_their_own_centre_and_its_meetings_are_off(desk, here, elsewhere):
    ours = SessionFactory(activity=ActivityFactory(centre=here), occurs_on=dt.date(2026, 11, 28))
    theirs = SessionFactory(
        activity=ActivityFactory(centre=elsewhere), occurs_on=dt.date(2026, 11, 28)
    )

    close(desk, centre=here.pk)

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert Closure.objects.get().centre == here
    assert (ours.status, theirs.status) == ("cancelled", "planned")


def test_a_head_closes_neither_another_centre_nor_everything(desk, elsewhere):
    refused = [close(desk, centre=elsewhere.pk), close(desk, centre=""), close(desk, school="1")]

    assert [response.status_code for response in refused] == [200, 200, 200]
    assert not Closure.objects.exists()


def test_a_closure_that_ends_before_it_starts_is_refused_in_words(desk, here):
    response = close(desk, centre=here.pk, ends_on="2026-11-01")

    assert "A closure starts before it ends." in response.content.decode()
    assert not Closure.objects.exists()


def test_an_administrator_closes_everything():
    response = close(client_of(administrator()), centre="", school="")

    assert response.status_code == 302
    assert (Closure.objects.get().centre, Closure.objects.get().school) == (None, None)


# Paper and sheets


def test_the_sheet_holds_the_roster_safe_to_open(desk, here):
    group = ActivityFactory(centre=here, title='=HYPERLINK("http://elsewhere.example")')
    child = ChildFactory(**named("@Zoë", "Ångström"), born_on=dt.date(2017, 3, 1))
    LearnerFactory(person=child, school=None, school_in_words="-2+3")
    EnrolmentFactory(activity=group, person=child, active=True)
    EnrolmentFactory(activity=group)

    response = desk.get(f"{LIST}{group.pk}/pupils.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

    assert response["Content-Disposition"] == (
        'attachment; filename="hyperlink-http-elsewhere-example-2026-11-22.csv"'
    )
    assert rows[1][:10] == [
        '\'=HYPERLINK("http://elsewhere.example")', "Here", "Saturday", "9.30am", "",
        "'@Zoë Ångström", "Year 5", "'-2+3", "has a place", "",
    ]  # fmt: skip
    assert rows[2][8:10] == ["on the waiting list", "1"]


def test_sheets_of_many_activities_cost_no_more_statements(desk, here, django_assert_num_queries):
    groups = [EnrolmentFactory(activity__centre=here).activity for _ in range(4)]
    act(desk, "download", groups[:1])
    with CaptureQueriesContext(connection) as of_one:
        act(desk, "download", groups[:1])

    with django_assert_num_queries(len(of_one)):
        response = act(desk, "download", groups)

    assert len(response.content.decode().splitlines()) == 5


def test_the_register_names_who_comes_and_tells_nothing_of_care(desk, here):
    group = ActivityFactory(centre=here)
    place = EnrolmentFactory(activity=group, person=ChildFactory(**named("Zoë", "A")), active=True)
    EnrolmentFactory(activity=group, person=ChildFactory(**named("Waits", "B")))
    LearnerCareFactory(learner=LearnerFactory(person=place.person))
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 21))
    SessionFactory(activity=group, occurs_on=dt.date(2026, 11, 28))
    SessionFactory(activity=group, occurs_on=dt.date(2026, 12, 5), cancelled=True)

    with CaptureQueriesContext(connection) as statements:
        response = desk.get(f"{LIST}{group.pk}/register/")

    (register,) = response.context["registers"]
    assert [line.enrolment for line in register.lines] == [place]
    assert [meeting.occurs_on for meeting in register.meetings] == [dt.date(2026, 11, 28)]
    assert not [each for each in statements if "learnercare" in each["sql"]]


def test_registers_of_several_are_printed_together(desk, here):
    groups = [ActivityFactory(centre=here), ActivityFactory(centre=here)]

    response = act(desk, "print_registers", groups)

    assert [register.activity for register in response.context["registers"]] == groups
