"""The admin asked with addresses and selections that nobody offered."""

import pytest
from django.urls import reverse

from bookings import actions
from bookings.models import Activity
from core.models import AuditRow, Email
from tests.attacks.nasty import NASTY
from tests.bookings.stage import booked, open_group
from tests.factories.centres import CentreFactory
from tests.factories.people import UserFactory, administrator, head_of
from tests.factories.staff import client_of

pytestmark = pytest.mark.django_db

ACTIVITIES = reverse("admin:bookings_activity_changelist")
ENROLMENTS = reverse("admin:bookings_enrolment_changelist")
LISTS = {
    "bookings_activity": ("q", "status", "kind", "weekday", "term", "centre", "waiting", "p", "o"),
    "bookings_enrolment": ("q", "status", "activity", "centre"),
    "bookings_session": ("q", "status", "when"),
    "core_auditrow": ("q", "table"),
    "core_email": ("q", "status"),
    "lessons_courserun": ("q", "activity__status"),
    "lessons_course": ("audience", "stage", "subject"),
    "people_guardianship": ("q", "is_barred", "parental_responsibility"),
    "people_user": ("q", "is_staff"),
    "safeguarding_check": ("q", "kind"),
}
ACTIONS = {
    ACTIVITIES: ("download", "print_registers", "offer_next", "cancel_day", "close_booking", "x"),
    ENROLMENTS: ("move_pupils", "end_places", "take_off_list"),
}
SELECTIONS = ["", "x", "\0", "'", "-1", "1e3", "9" * 40, "٣", "²"]


@pytest.fixture
def centre():
    return CentreFactory()


@pytest.fixture
def desk(centre):
    client = client_of(head_of(centre))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("word", NASTY)
def test_no_word_in_an_address_breaks_a_list(word):
    desk = client_of(administrator())
    desk.raise_request_exception = False

    found = {
        (name, key): desk.get(reverse(f"admin:{name}_changelist"), {key: NASTY[word]}).status_code
        for name, keys in LISTS.items()
        for key in keys
    }

    assert {each for each, status in found.items() if status not in {200, 302, 400}} == set()


@pytest.mark.parametrize("selected", SELECTIONS)
def test_a_forged_selection_does_nothing(desk, centre, selected):
    place = booked(open_group(centre=centre))
    said = {"answered": "1", "to": selected, "last_day": "2026-12-01", "reason": "x"}

    answers = {
        action: desk.post(page, {"action": action, "_selected_action": [selected], **said})
        for page, actions_there in ACTIONS.items()
        for action in actions_there
    }

    assert {each.status_code for each in answers.values()} <= {200, 302, 400}
    assert not any(str(place.person) in each.content.decode() for each in answers.values())
    place.refresh_from_db()
    assert (place.status, place.ends_on) == ("active", None)


def test_a_head_moves_ends_and_downloads_nobody_of_another_centre(desk, centre):
    theirs, ours = open_group(centre=CentreFactory()), open_group(centre=centre)
    place, mine = booked(theirs), booked(ours)
    rows = [str(place.pk)]
    said = {"answered": "1", "last_day": "2026-12-01", "reason": "x"}

    for action in ("end_places", "take_off_list"):
        desk.post(ENROLMENTS, {"action": action, "_selected_action": rows, **said})
    away = {"action": "move_pupils", "answered": "1"}
    desk.post(ENROLMENTS, {**away, "_selected_action": rows, "to": str(ours.pk)})
    desk.post(ENROLMENTS, {**away, "_selected_action": [str(mine.pk)], "to": str(theirs.pk)})
    every = {"_selected_action": [str(theirs.pk)], "select_across": "1"}
    sheet = desk.post(ACTIVITIES, {"action": "download", **every})

    for each in (place, mine):
        each.refresh_from_db()
        assert (each.status, each.ends_on) == ("active", None)
    assert str(mine.person) in sheet.content.decode()
    assert str(place.person) not in sheet.content.decode()


def test_a_head_changes_nothing_by_a_field_that_the_page_does_not_have(desk, centre):
    group, elsewhere = open_group(centre=centre), CentreFactory()
    forged = {"capacity": "9", "centre": str(elsewhere.pk), "status": "cancelled", "price": "0"}

    desk.post(reverse("admin:bookings_activity_change", args=[group.pk]), forged)

    was = Activity.objects.get(pk=group.pk)
    assert (was.centre_id, was.status, was.price) == (centre.pk, "open", group.price)


@pytest.mark.parametrize("capacity", ["-5", "99999999999", "1e5", "abc", "\0", "2147483648"])
def test_a_capacity_that_is_none_is_refused_in_words(desk, centre, capacity):
    group = open_group(centre=centre)

    answer = desk.post(
        reverse("admin:bookings_activity_change", args=[group.pk]), {"capacity": capacity}
    )

    assert answer.status_code == 200
    assert b"errorlist" in answer.content or b"errornote" in answer.content
    assert Activity.objects.get(pk=group.pk).capacity == group.capacity


@pytest.mark.parametrize("word", NASTY)
@pytest.mark.parametrize("name", ["people_guardianship", "people_roleheld", "safeguarding_check"])
def test_a_form_of_the_admin_takes_any_word_for_a_person(name, word):
    desk = client_of(administrator())
    desk.raise_request_exception = False
    page = reverse(f"admin:{name}_add")
    said = dict.fromkeys(("child", "adult", "person", "centre", "school"), NASTY[word])

    answers = [desk.post(page, said), desk.get(page, said)]

    assert answers[0].status_code == 200
    assert b"errornote" in answers[0].content
    assert answers[1].status_code in {200, 400}


@pytest.mark.parametrize(
    "lookup",
    [
        "activity__centre__id",
        "person__born_on__gte",
        "booked_by__user__password__startswith",
        "person__guardians__address_hidden_from_others",
        "activity__enrolments__person__care__medical",
    ],
)
def test_a_typed_condition_answers_nothing(desk, lookup):
    assert desk.get(ENROLMENTS, {lookup: "1"}).status_code == 400


@pytest.mark.parametrize(
    "field",
    [
        ("bookings", "enrolment", "person"),
        ("people", "guardianship", "child"),
        ("people", "roleheld", "person"),
        ("safeguarding", "check", "person"),
        ("bookings", "closure", "school"),
    ],
)
def test_no_autocomplete_lists_people_or_schools_to_a_head(desk, field):
    names = dict(zip(("app_label", "model_name", "field_name"), field, strict=True))

    assert desk.get(reverse("admin:autocomplete"), {"term": "a", **names}).status_code == 403


@pytest.mark.parametrize("copy", ["account_reset_password", "account_signup"])
def test_an_administrator_reads_no_link_that_opens_an_account(client, copy):
    """Whoever reads it could choose the password, sign in as a parent and open a child's care."""
    user = UserFactory()
    if copy == "account_signup":
        said = {"given_name": "Ann", "password1": "three words apart 99"}
        client.post(reverse(copy), {"email": "ann@home.example", **said})
    else:
        client.post(reverse(copy), {"email": user.email})
    letter = Email.objects.latest("pk")
    secret = next(word for word in letter.body_text.split() if "/account/" in word)

    page = client_of(administrator()).get(reverse("admin:core_email_change", args=[letter.pk]))

    assert page.status_code == 200
    assert letter.subject in page.content.decode()
    assert secret not in page.content.decode()
    assert secret.rstrip("/").rpartition("/")[2] not in page.content.decode()
    assert not AuditRow.objects.filter(new__icontains=secret).exists()


def test_an_administrator_reads_what_a_family_was_told():
    place = booked(open_group())
    actions.cancel_enrolment(
        enrolment=place, reason="x", by=place.booked_by.user, at=place.queued_at
    )
    letter = Email.objects.get(copy="place-booked")

    page = client_of(administrator()).get(reverse("admin:core_email_change", args=[letter.pk]))

    assert place.activity.title in page.content.decode()
