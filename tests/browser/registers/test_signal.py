"""A register in a basement, signed out in between, with a wrong clock, and on a shared phone."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.bookings.registers.stage import teacher
from tests.browser.conftest import PHONE
from tests.browser.registers.stage import (
    bar,
    end_every_sign_in,
    marks,
    open_register,
    register_of,
    sign_in,
    tap,
    until,
    wait_for_worker,
    waiting,
)
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

A_DAY = dt.timedelta(days=1)
WARNING = "1 mark not sent yet. If you sign out now, this phone forgets it. Sign out all the same?"


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


def test_a_tap_before_the_script_has_come_is_kept_and_sent(make_page, session, tomasz):
    phone = make_page(PHONE)
    open_register(phone, session, tomasz)
    held = []
    phone.route("**/js/register*.js", lambda route: held.append(route))
    phone.goto(register_of(session), wait_until="commit")
    tap(phone, "Amelia", "Here")
    expect(bar(phone)).to_have_text("Press Save register when you have finished.")
    assert marks(session)[0] is None

    held[0].continue_()

    expect(bar(phone)).to_have_text("Every mark is sent.")
    assert marks(session) == ["present", None, None, None]


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
    with phone.expect_event("dialog"):
        leave.locator("visible=true").first.click()
    phone.wait_for_timeout(500)  # for what must not follow
    assert len(waiting(phone)) == 1
    leave.locator("visible=true").first.click()
    expect(phone).to_have_url(re.compile(r"^https?://[^/]+/$"))

    assert asked == [WARNING, WARNING]
    assert waiting(phone) == []
    assert phone.evaluate("caches.keys()") in ([], ["shell"])
