"""A school's pages in a browser: phone and desk, with script and without, and no fault for axe."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import SessionStaff
from centres.models import Year
from safeguarding.models import Check
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_cover import fits, sign_in
from tests.factories.bookings import ClassReturnFactory, SessionStaffFactory
from tests.factories.centres import YearFactory
from tests.factories.loans import CustodyFactory
from tests.factories.people import SchoolContactFactory, contact_of
from tests.factories.safeguarding import cleared_teacher
from tests.factories.schools import OrderPolicyFactory, SchoolOrderFactory
from tests.lessons.school_stage import larkhay, lesson_of, teacher_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def school():
    """A lesson of today, one that is covered, a quote to agree and a class set."""
    year_on(timezone.localdate())
    OrderPolicyFactory()
    school = larkhay()
    today = timezone.localdate()
    person, session, _ = teacher_at(school, day=today, start="13:15")
    ClassReturnFactory(session=session, present=28)
    taught = session.activity.programme_class
    lesson_of(taught, today + dt.timedelta(days=14), teacher=person)
    away = SessionStaffFactory(
        session=lesson_of(taught, today + dt.timedelta(days=7)),
        is_away=True,
    )
    SessionStaffFactory(
        session=away.session,
        person=cleared_teacher(given_name="Joss", family_name="Tan"),
        role=SessionStaff.Role.COVER,
        replaces=away.person,
    )
    SchoolOrderFactory(school=school)
    CustodyFactory(school=school, first_on=today, last_on=today + dt.timedelta(days=90))
    return school


def year_on(day):
    """The school year of the real day on which a browser test runs."""
    start = dt.date(day.year if day.month > 8 else day.year - 1, 9, 1)
    if not Year.objects.filter(starts_on__lte=day, ends_on__gte=day).exists():
        YearFactory(
            name=f"{start.year}-{(start.year + 1) % 100:02}",
            starts_on=start,
            ends_on=dt.date(start.year + 1, 8, 31),
        )


@pytest.fixture
def lead(school):
    return contact_of(school, person__given_name="Harleen")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_music_lead_looks_who_comes_and_at_their_letter(
    make_page, violations, school, lead, viewport, javascript
):
    page = make_page(viewport, javascript=javascript)
    sign_in(page, lead)
    page.goto(reverse("schools:home"))

    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("Larkhay Junior School")
    assert fits(page)
    checked(page, violations, javascript)
    main.get_by_role("link", name="Letter of assurance for Ngozi Eze").click()
    expect(page.get_by_role("status")).to_contain_text("In force at")
    assert fits(page)
    checked(page, violations, javascript)

    Check.objects.update(withdrawn_on=timezone.localdate())
    page.reload()

    expect(page.get_by_role("status")).to_contain_text("Not in force at")
    checked(page, violations, javascript)


def checked(page, violations, javascript):
    """Axe runs where script does."""
    if javascript:
        assert violations(page) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["people", "timetable"])
def test_a_schools_other_pages_have_no_fault(make_page, violations, school, lead, viewport, name):
    page = make_page(viewport)
    sign_in(page, lead)

    page.goto(reverse(f"schools:{name}", kwargs={"urn": school.urn}))

    expect(page.get_by_role("main")).to_contain_text("Ngozi Eze")
    assert fits(page)
    assert violations(page) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_somebody_of_several_schools_chooses_one(make_page, violations, school, lead, viewport):
    SchoolContactFactory(school=larkhay(name="Second School"), person=lead.person)
    page = make_page(viewport)
    sign_in(page, lead)

    page.goto(reverse("schools:home"))

    assert violations(page) == []
    page.get_by_role("link", name="Second School", exact=True).click()
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text("Second School")
    expect(page.get_by_role("main")).to_contain_text("Nobody from us")
    assert violations(page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_stranger_checks_a_letter_at_the_door(make_page, violations, school, javascript):
    letter = school.assurance_letters.get()
    page = make_page(PHONE, javascript=javascript)
    page.goto(reverse("schools:check_letter"))

    page.get_by_label("The code of the letter").fill("nonsense")
    page.get_by_role("button", name="Check this letter").click()
    expect(page.get_by_role("alert")).to_contain_text("A code has nine letters and figures")
    checked(page, violations, javascript)
    page.get_by_label("The code of the letter").fill(letter.code.lower())
    page.get_by_role("button", name="Check this letter").click()

    expect(page.get_by_role("status")).to_contain_text("Ngozi Eze")
    expect(page.get_by_role("status")).to_contain_text("In force at")
    assert fits(page)
    checked(page, violations, javascript)
