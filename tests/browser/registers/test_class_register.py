"""A class is counted on a phone: in a basement, with one press, and by a form without script."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings import actions
from bookings.models import ClassReturn
from tests.browser.conftest import DESK, PHONE
from tests.browser.registers.stage import bar, register_of, sign_in, wait_for_worker, waiting
from tests.factories.bookings import (
    ActivityFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def session(tomasz):
    """4A meets now at its school, and is taught by Tomasz."""
    now = timezone.localtime()
    start = max(now - 10 * MINUTE, now.replace(hour=0, minute=0, second=0, microsecond=0))
    activity = ActivityFactory(class_in_school=True, teacher=tomasz.person)
    meets = SessionFactory(
        activity=activity,
        school=activity.school,
        occurs_on=start.date(),
        during=spell(start.date(), f"{start:%H:%M}", minutes=45),
    )
    meets.refresh_from_db()
    SessionStaffFactory(session=meets, person=tomasz.person)
    return meets


def counted(session):
    found = ClassReturn.objects.filter(session=session).first()
    return found and (found.present, found.joined_in)


def open_class(page, session, user):
    sign_in(page, user, register_of(session))
    expect(page.get_by_role("heading", level=1)).to_have_text("Ukulele, 4A")
    page.wait_for_load_state()  # and its script has run


def test_a_count_survives_a_basement(phone, session, tomasz):
    open_class(phone, session, tomasz)
    wait_for_worker(phone)
    phone.context.set_offline(True)
    phone.goto(register_of(session))

    phone.get_by_label("How many are here?").fill("27")
    phone.get_by_label("How many joined in?").fill("25")
    phone.get_by_label("How many joined in?").blur()
    expect(bar(phone)).to_have_text(
        "No signal. 1 mark not sent yet. It is safe on this phone, and goes when it can."
    )
    assert counted(session) is None
    assert {one["mark"] for one in waiting(phone)} <= {"27", "27/25"}
    phone.reload()
    expect(phone.get_by_label("How many are here?")).to_have_value("27")
    phone.context.set_offline(False)

    expect(bar(phone)).to_have_text("Every mark is sent.")
    assert counted(session) == (27, 25)


def test_one_press_counts_the_whole_class(phone, session, tomasz, violations):
    open_class(phone, session, tomasz)

    phone.get_by_role("button", name="All 29 are here").click()

    expect(bar(phone)).to_have_text("Every mark is sent.")
    expect(phone.get_by_label("How many are here?")).to_have_value("29")
    assert counted(session) == (29, None)
    assert violations(phone) == []
    phone.get_by_label("A word for the school").fill("Loud and proud")
    phone.get_by_role("button", name="Save register").click()
    expect(phone.get_by_text("Register saved.")).to_be_visible()
    assert ClassReturn.objects.get().note == "Loud and proud"


def test_two_counts_are_both_shown(phone, session, tomasz, violations):
    open_class(phone, session, tomasz)
    said = actions.SaidHeads(session.ref, actions.headcounts.Heads(26), None, -1)
    actions.keep_count(session=session, said=[said], note=None, by=tomasz, at=timezone.now())

    phone.get_by_role("button", name="All 29 are here").click()
    expect(bar(phone)).to_contain_text("1 mark said otherwise before. Nothing was overwritten.")
    phone.reload()

    expect(phone.get_by_text("Two people counted two numbers.")).to_be_visible()
    assert violations(phone) == []
    phone.get_by_role("button", name="29 is right").click()
    expect(phone.get_by_text("Settled.")).to_be_visible()
    assert counted(session) == (29, None)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_without_script_it_is_a_form(make_page, session, tomasz, viewport):
    page = make_page(viewport, javascript=False)
    sign_in(page, tomasz, reverse("bookings:my_teaching"))
    expect(page.get_by_text("29 children expected")).to_be_visible()
    page.get_by_role("link", name="Take the register").click()

    page.get_by_role("button", name="All 29 are here").click()

    expect(page.get_by_text("Register saved.")).to_be_visible()
    assert counted(session) == (29, None)
