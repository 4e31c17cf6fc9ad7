"""A phone before a register: signed in, tapped, and asked what it keeps."""

from django.contrib.sessions.models import Session as SignIn
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from bookings.models import Attendance
from tests.factories.people import PASSWORD

NAMES = ["Amelia", "Daniyal", "Ella", "Grace"]
RUNS_AND_KEEPS = """
    async () => {
        for (const name of await caches.keys())
            if (name !== "shell" && (await (await caches.open(name)).keys()).length > 1)
                return Boolean(navigator.serviceWorker.controller);
    }
"""


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
    page.wait_for_load_state()  # and its script has run


def tap(page, name, mark):
    page.get_by_role("group", name=name).get_by_role("radio", name=mark, exact=True).click()


def bar(page):
    return page.locator("[data-sync-text]")


def marks(session):
    lines = Attendance.objects.filter(session=session).order_by("pk")
    return [one.mark for one in lines]


def until(page, question, arg=None):
    """Ask the page again and again; `wait_for_function` takes a promise for a yes."""
    assert comes_true(page, question, arg), f"it never came true: {question}"


def comes_true(page, question, arg=None):
    for _ in range(300):  # half a minute: a busy machine fills the cache slowly
        if page.evaluate(question, arg):
            return True
        page.wait_for_timeout(100)
    return False


def wait_for_worker(page):
    """The worker runs this page and has kept it. What failed on the way, the next page asks for."""
    for _ in range(3):
        page.goto(reverse("bookings:my_teaching"))
        if comes_true(page, RUNS_AND_KEEPS):
            return
    raise AssertionError("no page was kept")


def waiting(page):
    return page.evaluate(
        """() => Object.keys(localStorage).filter((key) => key.startsWith("marks:"))
            .flatMap((key) => JSON.parse(localStorage[key]))"""
    )


def end_every_sign_in():
    SignIn.objects.all().delete()
    cache.clear()
