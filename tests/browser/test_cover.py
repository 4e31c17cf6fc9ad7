"""Cover in a browser: a teacher who cannot come, and a head who finds somebody. Phone and desk."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import SessionStaff
from people.models import StaffAbsence
from tests.browser.conftest import DESK, PHONE
from tests.factories.bookings import SessionFactory, SessionStaffFactory, spell
from tests.factories.centres import CentreFactory
from tests.factories.lessons import CourseRunFactory, SubjectFactory, TeachesFactory
from tests.factories.people import PASSWORD, UserFactory, head_of
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timezone.localdate() + dt.timedelta(days=5)


@pytest.fixture
def centre():
    return CentreFactory(name="St Albans Music Centre", latitude=51.7517, longitude=-0.3407)


@pytest.fixture
def daniel(centre):
    """A teacher with one meeting in five days."""
    person = cleared_teacher(given_name="Daniel", family_name="Roper")
    violin = SubjectFactory(slug="violin")
    activity = CourseRunFactory(
        activity__centre=centre, activity__title="Beginner Violin", course__subject=violin
    ).activity
    session = SessionFactory(activity=activity, occurs_on=DAY, during=spell(DAY, "10:00"))
    SessionStaffFactory(session=session, person=person)
    return UserFactory(person=person)


@pytest.fixture
def nuria(centre):
    person = cleared_teacher(given_name="Nuria", family_name="Vidal")
    person.staff.base_centre = centre
    person.staff.save()
    TeachesFactory(staff=person.staff, subject=SubjectFactory(slug="violin"))
    return UserFactory(person=person)


@pytest.fixture
def away(daniel):
    """Daniel cannot come."""
    SessionStaff.objects.filter(person=daniel.person).update(is_away=True)


def sign_in(page, user):
    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()


def fill_day(page, day):
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        page.get_by_role("group", name="Which day?").get_by_label(label).fill(str(number))


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_teacher_tells_us_sees_it_and_takes_it_back(make_page, daniel, viewport, javascript):
    page = make_page(viewport, javascript=javascript)
    sign_in(page, daniel)
    page.goto(reverse("bookings:report_my_absence"))

    fill_day(page, DAY)
    page.get_by_label("Not well").check()
    page.get_by_role("button", name="See which meetings that touches").click()

    expect(page.get_by_role("heading", name="1 meeting of yours")).to_be_visible()
    expect(page.get_by_text("Nothing is sent yet.")).to_be_visible()
    assert not StaffAbsence.objects.exists()

    page.get_by_role("button", name="Tell us that I cannot come").click()

    expect(page.get_by_text("Nobody covers it yet.")).to_be_visible()
    assert SessionStaff.objects.get().is_away

    page.get_by_role("button", name="I can come after all").click()

    expect(page.get_by_text("You are expected again.")).to_be_visible()
    assert not SessionStaff.objects.get().is_away


def test_a_teacher_tells_us_by_keyboard_alone(make_page, daniel):
    page = make_page()
    sign_in(page, daniel)
    page.goto(reverse("bookings:report_my_absence"))

    page.get_by_role("group", name="Which day?").get_by_label("Day").focus()
    for number in (DAY.day, DAY.month, DAY.year):
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(str(number))
        page.keyboard.press("Tab")
    page.get_by_label("Not well").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 meeting of yours")).to_be_visible()
    page.get_by_role("button", name="Tell us that I cannot come").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Nobody covers it yet.")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_head_finds_somebody_and_asks(make_page, centre, away, nuria, viewport, javascript):
    page = make_page(viewport, javascript=javascript)
    sign_in(page, head_of(centre))
    page.goto(reverse("lessons:cover"))

    page.get_by_role("link", name="Beginner Violin, 10am to 10.45am").click()
    for reason in ("Free all day", "Teaches violin", "There already"):
        expect(page.get_by_text(reason, exact=True)).to_be_visible()
    page.get_by_text("One teacher cannot, and why").click()
    expect(page.get_by_text("has told us they cannot come then")).to_be_visible()
    page.get_by_role("button", name="Give it to Nuria Vidal").press("Enter")

    expect(page.get_by_text("Nuria Vidal covers Beginner Violin")).to_be_visible()
    expect(page.get_by_text("has somebody to lead it")).to_be_visible()
    assert SessionStaff.objects.get(role="cover").person == nuria.person


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_cover_fits_and_is_accessible(
    make_page, violations, centre, away, daniel, nuria, viewport
):
    session = SessionStaff.objects.get().session
    find = reverse("lessons:find_cover", kwargs={"ref": session.ref})
    page = make_page(viewport)
    sign_in(page, head_of(centre))
    for address in (reverse("lessons:cover"), find):
        page.goto(address)
        assert fits(page)
        assert violations(page) == []
    page.get_by_role("button", name="Give it to Nuria Vidal").click()
    page.goto(find)
    assert violations(page) == []

    page = make_page(viewport)
    sign_in(page, daniel)
    for address in (reverse("bookings:my_cover"), reverse("bookings:report_my_absence")):
        page.goto(address)
        assert fits(page)
        assert violations(page) == []
    page.get_by_label("Not well").check()
    page.get_by_label("From what time").fill("13:00")
    page.get_by_label("Until what time").fill("09:00")
    page.get_by_role("button", name="See which meetings").click()
    expect(page.get_by_role("alert")).to_contain_text("The end comes after the start.")
    assert violations(page) == []
