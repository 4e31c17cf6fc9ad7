"""The staff door in a real browser: no complaint under the strict policy, nothing axe can find."""

import datetime as dt

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from bookings import actions as kernel
from bookings.models import Activity
from people.models import RoleHeld
from tests.core.kinds import a_row_of
from tests.factories.bookings import (
    ActivityFactory,
    CancellationCauseFactory,
    EnrolmentFactory,
)
from tests.factories.centres import CentreFactory, RoomFactory
from tests.factories.people import ChildFactory, GuardianshipFactory, PersonFactory, UserFactory
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db(transaction=True)

ALLAUTH = "people.access.SignedIn"
NAMES = [("Amelia", "Brooks"), ("Daniyal", "Chaudhry"), ("Zoë", "O’Neill"), ("Ngozi", "Okafor")]


@pytest.fixture
def roster():
    """A group with pupils, an offer and a line, at a centre with other groups."""
    centre = CentreFactory(name="Hertford Music Centre")
    ruth = cleared_teacher(given_name="Ruth", family_name="Ellis")
    group = ActivityFactory(
        title="Beginner violin", centre=centre, capacity=4, teacher=ruth,
        room=RoomFactory(centre=centre, name="Room 2"), status=Activity.Status.DRAFT,
    )  # fmt: skip
    for title, weekday in [("Junior Voices", 3), ("Steel pans", 6), ("Guitar club", 1)]:
        ActivityFactory(title=title, centre=centre, weekday=weekday)
    for place, (given, family) in enumerate(NAMES):
        child = ChildFactory(given_name=given, family_name=family)
        GuardianshipFactory(child=child)
        status = {2: "offered", 3: "waiting"}.get(place, "active")
        EnrolmentFactory(activity=group, person=child, **{status: True})
    EnrolmentFactory(activity=group, person=ChildFactory(given_name="Sam", family_name="Haddad"))
    kernel.open_activity(activity=group, by=None, at=timezone.now())
    CancellationCauseFactory()
    return group


@pytest.fixture
def sign_in(live_server):
    def at(page, role, **fields):
        user = UserFactory(is_staff=True, person=PersonFactory(given_name="Jo", family_name="Hart"))
        RoleHeld.objects.create(
            person=user.person, role=role, starts_on=dt.date(2025, 9, 1), **fields
        )
        client = Client()
        client.force_login(user, backend=ALLAUTH)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        return user

    return at


def test_what_is_wrong_with_a_page_is_seen(desk, sign_in, violations):
    """The measure itself: a picture without words, a box without a label."""
    sign_in(desk, "administrator")
    desk.goto("/admin/")
    right = violations(desk)

    desk.evaluate(
        "document.querySelector('main, #content').append("
        "document.createElement('img'), document.createElement('input'))"
    )

    assert right == []
    assert [rule for rule, _ in violations(desk)] == ["image-alt", "label"]


def test_rosters_and_what_leads_from_them_are_for_everybody(desk, sign_in, roster, violations):
    sign_in(desk, "head_of_centre", centre=roster.centre)
    change = f"/admin/bookings/activity/{roster.pk}/change/"
    addresses = [
        "/admin/",
        "/admin/bookings/activity/",
        "/admin/bookings/activity/?q=chaudhry&waiting=yes",
        "/admin/bookings/activity/?q=nobody",
        change,
        f"/admin/bookings/activity/{roster.pk}/history/",
        f"/admin/bookings/activity/{roster.pk}/register/",
        f"/admin/bookings/enrolment/?activity={roster.pk}",
        "/admin/bookings/session/",
        "/admin/bookings/session/doors/",
        "/admin/bookings/session/doors/?day=x",
        "/admin/bookings/session/contacts/",
        "/admin/bookings/activity/import/pupils/",
        "/admin/bookings/activity/import/activities/",
        "/admin/bookings/closure/add/",
    ]

    found = {}
    for address in addresses:
        desk.goto(address)
        found[address] = violations(desk)
    desk.goto(change)
    desk.get_by_role("button", name="Cancel a day").click()
    desk.get_by_role("heading", name="Cancel a day").wait_for()
    found["asking"] = violations(desk)
    desk.get_by_role("button", name="Cancel these meetings").click()
    desk.get_by_role("alert").wait_for()
    found["asking again"] = violations(desk)
    desk.goto("/admin/bookings/session/contacts/")
    desk.get_by_label("Why you need the list").fill("The building was cleared")
    desk.get_by_role("button", name="Open the list").click()
    desk.get_by_role("heading", name="Whom to ring").wait_for()
    found["whom to ring"] = violations(desk)

    assert {address: said for address, said in found.items() if said} == {}


@pytest.mark.slow
def test_list_add_and_change_of_every_kind_are_for_everybody(desk, sign_in, roster, violations):
    sign_in(desk, "administrator")

    found = {}
    for model in admin.site._registry:
        opts, row = model._meta, a_row_of(model)
        pages = ["", f"{row.pk}/change/"]
        if admin.site._registry[model].may_add:
            pages.append("add/")
        for page in pages:
            address = f"/admin/{opts.app_label}/{opts.model_name}/{page}"
            desk.goto(address)
            found[address] = violations(desk)

    assert {address: said for address, said in found.items() if said} == {}


def choose(desk, page, *lines):
    """Send a sheet by hand."""
    desk.goto(page)
    content = "\n".join(lines).encode()
    sheet = {"name": "sheet.csv", "mimeType": "text/csv", "buffer": content}
    desk.get_by_label("The sheet").set_input_files(sheet)
    desk.get_by_role("button", name="See what would change").click()


def test_a_sheet_and_a_merge_are_seen_before_they_happen(desk, sign_in, roster, violations):
    sign_in(desk, "head_of_centre", centre=roster.centre)
    page, found = "/admin/bookings/activity/import/activities/", {}

    choose(desk, page, "nothing")
    desk.get_by_role("alert").wait_for()
    found["no table"] = violations(desk)
    choose(
        desk, page, "Activity,Room,Teacher,Capacity,Reason",
        "Beginner violin,,,9,More room", "Trumpets,,,9,More room",
    )  # fmt: skip
    desk.get_by_text("Capacity: from 4 to 9").wait_for()
    found["what would change"] = violations(desk)
    desk.get_by_role("button", name="Make these 1 changes").click()
    desk.get_by_role("heading", name="Changed").wait_for()
    found["what changed"] = violations(desk)

    desk.goto("/admin/bookings/activity/")
    for title in ("Beginner violin", "Steel pans"):
        desk.get_by_role("row").filter(has_text=title).get_by_role("checkbox").check()
    desk.get_by_role("combobox").first.select_option(label="Merge groups into one")
    desk.get_by_role("button", name="Go", exact=True).click()
    desk.get_by_label("The group that stays").wait_for()
    found["asking to merge"] = violations(desk)
    desk.get_by_label("The group that stays").select_option(index=1)
    desk.get_by_label("Why the other groups").select_option(index=1)
    desk.get_by_role("button", name="See what would happen").click()
    desk.get_by_role("button", name="Merge these groups").wait_for()
    found["what a merge would do"] = violations(desk)

    roster.refresh_from_db()
    assert {address: said for address, said in found.items() if said} == {}
    assert roster.capacity == 9
