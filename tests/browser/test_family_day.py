"""A family's day in a browser: the month, an absence told ahead, who came; by keyboard too."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings import actions, rules
from bookings.models import AbsenceNotice, Attendance, Session
from bookings.rules.absences import Days
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_family_books import (
    DAY,
    NARROW,
    choose,
    guardian,
    is_too_wide,
    open_group,
    sign_in,
    year,
)
from tests.factories.bookings import (
    AttendanceFactory,
    CancellationCauseFactory,
    CreditFactory,
    SessionFactory,
    SessionStaffFactory,
)
from tests.factories.people import ChildFactory
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["guardian", "year"]  # fixtures of the family's other browser tests
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def place(year, guardian):
    """A child with a place: a meeting in each coming week, one of them off and one moved."""
    CancellationCauseFactory(slug="pupil-absent-told", words_for_family="It still counts.")
    child = ChildFactory(
        guardian=guardian, given_name="Anya", born_on=timezone.localdate() - 3300 * DAY
    )
    group = open_group(year, title="Ukulele Beginners")
    now = timezone.now()
    held = actions.hold_place(activity=group, person=child, by=guardian, at=now)
    place = actions.confirm_place(enrolment=held, by=guardian, at=now)
    off, moved = coming(place)[1:3]
    cause = CancellationCauseFactory(slug="weather", name="Snow")
    Session.objects.filter(pk=off.pk).update(status="cancelled", cause=cause)
    during = type(moved.during)(moved.during.lower + HOUR, moved.during.upper + HOUR)
    Session.objects.filter(pk=moved.pk).update(during=during)
    CreditFactory(attendance=place.attendance.get(session=off))
    a_meeting_gone(place)
    return place


def coming(place):
    to_come = Attendance.objects.filter(session__during__startswith__gt=timezone.now())
    lines = to_come.filter(enrolment=place).select_related("session")
    return [line.session for line in lines.order_by("session__during")]


def a_meeting_gone(place):
    last_week = timezone.localdate() - 7 * DAY
    gone = SessionFactory(activity=place.activity, occurs_on=last_week, ordinal=2)
    AttendanceFactory(
        session=gone,
        person=place.person,
        enrolment=place,
        mark="present",
        marked_at=timezone.now(),
    )
    SessionStaffFactory(session=gone, person=cleared_teacher())


def day_of(session):
    return session.during.lower.astimezone(rules.LONDON).date()


def every_page(place, notice):
    month = f"{day_of(coming(place)[1]):%Y-%m}"
    child = place.person
    return [
        reverse("bookings:my_family"),
        f"{reverse('bookings:calendar')}?month={month}",
        f"{reverse('bookings:calendar')}?month=2021-08",
        reverse("bookings:renew_calendar_feed"),
        reverse("bookings:revoke_calendar_feed"),
        reverse("bookings:tell_absence", args=[child.ref]),
        reverse("bookings:withdraw_absence", args=[notice.ref]),
        reverse("bookings:attendance", args=[child.ref]),
    ]


@pytest.mark.parametrize("has_feed", [True, False], ids=["address", "no address"])
@pytest.mark.parametrize("viewport", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_every_page_of_a_familys_day_is_open_to_everyone(
    make_page, violations, guardian, place, viewport, has_feed
):
    notice = tell(place, guardian)
    if has_feed:
        actions.renew_calendar_feed(by=guardian, at=timezone.now())
    page = make_page(viewport)
    sign_in(page, guardian, reverse("bookings:my_family"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Priya")
    wrong = {}
    for address in every_page(place, notice):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        page.locator("details:not(.menu)").evaluate_all(
            "all => all.forEach(one => one.open = true)"
        )
        found = violations(page) + (["too wide"] if is_too_wide(page) else [])
        wrong |= {address: found} if found else {}

    assert wrong == {}


def tell(place, guardian):
    day = day_of(coming(place)[0])
    return actions.tell_absence(
        person=place.person,
        enrolment=None,
        days=Days(day, day),
        reason=AbsenceNotice.Reason.FAMILY,
        by=guardian,
        at=timezone.now(),
    )


def type_day(page, day):
    boxes = page.get_by_role("group", name="Which day?", exact=True)
    for name, part in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        boxes.get_by_label(name).fill(str(part))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_an_absence_is_told_from_the_calendar_and_taken_back(
    make_page, violations, guardian, place, viewport, javascript
):
    page = make_page(viewport, javascript=javascript)
    look = violations if javascript else (lambda _: [])
    day = day_of(coming(place)[0])
    sign_in(page, guardian, f"{reverse('bookings:calendar')}?month={day:%Y-%m}")

    page.get_by_role("link", name="Tell us Anya is away").click()
    page.get_by_role("button", name="See what that means").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the day")
    assert look(page) == []
    type_day(page, day)
    choose(page.get_by_label("Something at school"))
    page.get_by_role("button", name="See what that means").click()
    expect(page.get_by_role("main")).to_contain_text("That is 1 meeting")
    assert look(page) == []
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_label("Something at school")).to_be_checked()
    page.get_by_role("button", name="See what that means").click()
    page.get_by_role("button", name="Tell the teacher").click()
    expect(page.get_by_role("status")).to_contain_text("Anya is away on")
    expect(page.get_by_role("main")).to_contain_text("You told us: away.")
    page.get_by_role("link", name="Tell us Anya is away").click()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("The register expects Anya")
    assert not AbsenceNotice.objects.standing().exists()


def test_the_month_is_turned_and_an_address_is_made_by_keyboard_alone(desk, guardian, place):
    sign_in(desk, guardian, f"{reverse('bookings:calendar')}?month=2026-11")
    expect(desk.get_by_role("heading", level=1)).to_have_text("November 2026")

    def press(name):
        for _ in range(60):
            desk.keyboard.press("Tab")
            if desk.evaluate(
                "name => (document.activeElement.innerText || '').trim().startsWith(name)", name
            ):
                desk.keyboard.press("Enter")
                return
        raise AssertionError(f"the keyboard does not reach {name}")

    press("December")
    expect(desk.get_by_role("heading", level=1)).to_have_text("December 2026")
    press("Make my calendar address")
    expect(desk.get_by_label("Your calendar address")).to_contain_text(".ics")
    press("stop it")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Stop your calendar address?")
    press("Stop it")
    expect(desk.get_by_role("button", name="Make my calendar address")).to_be_visible()


def test_the_month_is_a_list_on_a_phone_and_a_grid_on_a_desk(page, desk, guardian, place):
    month = f"{reverse('bookings:calendar')}?month={day_of(coming(place)[0]):%Y-%m}"
    columns = []
    for one in (page, desk):
        sign_in(one, guardian, month)
        expect(one.get_by_role("heading", level=2, name="Day by day")).to_be_attached()
        columns.append(
            one.locator(".month").evaluate(
                "list => new Set([...list.children].filter(day => day.offsetParent)"
                ".map(day => day.offsetLeft)).size"
            )
        )

    assert columns[0] == 1
    assert columns[1] >= 6


def test_the_address_is_copied_with_one_press(make_page, guardian, place):
    actions.renew_calendar_feed(by=guardian, at=timezone.now())
    desk = make_page(DESK, permissions=["clipboard-read", "clipboard-write"])
    sign_in(desk, guardian, reverse("bookings:calendar"))

    desk.get_by_role("button", name="Copy the address").click()

    expect(desk.get_by_role("button", name="Copied")).to_be_visible()
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied == desk.get_by_label("Your calendar address").inner_text()
