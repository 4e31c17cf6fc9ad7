"""A register on a phone: in a basement, signed out in between, with a wrong clock, and by two."""

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session as SignIn
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from bookings import actions
from bookings.models import Attendance
from tests.bookings.registers.stage import line, said, teacher
from tests.browser.conftest import DESK, PHONE
from tests.factories.bookings import (
    ActivityFactory,
    CancellationCauseFactory,
    SessionFactory,
    SessionStaffFactory,
    spell,
)
from tests.factories.centres import CentreFactory
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"width": 320, "height": 640}
MINUTE = dt.timedelta(minutes=1)
A_DAY = dt.timedelta(days=1)
WARNING = "1 mark not sent yet. If you sign out now, this phone forgets it. Sign out all the same?"
NAMES = ["Amelia", "Daniyal", "Ella", "Grace"]


@pytest.fixture
def tomasz():
    return teacher(given_name="Tomasz", family_name="Bell")


@pytest.fixture
def session(tomasz):
    """A group that meets now, wherever in time the test runs, and is taught by Tomasz."""
    now = timezone.localtime()
    # Within today, so that what is kept for the day is: shortly after midnight it began then.
    start = max(now - 10 * MINUTE, now.replace(hour=0, minute=0, second=0, microsecond=0))
    activity = ActivityFactory(title="Year 4 ukulele", centre=CentreFactory(), capacity=None)
    meets = SessionFactory(
        activity=activity,
        occurs_on=start.date(),
        during=spell(start.date(), f"{start:%H:%M}", minutes=45),
    )
    meets.refresh_from_db()
    SessionStaffFactory(session=meets, person=tomasz.person)
    for name in NAMES:
        line(meets, name)
    return meets


@pytest.fixture
def phone(make_page):
    return make_page(PHONE, service_workers="allow")


def sign_in(page, user, to):
    page.goto(f"/account/login/?next={to}")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").last.click()


def register_of(session):
    return reverse("bookings:register", args=[session.ref])


def open_register(page, session, user):
    sign_in(page, user, register_of(session))
    expect(page.get_by_role("heading", level=1)).to_have_text("Year 4 ukulele")


def tap(page, name, mark):
    page.get_by_role("group", name=name).get_by_role("radio", name=mark, exact=True).click()


def bar(page):
    return page.locator("[data-sync-text]")


def marks(session):
    lines = Attendance.objects.filter(session=session).order_by("pk")
    return [one.mark for one in lines]


def until(page, question, arg=None):
    """Ask the page again and again; `wait_for_function` takes a promise for a yes."""
    for _ in range(100):
        if page.evaluate(question, arg):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it never came true: {question}")


def wait_for_worker(page):
    """The worker runs this page and has kept it."""
    page.goto(reverse("bookings:my_teaching"))
    until(
        page,
        """async () => {
            for (const name of await caches.keys())
                if (name !== "shell" && (await (await caches.open(name)).keys()).length > 1)
                    return Boolean(navigator.serviceWorker.controller);
        }""",
    )


def waiting(page):
    return page.evaluate(
        """() => Object.keys(localStorage).filter((key) => key.startsWith("marks:"))
            .flatMap((key) => JSON.parse(localStorage[key]))"""
    )


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


def test_marks_survive_a_basement(phone, session, tomasz):
    open_register(phone, session, tomasz)
    phone.context.set_offline(True)

    tap(phone, "Amelia", "Here")
    tap(phone, "Daniyal", "Late")
    tap(phone, "Daniyal", "Away")
    expect(bar(phone)).to_have_text(
        "No signal. 2 marks not sent yet. They are safe on this phone, and go when it can."
    )
    assert marks(session) == [None] * 4
    phone.context.set_offline(False)

    expect(bar(phone)).to_have_text("Every mark is sent.")
    assert marks(session) == ["present", "absent", None, None]


def test_what_is_kept_on_the_phone_is_ids_and_marks(phone, session, tomasz):
    open_register(phone, session, tomasz)
    phone.context.set_offline(True)
    tap(phone, "Amelia", "Here")
    expect(bar(phone)).to_contain_text("1 mark not sent yet.")

    (kept,) = waiting(phone)
    everything = phone.evaluate(
        "JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})"
    )

    assert set(kept) == {"key", "ref", "line", "mark", "seen", "tried"}
    assert not re.search("Amelia|Brooks|Tomasz|ukulele|@", everything)
    phone.context.set_offline(False)
    expect(bar(phone)).to_have_text("Every mark is sent.")
    assert waiting(phone) == []


def test_a_register_opens_without_signal_and_shows_what_was_tapped(phone, session, tomasz):
    open_register(phone, session, tomasz)
    wait_for_worker(phone)
    phone.goto(register_of(session))
    phone.context.set_offline(True)
    tap(phone, "Ella", "Late")
    expect(bar(phone)).to_contain_text("1 mark not sent yet.")

    phone.reload()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Year 4 ukulele")
    expect(phone.get_by_role("group", name="Ella").get_by_label("Late")).to_be_checked()
    expect(bar(phone)).to_contain_text("1 mark not sent yet.")
    phone.get_by_role("link", name="Your day").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Today")
    phone.goto("/lessons/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("No signal")
    phone.context.set_offline(False)
    phone.goto("/")
    expect(phone.get_by_role("link", name="Find lessons").first).to_be_attached()
    until(phone, "() => !Object.keys(localStorage).some((key) => key.startsWith('marks:'))")
    assert marks(session) == [None, None, "late", None]


def test_a_register_reopened_without_signal_knows_what_was_sent(phone, session, tomasz):
    open_register(phone, session, tomasz)
    wait_for_worker(phone)
    phone.goto(register_of(session))
    tap(phone, "Ella", "Late")
    expect(bar(phone)).to_have_text("Every mark is sent.")
    until(
        phone,
        """async (path) => {
            for (const name of await caches.keys()) {
                const kept = await (await caches.open(name)).match(path);
                if (kept && (await kept.text()).includes('checked')) return true;
            }
        }""",
        register_of(session),
    )
    phone.context.set_offline(True)

    phone.reload()

    expect(phone.get_by_role("group", name="Ella").get_by_label("Late")).to_be_checked()


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


def end_every_sign_in():
    SignIn.objects.all().delete()
    cache.clear()


def test_a_sign_in_that_ends_in_between_loses_no_mark(phone, session, tomasz):
    open_register(phone, session, tomasz)
    end_every_sign_in()

    tap(phone, "Amelia", "Here")
    tap(phone, "Ella", "Late")

    expect(bar(phone)).to_have_text(
        "You are signed out. They are safe on this phone. Sign in again to send 2 marks."
    )
    phone.get_by_role("link", name="Sign in again to send 2 marks.").click()
    expect(phone.get_by_text("2 marks not sent yet.")).to_be_visible()
    phone.get_by_label("Email").fill(tomasz.email)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in").last.click()
    expect(phone).to_have_url(re.compile(register_of(session)))
    expect(bar(phone)).to_have_text("Every mark is sent.")
    assert marks(session) == ["present", None, "late", None]


def test_a_token_that_changed_in_between_loses_no_mark(phone, session, tomasz):
    open_register(phone, session, tomasz)
    phone.context.clear_cookies(name=re.compile("csrf"))

    tap(phone, "Amelia", "Here")

    expect(bar(phone)).to_have_text("Every mark is sent.")
    assert marks(session)[0] == "present"


def test_another_sign_in_on_the_same_phone_neither_sends_nor_sees(phone, session, tomasz):
    open_register(phone, session, tomasz)
    wait_for_worker(phone)
    phone.goto(register_of(session))
    phone.context.set_offline(True)
    tap(phone, "Amelia", "Here")
    expect(bar(phone)).to_contain_text("1 mark not sent yet.")
    end_every_sign_in()
    phone.context.set_offline(False)
    expect(bar(phone)).to_contain_text("Sign in again")

    other = teacher(given_name="Morag")
    sign_in(phone, other, reverse("bookings:my_teaching"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Today")
    until(phone, f"async () => !(await caches.keys()).includes('{tomasz.person.ref}')")
    phone.context.set_offline(True)
    phone.goto(register_of(session))

    expect(phone.get_by_role("heading", level=1)).to_have_text("No signal")
    assert len(waiting(phone)) == 1
    assert marks(session) == [None] * 4


@pytest.mark.parametrize("days", [-1, 1], ids=["a day behind", "a day ahead"])
def test_a_phone_whose_clock_is_wrong_by_a_day(make_page, session, tomasz, days):
    phone = make_page(PHONE, service_workers="allow")
    phone.clock.install(time=timezone.now() + days * A_DAY)
    open_register(phone, session, tomasz)
    began = timezone.now()
    phone.context.set_offline(True)
    tap(phone, "Amelia", "Here")
    expect(bar(phone)).to_contain_text("1 mark not sent yet.")
    phone.context.set_offline(False)

    expect(bar(phone)).to_have_text("Every mark is sent.")
    line = session.register.order_by("pk").first()
    assert line.mark == "present"
    assert began <= line.marked_at <= timezone.now()
    expect(phone.get_by_role("banner")).to_contain_text("today")


def test_a_page_whose_day_has_passed_is_not_opened(phone, session, tomasz):
    open_register(phone, session, tomasz)
    wait_for_worker(phone)
    phone.evaluate(
        """async () => {
            for (const name of await caches.keys()) {
                if (name === "shell") continue;
                const cache = await caches.open(name);
                for (const key of await cache.keys()) {
                    const kept = await cache.match(key), headers = new Headers(kept.headers);
                    headers.set("x-until", String(Number(headers.get("x-until")) - 2 * 86400000));
                    await cache.put(key, new Response(await kept.text(), { headers }));
                }
            }
        }"""
    )
    phone.context.set_offline(True)

    phone.goto(register_of(session))

    expect(phone.get_by_role("heading", level=1)).to_have_text("No signal")


def test_signing_out_warns_of_what_is_not_sent_and_then_forgets(phone, session, tomasz):
    open_register(phone, session, tomasz)
    phone.goto(reverse("bookings:my_teaching"))
    phone.goto(register_of(session))
    phone.route("**/places/registers/", lambda route: route.abort())
    tap(phone, "Amelia", "Here")
    expect(bar(phone)).to_contain_text("1 mark not sent yet.")
    phone.goto(reverse("bookings:my_family"))
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if len(asked) > 1 else dialog.dismiss()

    phone.on("dialog", answer)
    leave = phone.get_by_role("button", name="Sign out")
    if not leave.first.is_visible():
        phone.get_by_text("Menu", exact=True).click()
    leave.locator("visible=true").first.click()
    phone.wait_for_timeout(500)
    assert len(waiting(phone)) == 1
    leave.locator("visible=true").first.click()
    expect(phone).to_have_url(re.compile(r"^https?://[^/]+/$"))

    assert asked == [WARNING, WARNING]
    assert waiting(phone) == []
    assert phone.evaluate("caches.keys()") in ([], ["shell"])


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
        group.get_by_role("radio", name="Here", exact=True).check(force=True)

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
