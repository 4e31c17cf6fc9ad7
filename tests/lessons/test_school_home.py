"""A school's own page: who comes this week, and what it has of us."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from bookings.models import Activity, SessionStaff
from loans.models import Custody
from people.models import SchoolContact
from tests.factories.billing import AccountFactory, ChargeFactory
from tests.factories.bookings import (
    ActivityFactory,
    AttendanceFactory,
    CancellationCauseFactory,
    ClassReturnFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import TermFactory, YearFactory
from tests.factories.core import NOON
from tests.factories.loans import CustodyFactory, KindFactory
from tests.factories.people import SchoolContactFactory, UserFactory, contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import OrderLineFactory, OrderPolicyFactory, SchoolOrderFactory
from tests.lessons.school_stage import MONDAY, TUESDAY, change, class_at, larkhay, lesson_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HOME = reverse("schools:home")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC))
    OrderPolicyFactory()
    YearFactory()


@pytest.fixture
def school():
    return larkhay()


@pytest.fixture
def lead(client, school):
    return sign_in(client, contact_of(school))


def page(client, school, **asked):
    return client.get(reverse("schools:school", kwargs={"urn": school.urn}), asked)


def visits(client, school, **asked):
    days = page(client, school, **asked).context["days"]
    return [
        (day["name"], visit["time"], visit["place"], visit["who"], visit["came"], visit["tag"])
        for day in days
        for visit in day["visits"]
    ]


def said(response):
    return " ".join(response.content.decode().split())


# Which school


def test_home_leads_straight_to_the_one_school(client, lead, school):
    response = client.get(HOME)

    assert response["Location"] == reverse("schools:school", kwargs={"urn": school.urn})


def test_home_offers_several_schools_by_name_with_what_waits_there(client, lead, school):
    other = larkhay(name="Aldbury School", sort_name="aldbury school")
    SchoolContactFactory(school=other, person=lead.person, role=SchoolContact.Role.FINANCE)

    rows = client.get(HOME).context["rows"]

    assert [(str(row["school"]), [todo["text"] for todo in row["todos"]]) for row in rows] == [
        ("Aldbury School", []),
        ("Larkhay Junior School", ["Review your music plan for 2026-27"]),
    ]


def test_home_says_how_to_begin_to_whoever_serves_no_school(client):
    sign_in(client, UserFactory())

    response = client.get(HOME)

    assert "You speak for no school here yet" in said(response)


def test_home_forgets_a_school_that_was_left(client, lead, school):
    SchoolContact.objects.filter(person=lead.person).update(ended_at=NOON)

    assert client.get(HOME).context["rows"] == []
    assert page(client, school).status_code == 404


def test_home_takes_as_many_statements_for_ten_schools_as_for_two(
    client, lead, django_assert_max_num_queries
):
    for _ in range(10):
        SchoolContactFactory(school=larkhay(), person=lead.person)

    with django_assert_max_num_queries(14):
        client.get(HOME)


# This week


def test_school_says_who_comes_when_and_where_and_how_many_came(client, lead, school):
    ngozi, sam = cleared_teacher(given_name="Ngozi", family_name="Eze"), cleared_teacher()
    taught = class_at(school, teacher=ngozi)
    session = lesson_of(taught, TUESDAY, "09:30", teacher=ngozi)
    SessionStaffFactory(session=session, person=sam, role=SessionStaff.Role.ASSISTANT)
    ClassReturnFactory(session=session, present=28)
    lesson_of(taught, dt.date(2026, 11, 17))

    assert visits(client, school) == [
        ("Tue 24", "9.30am", "hall", f"Ngozi Eze, with {sam}", "28 came, 1 away", "")
    ]


def test_school_has_five_days_and_marks_today(client, lead, school):
    response = page(client, school)

    assert [day["name"] for day in response.context["days"]] == [
        "Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27",
    ]  # fmt: skip
    assert [day["name"] for day in response.context["days"] if day["is_today"]] == ["Tue 24"]
    assert response.context["eyebrow"] == "Autumn term, week 12"
    assert "Nobody from us" in said(response)


def test_school_keeps_the_frame_of_every_page(client, lead, school):
    frame = page(client, school).context["ways"]

    assert "schools:home" in [way.door.name for way in frame.nav]


def test_school_shows_a_saturday_that_has_something(client, lead, school):
    lesson_of(class_at(school), dt.date(2026, 11, 28))

    assert [visit[0] for visit in visits(client, school)] == ["Sat 28"]


def test_school_shows_another_week_and_leads_to_those_beside_it(client, lead, school):
    lesson_of(class_at(school), dt.date(2026, 12, 1))

    response = page(client, school, week="2026-12-03")

    assert visits(client, school, week="2026-12-03")[0][0] == "Tue 1"
    assert (response.context["before"], response.context["after"]) == ("2026-11-23", "2026-12-07")
    assert response.context["heading"] == "Who comes next week"


@pytest.mark.parametrize("asked", ["", "soon", "2026-02-31", "9999-12-31", "0001-01-01"])
def test_school_shows_this_week_where_no_week_was_asked_for(client, lead, school, asked):
    assert page(client, school, week=asked).context["days"][0]["name"] == "Mon 23"


def test_school_says_that_a_lesson_is_new(client, lead, school):
    lesson_of(class_at(school, teacher=cleared_teacher()), TUESDAY)

    assert [visit[-1] for visit in visits(client, school)] == ["First lesson"]


def test_school_says_from_when_a_lesson_moved(client, lead, school):
    session = lesson_of(class_at(school), TUESDAY)
    change(session, during=spell(dt.date(2026, 11, 27), "11:00"))

    (day,) = [day for day in page(client, school).context["days"] if day["visits"]]

    assert day["name"] == "Fri 27"
    assert day["visits"][0]["said"] == "Moved from Tuesday 24 November at 9.30am."
    assert day["visits"][0]["tag"] == "Moved"


def test_school_says_that_a_lesson_is_off_and_why(client, lead, school):
    session = lesson_of(class_at(school), TUESDAY)
    change(session, status="cancelled", cause=CancellationCauseFactory(name="Teacher ill"))

    (day,) = [day for day in page(client, school).context["days"] if day["visits"]]

    visit = day["visits"][0]
    assert (visit["tag"], visit["said"], visit["who"]) == ("Not on", "Teacher ill.", "")


def test_school_says_who_covers_for_whom(client, lead, school):
    session = lesson_of(class_at(school), TUESDAY)
    away = SessionStaffFactory(session=session, is_away=True).person
    cover = SessionStaffFactory(session=session, role=SessionStaff.Role.COVER, replaces=away).person

    ((_, _, _, who, _, _),) = visits(client, school)

    assert who == f"{cover}, covering for {away}"


def test_school_says_that_cover_is_still_looked_for(client, lead, school):
    session = lesson_of(class_at(school, teacher=cleared_teacher()), TUESDAY)
    SessionStaffFactory(session=session, is_away=True)

    ((_, _, _, who, _, _),) = visits(client, school)

    assert who == "We are finding somebody to cover"


def test_school_counts_those_of_ours_who_are_there_today_once(client, lead, school):
    teacher = cleared_teacher()
    taught = class_at(school)
    for start in ("09:30", "11:00"):
        session = SessionFactory(
            activity=taught.activity, school=school, occurs_on=TUESDAY,
            ordinal=1 if start == "09:30" else 2, during=spell(TUESDAY, start),
        )  # fmt: skip
        SessionStaffFactory(session=session, person=teacher)

    response = page(client, school)

    assert "One of our people is with you today." in said(response)


def test_school_shows_nothing_of_another_school(client, lead, school):
    other = larkhay(name="Other School")
    lesson_of(class_at(other, title="Canary class"), TUESDAY, teacher=cleared_teacher())
    CustodyFactory(school=other)
    SchoolOrderFactory(school=other)

    response = page(client, school)

    assert visits(client, school) == []
    assert "Canary" not in said(response)
    assert (response.context["pieces"], response.context["orders"]) == (0, [])


def register_of(session, came, missed=0):
    activity = session.activity
    for number in range(came + missed):
        AttendanceFactory(
            session=session,
            enrolment__activity=activity,
            mark="present" if number < came else "absent",
            marked_at=NOON,
        )


@pytest.mark.parametrize(
    ("came", "missed", "words"), [(6, 0, "6 came"), (2, 0, ""), (5, 1, ""), (4, 3, "4 came")]
)
def test_school_counts_a_register_by_name_only_where_it_gives_nobody_away(
    client, lead, school, came, missed, words
):
    activity = ActivityFactory(centre=None, school=school, capacity=20)
    session = SessionFactory(activity=activity, school=school, occurs_on=TUESDAY)
    register_of(session, came, missed)

    ((_, _, _, _, counted, _),) = visits(client, school)

    assert counted == words


# The year


def test_school_says_what_a_class_came_to_on_average_and_names_no_child(client, lead, school):
    taught = class_at(school, teacher=cleared_teacher(given_name="Ngozi", family_name="Eze"))
    for day, present in ((10, 26), (17, 29)):
        ClassReturnFactory(session=lesson_of(taught, dt.date(2026, 11, day)), present=present)

    response = page(client, school)

    (line,) = response.context["classes"]
    assert (line["title"], line["registers"], line["came"]) == (
        "Ukulele, 4A",
        "2 lessons",
        "28 of 29 on average",
    )
    assert "29 of your 236 pupils make music in class with us this year." in said(response)


def test_school_counts_a_class_with_two_programmes_once(client, lead, school):
    class_at(school)
    class_at(school, title="Choir, 4A", headcount=30)
    class_at(school, class_name="4B")

    assert page(client, school).context["pupils"] == 30 + 29


def test_school_leaves_out_classes_of_another_year(client, lead, school):
    last_year = YearFactory(
        name="2025-26", starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2026, 8, 31)
    )
    class_at(school, year=last_year, first_on=dt.date(2025, 9, 9), last_on=dt.date(2026, 7, 14))

    assert page(client, school).context["classes"] == []


@pytest.mark.parametrize(("number", "words"), [(2, ""), (3, "3 learners")])
def test_school_says_how_many_learn_there_where_they_are_not_few(
    client, lead, school, number, words
):
    activity = ActivityFactory(centre=None, school=school, status=Activity.Status.OPEN)
    session = SessionFactory(activity=activity, school=school, occurs_on=TUESDAY)
    for _ in range(number):
        AttendanceFactory(session=session, enrolment__activity=activity)

    (line,) = page(client, school).context["groups"]

    assert line["learners"] == words


def test_school_lists_orders_of_this_year_without_what_came_to_nothing(client, lead, school):
    order = SchoolOrderFactory(school=school)
    OrderLineFactory(order=order, subject__name="Ukulele")
    SchoolOrderFactory(
        school=school, status="declined", submitted_at=NOON, ended_at=NOON, end_reason="No hall"
    )

    lines = page(client, school).context["orders"]

    assert [(line["number"], line["titles"], line["status"]) for line in lines] == [
        (order.number, ["2 classes of ukulele"], "draft")
    ]


@pytest.mark.parametrize(
    ("role", "name"),
    [
        pytest.param(SchoolContact.Role.MUSIC_LEAD, "order_tasks", id="who may order goes on"),
        pytest.param(SchoolContact.Role.FINANCE, "order", id="who may not reads it"),
    ],
)
def test_school_leads_from_a_draft_to_a_page_its_reader_has(client, school, role, name):
    sign_in(client, contact_of(school, role))
    order = SchoolOrderFactory(school=school)

    (line,) = page(client, school).context["orders"]

    named = {"urn": school.urn, "ref": order.ref}
    assert line["url"] == reverse(f"schools:{name}", kwargs=named)
    assert client.get(line["url"]).status_code == 200


def test_school_counts_the_instruments_that_are_there_today(client, lead, school):
    CustodyFactory(school=school, asset__kind=KindFactory(pieces=32))
    CustodyFactory(school=school, status=Custody.Status.OUT, out_on=dt.date(2026, 9, 7))
    CustodyFactory(school=school, first_on=dt.date(2027, 1, 4))
    CustodyFactory(school=school, status=Custody.Status.CANCELLED)
    CustodyFactory(
        school=school, status=Custody.Status.OFFERED, offer_expires_at=NOON + dt.timedelta(days=3)
    )

    response = page(client, school)

    assert "64 instruments on site" in said(response)
    assert response.context["things"] == [
        "Class set of ukuleles, 2 sets: 64, back on Wednesday 21 July"
    ]


def test_school_adds_up_what_is_not_yet_billed(client, lead, school):
    account, term = AccountFactory(person=None, school=school), TermFactory()
    for number, status in enumerate(("pending", "pending", "billed", "waived")):
        ChargeFactory(
            account=account, person=None, term=term, amount=Decimal("660.00"),
            description="Ukulele", status=status, source=f"order:{number}",
        )  # fmt: skip

    assert "£1,320 on your next bill" in said(page(client, school))


def test_school_takes_as_many_statements_for_twenty_lessons_as_for_one(
    client, lead, school, django_assert_max_num_queries
):
    for number in range(20):
        taught = class_at(school, class_name=f"{number}A")
        session = lesson_of(taught, MONDAY + dt.timedelta(days=number % 5), teacher=None)
        SessionStaffFactory(session=session, person=cleared_teacher())
        ClassReturnFactory(session=session)

    with django_assert_max_num_queries(40):
        page(client, school)
