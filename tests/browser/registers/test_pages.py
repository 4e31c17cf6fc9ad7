"""A register on a phone and at a desk: by tap, by keyboard, by names, by two, without script."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings import actions
from tests.bookings.registers.stage import said, teacher
from tests.browser.conftest import DESK, PHONE
from tests.browser.registers.stage import (
    NAMES,
    bar,
    marks,
    open_register,
    register_of,
    tap,
    waiting,
)
from tests.factories.bookings import CancellationCauseFactory, SessionStaffFactory

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}


def test_each_tap_is_sent_and_the_bar_says_so(phone, session, tomasz):
    open_register(phone, session, tomasz)
    expect(bar(phone)).to_have_text("Each mark is sent as you tap it.")

    tap(phone, "Amelia", "Here")
    expect(bar(phone)).to_have_text("Every mark is sent.")
    tap(phone, "Daniyal", "Told us")
    expect(phone.get_by_text("2 of 4 marked")).to_be_visible()
    expect(bar(phone)).to_have_text("Every mark is sent.")
    phone.get_by_role("button", name="Mark the rest here").click()
    expect(phone.get_by_text("4 of 4 marked")).to_be_visible()
    expect(bar(phone)).to_have_text("Every mark is sent.")

    assert marks(session) == ["present", "absent_told", "present", "present"]
    assert waiting(phone) == []
    session.refresh_from_db()
    assert session.status == "taught"


def test_two_teachers_on_one_register_overwrite_nothing(make_page, session, tomasz):
    morag = teacher(given_name="Morag", family_name="Lister")
    SessionStaffFactory(session=session, person=morag.person, role="assistant")
    hers, his = make_page(PHONE), make_page(PHONE)
    open_register(hers, session, morag)
    open_register(his, session, tomasz)

    his.context.set_offline(True)
    tap(his, "Amelia", "Here")
    expect(bar(his)).to_contain_text("1 mark not sent yet.")
    tap(hers, "Amelia", "Late")
    expect(bar(hers)).to_have_text("Every mark is sent.")
    his.context.set_offline(False)

    expect(bar(his)).to_contain_text("1 mark said otherwise before. Nothing was overwritten.")
    expect(bar(his)).to_contain_text("Morag Lister said Late")
    assert marks(session)[0] == "late"
    his.get_by_role("link", name="Look at the register again").click()
    expect(his.get_by_text("Two people said two things.")).to_be_visible()
    his.get_by_role("button", name="Here is right for Amelia Brooks").click()
    expect(his.get_by_text("Settled.")).to_be_visible()
    assert marks(session)[0] == "present"


def test_notes_go_with_save_and_are_not_kept_on_the_phone(phone, session, tomasz):
    open_register(phone, session, tomasz)
    tap(phone, "Amelia", "Here")
    phone.get_by_label("Lesson note").fill("Bar 9")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Save register").click()
    expect(bar(phone)).to_contain_text("a note is not: leave this page open")
    assert "Bar 9" not in phone.evaluate("JSON.stringify({...localStorage})")
    phone.context.set_offline(False)

    phone.get_by_role("button", name="Save register").click()

    expect(phone.get_by_text("Register saved.")).to_be_visible()
    session.refresh_from_db()
    assert session.note == "Bar 9"
    assert marks(session)[0] == "present"


def test_a_register_is_taken_without_script(make_page, session, tomasz):
    page = make_page(PHONE, javascript=False)
    open_register(page, session, tomasz)
    expect(page.get_by_role("button", name="Mark the rest here")).to_be_hidden()
    expect(bar(page)).to_have_text("Press Save register when you have finished.")

    for name, mark in zip(NAMES, ["Here", "Late", "Away", "Told us"], strict=True):
        tap(page, name, mark)
    page.get_by_role("button", name="Save register").click()

    expect(page.get_by_text("Register saved.")).to_be_visible()
    assert marks(session) == ["present", "late", "absent", "absent_told"]


def test_the_whole_register_by_keyboard(phone, session, tomasz):
    open_register(phone, session, tomasz)
    phone.get_by_role("link", name="Your day").focus()

    for name in NAMES:
        for _ in range(20):
            phone.keyboard.press("Tab")
            if phone.evaluate("document.activeElement.type") == "radio":
                break
        expect(phone.get_by_role("group", name=name).locator(":focus")).to_have_count(1)
        phone.keyboard.press("Space")
        phone.keyboard.press("ArrowRight")
    expect(bar(phone)).to_have_text("Every mark is sent.")
    for _ in range(20):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.innerText").strip() == "Save register":
            break
    phone.keyboard.press("Enter")

    expect(phone.get_by_text("Register saved.")).to_be_visible()
    assert marks(session) == ["late"] * 4


def test_the_whole_register_by_its_names(phone, session, tomasz):
    """As a screen reader says it: groups by name with what one must know, radios by their word."""
    open_register(phone, session, tomasz)

    for name in NAMES:
        group = phone.get_by_role("group", name=f"{name} Brooks No photos New today", exact=True)
        expect(group.get_by_role("radio")).to_have_count(4)
        for word in ("Here", "Late", "Away", "Told us"):
            radio = group.get_by_role("radio", name=word, exact=True)
            expect(radio).to_have_count(1)
            expect(radio).not_to_be_checked()
        group.get_by_role("radio", name="Here", exact=True).check()

    expect(phone.get_by_role("status").filter(has_text="Every mark is sent.")).to_be_visible()
    expect(phone.get_by_role("textbox", name="Lesson note")).to_be_visible()
    assert marks(session) == ["present"] * 4


@pytest.mark.parametrize("viewport", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_every_page_of_a_teacher_is_open_to_everyone(
    make_page, violations, session, tomasz, viewport
):
    page = make_page(viewport)
    CancellationCauseFactory()
    amelia, daniyal, *_ = session.register.order_by("pk")
    for user, mark in ((teacher(), "late"), (tomasz, "present")):
        actions.keep_marks(
            session=session, said=[said(amelia, mark)], note=None, by=user, at=timezone.now()
        )
    open_register(page, session, tomasz)
    care = reverse("bookings:register_care", args=[session.ref, daniyal.person.ref])
    wrong = {}
    for address in [
        register_of(session),
        reverse("bookings:my_teaching"),
        reverse("bookings:not_taught", args=[session.ref]),
        care,
        reverse("offline"),
    ]:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        wide = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        found = violations(page) + (["too wide"] if wide else [])
        wrong |= {address: found} if found else {}
    page.goto(reverse("bookings:not_taught", args=[session.ref]))
    page.get_by_role("button", name="Not taught").click()
    expect(page.get_by_role("alert")).to_be_focused()

    assert wrong == {}
    assert violations(page) == []
