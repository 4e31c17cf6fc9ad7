"""What a school tells us to know: sealed, opened by whoever teaches, each reading written down."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings.queries.class_facts import facts_of
from core.models import AccessRow
from lessons.actions import class_care as actions
from lessons.models import ClassCare, OrderLine
from tests.bookings.registers.stage import teacher
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.lessons.classes.stage import LATER, MONDAY, NEXT_WEEK, TOMORROW, Larkhay
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WORDS = "Two use an inhaler, kept in the blue bag. One hand: use the hook."


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def larkhay():
    school = Larkhay()
    OrderLine.objects.filter(pk=school.line.pk).update(
        needs=["calm", "medical"], room_notes="Shoes off in the hall"
    )
    return school


def tell(larkhay, words=WORDS):
    return actions.tell_class_care(
        programme_class=larkhay.klass, words=words, by=larkhay.lead, at=MONDAY
    )


def care_page(larkhay, day=TOMORROW):
    return reverse("lessons:class_care", kwargs={"ref": larkhay.on(day).ref})


def needs_page(larkhay):
    return reverse(
        "schools:class_needs",
        kwargs={"urn": larkhay.school.urn, "ref": larkhay.activity.ref},
    )


def readings():
    return list(AccessRow.objects.order_by("pk").values_list("reader_name", "record"))


def test_what_is_told_lies_sealed_and_opens_for_one_reader(larkhay):
    care = tell(larkhay)

    assert b"inhaler" not in bytes(care.sealed_words)
    opened = actions.open_class_care(
        programme_class=larkhay.klass, by=larkhay.teacher, why="the lesson", at=MONDAY
    )
    assert opened == WORDS
    assert readings() == [("Ngozi Eze", f"lessons_classcare:{larkhay.klass.pk}")]


def test_told_again_it_is_replaced_and_nothing_to_know_is_an_answer(larkhay):
    tell(larkhay)
    tell(larkhay, "")

    assert ClassCare.objects.count() == 1
    [facts] = facts_of([larkhay.activity.pk]).values()
    assert (facts.is_told, facts.has_care) == (True, False)


def test_a_teachers_day_shows_room_and_needs_and_no_medical_word(client, larkhay):
    tell(larkhay)
    sign_in(client, larkhay.teacher)

    day = client.get(reverse("bookings:my_teaching"), {"day": TOMORROW}).content.decode()

    assert "A hall" in day or "a hall" in day
    assert "Shoes off in the hall" in day
    assert "Ear defenders, a way out" in day
    assert "edical" not in day
    assert "inhaler" not in day
    assert care_page(larkhay) in day


def test_whoever_teaches_it_reads_it_and_that_is_written_down(client, larkhay):
    tell(larkhay)
    sign_in(client, larkhay.teacher)

    shown = client.get(care_page(larkhay))

    assert WORDS in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert [who for who, _ in readings()] == ["Ngozi Eze"]


def test_nobody_else_opens_it_from_the_lesson(client, larkhay):
    tell(larkhay)
    for stranger in (teacher(), larkhay.lead, administrator()):
        sign_in(client, stranger)
        assert client.get(care_page(larkhay)).status_code == 404
    assert readings() == []


def test_it_opens_a_fortnight_ahead_and_not_weeks_after(client, larkhay, settings, time_machine):
    tell(larkhay)
    sign_in(client, larkhay.teacher)
    settings.CLASS_CARE_DAYS = 14

    assert client.get(care_page(larkhay, NEXT_WEEK)).status_code == 200
    assert client.get(care_page(larkhay, LATER)).status_code == 404
    time_machine.move_to(MONDAY + dt.timedelta(days=4), tick=False)
    assert client.get(care_page(larkhay, TOMORROW)).status_code == 404


def test_the_school_tells_and_reads_it_on_its_own_page(client, larkhay):
    sign_in(client, larkhay.lead)

    assert "Nothing" not in client.get(needs_page(larkhay)).content.decode()
    client.post(needs_page(larkhay), {"words": WORDS})
    shown = client.get(needs_page(larkhay)).content.decode()

    assert WORDS in shown
    assert [who for who, _ in readings()] == [str(larkhay.lead)]


@pytest.mark.parametrize("part", ["finance", "office", "other school", "teacher"])
def test_who_does_not_know_the_children_cannot_open_what_to_know(client, larkhay, part):
    tell(larkhay)
    kinds = {
        "finance": lambda: larkhay.contact("finance"),
        "office": administrator,
        "other school": lambda: contact_of(SchoolFactory()),
        "teacher": lambda: larkhay.teacher,
    }
    sign_in(client, kinds[part]())

    assert client.get(needs_page(larkhay)).status_code == 404
    assert client.post(needs_page(larkhay), {"words": "x"}).status_code == 404
    assert readings() == []


def test_words_without_end_are_refused(client, larkhay):
    sign_in(client, larkhay.lead)

    reply = client.post(needs_page(larkhay), {"words": "x" * 2001})

    assert reply.status_code == 422
    assert "2000 characters or fewer" in reply.content.decode()
