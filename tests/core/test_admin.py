"""The admin as a whole: who comes in, what every page of it owes, what a save leaves behind."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Activity
from centres.models import Room
from core.admin import Scoped
from core.models import AccessRow, AuditRow
from people.models import Consent, LearnerCare, User
from safeguarding.models import Check
from tests.core.kinds import a_row_of
from tests.factories import bookings, centres, lessons, people, safeguarding
from tests.factories.staff import client_of

pytestmark = pytest.mark.django_db

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)


def label(model):
    return model._meta.label


def address(model, page="changelist", *args):
    opts = model._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


@pytest.fixture
def administrator():
    return people.administrator()


@pytest.fixture
def desk(administrator):
    return client_of(administrator)


# Every page


def test_every_admin_class_stands_on_our_base():
    strangers = [
        model
        for model, registered in admin.site._registry.items()
        for each in [type(registered), *registered.inlines]
        if not issubclass(each, Scoped)
    ]

    assert strangers == []
    assert len(REGISTERED) >= 29


def test_nothing_sealed_and_no_reading_of_it_has_a_page():
    assert {LearnerCare, AccessRow, Consent}.isdisjoint(REGISTERED)


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_list_search_and_page_open_for_an_administrator(desk, model):
    row = a_row_of(model)

    statuses = [
        desk.get(address(model)).status_code,
        desk.get(address(model), {"q": "o"}).status_code,
        desk.get(address(model, "change", row.pk)).status_code,
        desk.get(address(model, "history", row.pk)).status_code,
    ]

    assert statuses == [200, 200, 200, 200]


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_add_opens_exactly_where_a_class_says_so(desk, model):
    expected = 200 if admin.site._registry[model].may_add else 403

    assert desk.get(address(model, "add")).status_code == expected


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_nothing_is_deleted_here(desk, model):
    row = a_row_of(model)

    response = desk.post(address(model, "delete", row.pk), {"post": "yes"})

    assert response.status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_a_list_costs_the_same_however_long(desk, model, django_assert_num_queries):
    a_row_of(model)
    desk.get(address(model))
    with CaptureQueriesContext(connection) as few:
        desk.get(address(model))
    for _ in range(4):
        a_row_of(model)

    with django_assert_num_queries(len(few)):
        desk.get(address(model))


# The door


def test_the_door_sends_the_unknown_to_the_one_sign_in_page(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2F"


@pytest.mark.parametrize(
    "who",
    ["a guardian", "a teacher", "head without the staff mark", "role that ended", "not active"],
)
def test_the_door_stays_shut_for(client, who):
    user = people.UserFactory(is_staff=who != "head without the staff mark")
    if who == "a teacher":
        people.RoleHeldFactory(person=user.person, role="teacher")
    if who == "head without the staff mark":
        people.RoleHeldFactory(
            person=user.person, role="head_of_centre", centre=centres.CentreFactory()
        )
    if who == "role that ended":
        people.RoleHeldFactory(
            person=user.person, starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2025, 2, 1)
        )
    if who == "not active":
        people.RoleHeldFactory(person=user.person)
        user.is_active = False
        user.save()
    client.force_login(user, backend="people.access.SignedIn")

    response = client.get("/admin/bookings/activity/", follow=True)

    assert response.status_code == (200 if who == "not active" else 403)  # 200: signed out, sign in
    assert response.request["PATH_INFO"] in {"/admin/login/", "/account/login/"}


def test_the_doors_own_password_page_is_the_portals(desk):
    response = desk.get("/admin/password_change/")

    assert (response.status_code, response.url) == (302, "/account/password/change/")


def test_a_superuser_without_a_role_sees_rosters_and_no_checks():
    check = safeguarding.CheckFactory()
    owner = client_of(people.UserFactory(is_superuser=True))

    statuses = [
        owner.get(address(Activity)).status_code,
        owner.get(address(Check)).status_code,
        owner.get(address(Check, "change", check.pk)).status_code,
        owner.get(address(Check, "add")).status_code,
    ]

    assert statuses == [200, 403, 403, 403]


# What a head of centre sees


@pytest.fixture
def here():
    return centres.CentreFactory(name="Here")


@pytest.fixture
def head(here):
    return client_of(people.head_of(here))


def of_centre(centre):
    """One row of every kind that belongs to a centre."""
    activity = bookings.ActivityFactory(centre=centre, unscheduled=True)
    run = bookings.ActivityFactory(centre=centre, unscheduled=True)
    slot = bookings.ActivityFactory(centre=centre, unscheduled=True)
    credited = bookings.ActivityFactory(centre=centre, unscheduled=True)
    marked = bookings.ActivityFactory(centre=centre, unscheduled=True)
    return [
        centre,
        centres.RoomFactory(centre=centre),
        activity,
        bookings.EnrolmentFactory(activity=activity),
        bookings.SessionFactory(activity=activity),
        bookings.ClosureFactory(centre=centre),
        bookings.MessageFactory(centre=centre),
        bookings.MessageReaderFactory(message__centre=centre),
        bookings.CreditFactory(attendance__session__activity=credited),
        bookings.MarkReceivedFactory(attendance__session__activity=marked, outcome="differed"),
        lessons.CourseRunFactory(activity=run),
        lessons.TuitionFactory(activity=slot),
    ]


def test_a_head_sees_their_own_centre_and_no_other_by_list_and_by_typed_address(head, here):
    ours, theirs = of_centre(here), of_centre(centres.CentreFactory(name="Elsewhere"))

    for own, other in zip(ours, theirs, strict=True):
        model = type(own)
        listed = {row.pk for row in head.get(address(model)).context["cl"].result_list}
        missing = head.get(address(model, "change", 987_654_321))
        typed = head.get(address(model, "change", other.pk))

        assert own.pk in listed, model
        assert other.pk not in listed, model
        assert head.get(address(model, "change", own.pk)).status_code == 200, model
        assert (typed.status_code, typed.url) == (missing.status_code, missing.url), model
        assert head.get(address(model, "history", other.pk)).status_code == 302, model


def test_a_head_finds_no_kind_of_row_that_is_the_countys(head):
    open_to_heads = {
        "Activity", "Availability", "CancellationCause", "Centre", "Closure", "Course", "CourseRun",
        "Credit", "Enrolment", "Genre", "MarkReceived", "Message", "MessageReader", "Room",
        "Session", "Staff", "StaffAbsence", "Subject", "Teaches", "Term", "Tuition", "Year",
    }  # fmt: skip

    opened = {model.__name__ for model in REGISTERED if head.get(address(model)).status_code == 200}

    assert opened == open_to_heads


@pytest.mark.parametrize("model", REGISTERED, ids=label)
def test_a_head_changes_no_reference_row(head, here, model):
    row = a_row_of(model)
    if hasattr(row, "centre_id"):
        type(row).objects.filter(pk=row.pk).update(centre=here)
    before = model.objects.filter(pk=row.pk).values().get()

    head.post(address(model, "change", row.pk), {"name": "Mine", "title": "Mine", "starts_on": "1"})

    assert model.objects.filter(pk=row.pk).values().get() == before


def test_autocomplete_offers_a_head_their_own_centre_alone(head, here):
    centres.CentreFactory(name="Hereafter")
    source = {"app_label": "centres", "model_name": "room", "field_name": "centre"}

    offered = head.get("/admin/autocomplete/", {"term": "Here", **source}).json()["results"]

    assert [each["text"] for each in offered] == ["Here"]


def test_autocomplete_offers_a_head_no_person(head):
    people.PersonFactory(given_name="Zoe")
    source = {"app_label": "people", "model_name": "roleheld", "field_name": "person"}

    assert head.get("/admin/autocomplete/", {"term": "zoe", **source}).status_code == 403


@pytest.mark.parametrize(
    "lookup",
    [
        "enrolments__person__family_name__startswith",
        "teacher__email__startswith",
        "enrolments__person__learner__care__medical__isnull",
        "title__startswith",
        "centre__rooms__name",
    ],
)
def test_a_typed_condition_is_refused(head, lookup):
    assert head.get(address(Activity), {lookup: "A"}).status_code == 400


# What a save leaves behind


def test_a_save_is_an_action_signed_by_whoever_saved(desk, administrator):
    centre = centres.CentreFactory()

    desk.post(
        address(Room, "add"),
        {"centre": centre.pk, "name": "Room 9", "capacity": 8, "equipment": "", "is_active": "on"},
    )

    room = Room.objects.get(name="Room 9")
    row = AuditRow.objects.get(table="centres_room", row_id=str(room.pk))
    assert (row.action, row.actor, row.op) == ("core.save_row", str(administrator.pk), "insert")
    assert LogEntry.objects.count() == 0  # the audit is the only log


def test_the_history_of_a_row_is_read_from_the_audit(desk, administrator):
    room = centres.RoomFactory(name="Room 1")
    desk.post(
        address(Room, "change", room.pk),
        {"centre": room.centre_id, "name": "Blue room", "capacity": 12, "equipment": ""},
    )

    latest = desk.get(address(Room, "history", room.pk)).context["changes"][0]

    assert (latest.who, latest.what, latest.action) == (
        str(administrator),
        "Changed",
        "core.save_row",
    )
    assert [(each.label, each.was, each.is_now) for each in latest.differences] == [
        ("Name", "Room 1", "Blue room"),
        ("Is active", "yes", "no"),
    ]


def test_the_databases_refusal_is_a_sentence_beside_what_was_typed(desk):
    held = people.RoleHeldFactory(role="teacher")

    response = desk.post(
        address(type(held), "add"),
        {"person": held.person_id, "role": "teacher", "starts_on": "2026-11-01"},
    )

    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors() == [
        "This person holds this role on some of these days already."
    ]
    assert (
        'value="2026-11-01"' in response.content.decode()
        or "01/11/2026" in response.content.decode()
    )


def test_a_person_is_found_without_accents_or_capitals(desk):
    zoe = people.PersonFactory(given_name="Zoë", family_name="Ångström", sort_name="angstrom zoe")

    found = desk.get("/admin/people/person/", {"q": "ÅNGSTROM zoe"}).context["cl"].result_list

    assert list(found) == [zoe]


def test_a_renamed_person_is_sorted_by_the_new_name(desk):
    person = people.PersonFactory(given_name="Jo", family_name="Hart")
    inlines = {
        f"{prefix}-{name}": 0
        for prefix in ("guardians", "wards", "roles")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }

    desk.post(
        f"/admin/people/person/{person.pk}/change/",
        {"given_name": "Zoë", "family_name": "Élan", **inlines},
    )

    person.refresh_from_db()
    assert person.sort_name == "elan zoe"


def test_an_administrator_makes_nobody_a_superuser(desk):
    user = people.UserFactory()

    desk.post(
        f"/admin/people/user/{user.pk}/change/",
        {"is_active": "on", "is_staff": "on", "is_superuser": "on", "email": "x@y.example"},
    )

    changed = User.objects.get(pk=user.pk)
    assert (changed.is_staff, changed.is_superuser, changed.email) == (True, False, user.email)
