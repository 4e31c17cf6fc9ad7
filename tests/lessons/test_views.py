"""The finder and an activity's page, through the browser's door."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.urls import reverse

from bookings.models import Activity
from tests.factories.bookings import ActivityFactory, EnrolmentFactory, SessionFactory
from tests.factories.centres import CentreFactory, PostcodeFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.lessons import CourseFactory, CourseRunFactory, SubjectFactory
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
SATURDAY = dt.date(2026, 11, 28)
FINDER = "/lessons/"


@pytest.fixture(autouse=True)
def the_day():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def group():
    PostcodeFactory()
    activity = ActivityFactory(title="Beginner violin", min_year=3, max_year=6)
    SessionFactory(activity=activity, occurs_on=SATURDAY)
    return activity


def words_of(response):
    return " ".join(response.content.decode().split())


def test_find_activities_needs_no_question_and_no_account(client, group):
    page = words_of(client.get(FINDER))

    assert '<h2 id="count">1 lesson or group</h2>' in page
    assert "Beginner violin" in page


def test_find_activities_has_an_address_to_share(client, group):
    SessionFactory(activity=ActivityFactory(title="Monday group", weekday=1), occurs_on=SATURDAY)
    address = f"{FINDER}?near=SG14+2EP&miles=3&year=4&day=sat&bookable=1"

    page = words_of(client.get(address))

    assert '<h1 class="mb-5">Lessons and groups near SG14 2EP</h1>' in page
    assert "<title>Lessons and groups near SG14 2EP – " in page
    for said in ["less than 0.1 miles", "Saturdays, 9.30am, 45 minutes", "Years 3 to 6", "£90"]:
        assert said in page
    assert "Monday group" not in page
    assert 'value="SG14 2EP"' in page
    assert '<option value="4" selected>' in page
    assert '<option value="3" selected>' in page


def test_each_filter_in_use_is_a_link_that_removes_it(client, group):
    SubjectFactory(slug="violin")

    response = client.get(
        FINDER,
        {"near": "SG14 2EP", "miles": 5, "year": "4", "subject": "violin", "day": ["sat", "mon"]},
    )

    assert [(used.words, used.address) for used in response.context["form"].in_use] == [
        ("Up to 5 miles", "?near=SG14+2EP&year=4&subject=violin&day=sat&day=mon"),
        ("Year 4", "?near=SG14+2EP&miles=5&subject=violin&day=sat&day=mon"),
        ("Violin", "?near=SG14+2EP&miles=5&year=4&day=sat&day=mon"),
        ("Saturday", "?near=SG14+2EP&miles=5&year=4&subject=violin&day=mon"),
        ("Monday", "?near=SG14+2EP&miles=5&year=4&subject=violin&day=sat"),
    ]
    assert '<a class="chip" href="?near=SG14+2EP">Clear all' in words_of(response)


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("guitar", ["Guitar"]),
        ("all-guitar", ["Guitar", "Ukulele"]),
        ("strings", ["Violin"]),
        ("", ["Guitar", "Ukulele", "Violin"]),
    ],
)
def test_find_activities_by_instrument_or_by_its_family(client, subject, names):
    for slug, family in [("guitar", "guitar"), ("ukulele", "guitar"), ("violin", "strings")]:
        activity = ActivityFactory(title=slug.capitalize())
        subject_taught = SubjectFactory(slug=slug, family=family)
        course = CourseFactory(subject=subject_taught, title=activity.title)
        CourseRunFactory(activity=activity, course=course)
        SessionFactory(activity=activity, occurs_on=SATURDAY)

    response = client.get(FINDER, {"subject": subject})

    assert [found.title for found in response.context["results"].found] == names


def test_a_full_group_shows_its_waiting_list(client, group):
    Activity.objects.filter(pk=group.pk).update(capacity=1)
    EnrolmentFactory(activity=group, active=True)
    EnrolmentFactory(activity=group, waiting=True)

    assert "Waiting list, 1 waiting" in words_of(client.get(FINDER))


def test_nothing_found_has_three_ways_on(client, group):
    page = words_of(client.get(FINDER, {"near": "SG14 2EP", "miles": "5", "day": "mon"}))

    assert '<h2 id="count">Nothing fits all of that</h2>' in page
    ways = page.partition('<ul class="ticks')[2].partition("</ul>")[0]
    assert ways.count("<li>") == 3
    assert (
        '<a href="?near=SG14+2EP&amp;miles=10&amp;day=mon">Look further: Up to 10 miles</a>' in ways
    )
    assert '<a href="#instead">' in ways
    assert "mailto:" in ways
    assert "Beginner violin" in page.partition('id="instead"')[2]


def test_a_place_we_do_not_know_keeps_what_was_typed_and_offers_towns(client, group):
    CentreFactory(town="Watford")

    response = client.get(FINDER, {"near": "EH1 1AA", "year": "4"})
    page = words_of(response)

    assert response.status_code == 200
    assert page.count('class="error-summary"') == 1
    assert '<a href="#id_near">We do not know EH1 1AA' in page
    assert "<title>Error: " in page
    assert 'value="EH1 1AA"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_near_error"' in page
    assert 'id="id_near_error"' in page
    assert 'href="?near=Watford&amp;year=4"' in page


def test_more_than_a_page_has_a_link_to_the_rest(client, group):
    for number in range(20):
        SessionFactory(activity=ActivityFactory(title=f"Group {number}"), occurs_on=SATURDAY)

    first = words_of(client.get(FINDER, {"day": "sat"}))
    second = words_of(client.get(FINDER, {"day": "sat", "page": "2"}))

    assert 'rel="next" href="?day=sat&amp;page=2"' in first
    assert 'rel="prev" href="?day=sat&amp;page=1"' in second
    assert "Page 2 of 2" in second


ODD = [
    "O’Brien's",
    "Zoë Çağlar",
    "هيرتفورد",
    "x" * 200,
    "a\x00b",
    "\x00",
    "'; DROP TABLE bookings_activity; --",
    "<script>alert(1)</script>",
    "%s %(near)s {near} {{ near }}",
    "1e400",
    "-1",
    "9" * 5000,
    "²",
    "\ud800".encode("utf-8", "surrogatepass"),
    " ",
]


@pytest.mark.parametrize("name", ["near", "miles", "year", "subject", "day", "bookable", "page"])
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_typed_into_the_address_breaks_the_finder(client, group, name, odd):
    response = client.get(FINDER, {name: odd, "day": odd})

    assert response.status_code == 200
    assert Activity.objects.count() == 1
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [("miles", "7"), ("year", "14"), ("subject", "kazoo"), ("day", "someday")],
)
def test_a_wrong_answer_is_said_and_the_rest_still_found(client, group, name, value):
    response = client.get(FINDER, {name: value})
    page = words_of(response)

    assert page.count('class="error-summary"') == 1
    assert "can no longer be chosen" in page
    assert "Select a valid choice" not in page
    assert "Beginner violin" in page
    summary = page.partition('class="error-summary"')[2]
    target = summary.partition('href="#')[2].partition('"')[0]
    assert f'id="{target}"' in page


def test_what_was_typed_is_kept_even_without_its_unprintable_letters(client, group):
    page = words_of(client.get(FINDER, {"near": "O’Brien’s <b> هيرتفورد"}))

    assert 'value="O’Brien’s &lt;b&gt; هيرتفورد"' in page


def test_find_activities_takes_few_statements_for_a_visitor(
    client, group, django_assert_num_queries
):
    with django_assert_num_queries(5):
        client.get(FINDER, {"near": "SG14 2EP", "year": "4"})


def test_find_activities_only_answers_to_reading(client):
    assert client.post(FINDER).status_code == 405


# The page of one activity


def page_of(client, activity):
    return client.get(reverse("lessons:activity", args=[activity.ref]))


def test_activity_shows_the_price_the_sum_and_the_leaving_rule_before_sign_in(client, group):
    for day in ("2026-11-14", "2026-11-21", "2026-12-05"):
        SessionFactory(activity=group, occurs_on=dt.date.fromisoformat(day))
    WordingFactory(slug="leaving", body="To stop, tell us **by the Friday**.")

    page = words_of(page_of(client, group))

    assert '<span class="book__price">£90</span> a term' in page
    assert "£45 for the 2 sessions left in the autumn term, then £90 a term." in page
    assert "4 sessions of 45 minutes in the autumn term" in page
    assert "<dd>Saturday 28 November</dd>" in page
    assert "To stop, tell us <strong>by the Friday</strong>." in page
    assert "Read the whole rule" in page
    book = reverse("bookings:book_place", args=[group.ref])
    assert f'<a class="button button--block" href="{book}">Book a place</a>' in page


def test_a_full_activity_offers_its_waiting_list(client, group):
    Activity.objects.filter(pk=group.pk).update(capacity=1)
    EnrolmentFactory(activity=group, active=True)

    page = words_of(page_of(client, group))

    assert "Join the waiting list</a>" in page
    assert "Book a place" not in page


@pytest.mark.parametrize("status", ["closed", "finished", "cancelled"])
def test_an_activity_that_is_over_says_so_and_offers_no_button(client, group, status):
    Activity.objects.filter(pk=group.pk).update(status=status)

    page = words_of(page_of(client, group))

    assert "Find other lessons and groups" in page
    assert reverse("bookings:book_place", args=[group.ref]) not in page


def test_activity_names_its_teacher_with_initials(client, group):
    teacher = StaffFactory(about="Plays folk fiddle.").person
    teacher.given_name, teacher.family_name = "Ngozi", "Eze"
    teacher.save()
    Activity.objects.filter(pk=group.pk).update(teacher=teacher)

    page = words_of(page_of(client, group))

    assert ">NE</div>" in page
    assert "Your teacher, Ngozi Eze" in page
    assert "Plays folk fiddle." in page


def test_a_draft_is_not_there(client, group):
    Activity.objects.filter(pk=group.pk).update(status="draft")

    assert page_of(client, group).status_code == 404


def test_a_draft_is_not_there_for_a_parent_who_signed_in(client, group):
    Activity.objects.filter(pk=group.pk).update(status="draft")
    client.force_login(UserFactory())

    assert page_of(client, group).status_code == 404


def test_an_unknown_activity_is_not_there(client):
    assert client.get(reverse("lessons:activity", args=[uuid.uuid4()])).status_code == 404


def test_activity_takes_as_many_statements_with_a_year_of_meetings(
    client, group, django_assert_num_queries
):
    page_of(client, group)  # the words of the leaving rule are remembered for a minute
    with django_assert_num_queries(5):
        page_of(client, group)
    for week in range(1, 30):
        day = SATURDAY + dt.timedelta(weeks=week)
        SessionFactory(activity=group, occurs_on=day)

    with django_assert_num_queries(5):
        page_of(client, group)
