"""Closing a day through the pages, and who is turned away."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from bookings.models import Closure
from core.models import Email
from tests.bookings.closing.coming import Coming
from tests.bookings.closing.stage import off
from tests.factories.bookings import (
    AttendanceFactory,
)
from tests.factories.people import (
    ChildFactory,
    UserFactory,
    administrator,
    head_of,
)
from tests.factories.safeguarding import cleared_teacher

pytestmark = pytest.mark.django_db

CLOSE = reverse("bookings:close_place")


@pytest.fixture
def coming():
    return Coming()


@pytest.fixture
def desk(client, coming):
    client.force_login(coming.head)
    return client


def heading(response):
    words = response.content.decode()
    return words.partition("<h1>")[2].partition("</h1>")[0]


def confirm(desk, coming, **said):
    preview = desk.post(CLOSE, coming.answers(**said))
    seen = str(preview.context["seen"])
    return desk.post(CLOSE, coming.answers(**said) | {"seen": seen, "step": "confirm"})


def test_close_place_offers_the_heads_own_centre_and_the_next_day(desk, coming):
    response = desk.get(CLOSE)

    form = response.context["form"]
    assert (form.initial["what"], form.initial["when"]) == (
        f"centre-{coming.centre.pk}",
        coming.day.isoformat(),
    )
    assert "Name no child" in response.content.decode()


def test_close_place_shows_everything_before_anything_happens(desk, coming):
    response = desk.post(CLOSE, coming.answers())

    assert heading(response) == "2 children are told to stay home"
    said = " ".join(response.content.decode().split())
    for words in (
        "2 meetings are called off",
        "1 adult gets one email each",
        "2 teachers are told",
        "in all is owed to families",
        "9am Junior Voices",
        "11am Djembe",
    ):
        assert words in said
    assert (off(), Closure.objects.count(), Email.objects.count()) == ([], 0, 0)


def test_close_place_closes_once_confirmed_and_says_until_when_it_can_be_undone(desk, coming):
    response = confirm(desk, coming)

    closure = Closure.objects.get()
    assert response["Location"] == reverse("bookings:closure", kwargs={"slug": closure.slug})
    assert off() == [coming.voices, coming.djembe]
    page = desk.get(response["Location"]).content.decode()
    assert "St Albans Music Centre is closed" in page
    assert "Undo until" in page
    assert "2 meetings called off" in page


def test_close_place_keeps_on_what_is_ticked(desk, coming):
    confirm(desk, coming, keep=str(coming.djembe.ref))

    assert off() == [coming.voices]


def test_close_place_asks_again_when_something_changed_meanwhile(desk, coming):
    preview = desk.post(CLOSE, coming.answers())
    late = coming.meeting("Brass", "13:00", "Zoë")

    response = desk.post(CLOSE, coming.answers(seen=str(preview.context["seen"]), step="confirm"))

    assert response.status_code == 409
    said = response.content.decode()
    assert "3 meetings, and not 2 any more" in said
    assert "3 children, and not 2 any more" in said
    assert off() == []

    desk.post(CLOSE, coming.answers(seen=str(response.context["seen"]), step="confirm"))
    assert off() == [coming.voices, coming.djembe, late]


def test_close_place_asks_again_when_it_is_other_children_and_as_many(desk, coming):
    preview = desk.post(CLOSE, coming.answers())
    coming.djembe.register.all().delete()
    AttendanceFactory(session=coming.djembe, person=ChildFactory(guardian=coming.parent))

    response = desk.post(CLOSE, coming.answers(seen=str(preview.context["seen"]), step="confirm"))

    assert response.status_code == 409
    assert "As many as before, and others among them" in response.content.decode()


@pytest.mark.parametrize("seen", ["", "nonsense", "1.2.3", "x.1.1.1.abc", "9" * 200])
def test_close_place_confirms_nothing_that_was_not_seen(desk, coming, seen):
    response = desk.post(CLOSE, coming.answers(seen=seen, step="confirm"))

    assert response.status_code == 409
    assert off() == []


def test_a_double_press_closes_once(desk, coming):
    preview = desk.post(CLOSE, coming.answers())
    press = coming.answers(seen=str(preview.context["seen"]), step="confirm")

    first = desk.post(CLOSE, press)
    again = desk.post(CLOSE, press)

    assert first["Location"] == again["Location"]
    assert Closure.objects.count() == 1
    assert Email.objects.filter(copy="cancelled-by-us").count() == 1


def test_going_back_keeps_the_answers(desk, coming):
    response = desk.post(CLOSE, coming.answers(step="change"))

    assert response.status_code == 200
    assert "The path is ice" in response.content.decode()


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"what": ""}, "Choose what is closed"),
        ({"what": "centre-999999"}, "That can no longer be chosen"),
        ({"when": ""}, "Choose when"),
        ({"cause": ""}, "Choose why"),
        ({"reason": "x" * 201}, "Say it in 200 characters or fewer"),
        ({"what": "room", "which": ""}, "Choose"),
        ({"when": "other", "starts_on": ""}, "Enter the first day"),
        ({"when": "other", "starts_on": "2026-02-31"}, "First day must be a real date"),
        ({"when": "other", "starts_on": "2020-01-01"}, "That day is over"),
        (
            {"when": "other", "starts_on": "2026-12-01", "from_time": "10:00", "until_time": ""},
            "enter both",
        ),
    ],
)
def test_close_place_refuses_in_words_and_keeps_the_answers(desk, coming, said, refusal):
    response = desk.post(CLOSE, coming.answers(**said))

    assert response.status_code == 422
    assert refusal in response.content.decode()
    assert off() == []


def test_close_place_asks_which_room_only_when_it_is_one(desk, coming):
    asked = desk.post(CLOSE, coming.answers(what="room"))
    assert asked.status_code == 200
    assert "Which room?" in asked.content.decode()

    confirm(desk, coming, what="room", which=str(coming.room.pk))

    assert off() == [coming.voices]
    assert Closure.objects.get().room == coming.room


def test_close_place_of_one_group_by_the_link_of_another_page(desk, coming):
    page = desk.get(CLOSE, {"group": coming.djembe.activity.ref, "day": coming.day.isoformat()})
    assert page.context["form"].initial["which"] == str(coming.djembe.activity_id)

    confirm(
        desk, coming, what="group", which=str(coming.djembe.activity_id), when="other",
        starts_on=coming.day.isoformat(), ends_on="", from_time="", until_time="",
    )  # fmt: skip

    assert off() == [coming.djembe]


def test_close_place_of_everything_is_for_the_county_alone(client, desk, coming):
    assert desk.post(CLOSE, coming.answers(what="all")).status_code == 422

    client.force_login(administrator())
    confirm(client, coming, what="all")

    assert off() == [coming.voices, coming.djembe]


def test_close_place_names_whom_to_ring(desk, coming):
    coming.parent.person.email, coming.parent.person.phone = "", "01632 960114"
    coming.parent.person.save(update_fields=["email", "phone"])

    said = desk.post(CLOSE, coming.answers()).content.decode()

    assert "1 cannot be reached by email" in said
    assert 'href="tel:01632960114"' in said


def test_undo_closure_puts_back_and_says_so(desk, coming):
    page = confirm(desk, coming)["Location"]

    response = desk.post(f"{page}undo/", follow=True)

    assert heading(response) == "St Albans Music Centre is open after all"
    assert off() == []


def test_undo_closure_refuses_in_words(desk, coming):
    page = confirm(desk, coming)["Location"]
    Closure.objects.update(closed_at=timezone.now() - dt.timedelta(minutes=61))

    response = desk.post(f"{page}undo/")

    assert response.status_code == 422
    assert "could be undone until" in response.content.decode()
    assert "Undo until" not in response.content.decode()


def addresses(coming, closure):
    session = {"ref": coming.voices.ref}
    return [
        reverse("bookings:closure", kwargs={"slug": closure.slug}),
        reverse("bookings:undo_closure", kwargs={"slug": closure.slug}),
        reverse("bookings:move_session", kwargs=session),
        reverse("bookings:restore_session", kwargs=session),
        reverse("bookings:plan_makeup", kwargs=session),
    ]


@pytest.mark.parametrize("who", ["another head", "the family", "a teacher", "its teacher"])
def test_nobody_else_gets_in(client, desk, coming, who):
    confirm(desk, coming)
    closure = Closure.objects.get()
    other = {
        "another head": lambda: head_of(),
        "the family": lambda: coming.parent,
        "a teacher": lambda: UserFactory(person=cleared_teacher()),
        "its teacher": lambda: UserFactory(person=coming.voices.staff.get().person),
    }[who]()
    client.force_login(other)

    for address in addresses(coming, closure):
        assert client.get(address).status_code in {404, 405}
        assert client.post(address).status_code in {404, 405}
    assert client.get(CLOSE).status_code == (200 if who == "another head" else 404)
    assert off() == [coming.voices, coming.djembe]


def test_another_head_cannot_close_this_centre(client, coming):
    client.force_login(head_of())

    for what in (f"centre-{coming.centre.pk}", "all"):
        assert client.post(CLOSE, coming.answers(what=what)).status_code == 422
    for what, which in (("room", coming.room.pk), ("group", coming.voices.activity_id)):
        answered = coming.answers(what=what, which=str(which))
        assert client.post(CLOSE, answered).status_code == 422
    assert off() == []


def test_the_page_of_a_closing_asks_as_much_of_two_meetings_as_of_many(
    desk, coming, django_assert_max_num_queries
):
    for hour in range(12, 20):
        coming.meeting(f"Group {hour}", f"{hour}:00", f"Child{hour}")
    page = confirm(desk, coming)["Location"]

    with django_assert_max_num_queries(35):
        desk.get(page)
