"""A school says that a class has more or fewer children: who may, what follows, what stays."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import actions as bookings
from bookings.actions import SaidHeads
from bookings.rules.headcounts import NONE_YET, Heads
from core.models import AuditRow
from lessons.actions import class_sizes as actions
from lessons.actions import take_home
from lessons.models import OrderLine
from lessons.rules.claims import Groups, fitted
from lessons.rules.class_sizes import SizeRefused
from reports.queries import funnel
from tests.bookings.stage import family
from tests.factories.loans import CustodyFactory
from tests.factories.people import SchoolFactory, administrator, contact_of
from tests.factories.schools import ClassPupilFactory, OrderPolicyFactory, ProgrammeClassFactory
from tests.lessons.classes.stage import LATER, NEXT_WEEK, TOMORROW, Larkhay, letters
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
TODAY = AFTER.date()


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(AFTER, tick=False)


@pytest.fixture
def larkhay():
    """28 of 29 came this morning; two lessons are to come."""
    school = Larkhay()
    heads = SaidHeads(uuid.uuid4(), Heads(28), None, NONE_YET)
    bookings.keep_count(
        session=school.on(TOMORROW), said=[heads], note=None, by=school.teacher, at=AFTER
    )
    return school


def change(larkhay, number, from_on=TODAY, *, by=None, **said):
    return actions.change_class_size(
        programme_class=larkhay.klass,
        number=number,
        from_on=from_on,
        by=by or larkhay.lead,
        at=AFTER,
        **said,
    )


def at(larkhay, name):
    where = {"urn": larkhay.school.urn, "ref": larkhay.activity.ref}
    return reverse(f"schools:{name}", kwargs=where)


def posted(number, day=TODAY):
    boxes = {f"from_on_{box}": part for box, part in enumerate([day.day, day.month, day.year])}
    return {"number": number, **boxes}


# What follows


def test_a_class_that_shrank_is_of_as_many_from_then_on_and_its_past_stays(client, larkhay):
    sign_in(client, larkhay.lead)
    before = OrderLine.objects.values().get(pk=larkhay.line.pk)

    reply = client.post(at(larkhay, "change_class_size"), posted(18), follow=True)

    shown = reply.content.decode()
    assert "4A has 18 children from today. Our teacher is told, and the price stays" in shown
    assert "28 of 29 came" in shown
    assert "18 children. Lessons: 1 taught, 2 to come." in shown
    assert larkhay.on(NEXT_WEEK).heads_expected == 18
    assert OrderLine.objects.values().get(pk=larkhay.line.pk) == before


def test_a_number_for_later_is_said_beside_the_one_of_today(client, larkhay):
    sign_in(client, larkhay.lead)
    change(larkhay, 18, LATER)

    shown = client.get(at(larkhay, "class_page")).content.decode()
    asked = client.get(at(larkhay, "change_class_size")).content.decode()

    assert "29 children, and 18 from Tuesday 24 November. Lessons:" in shown
    assert "We expect 29 children, and 18 from Tuesday 24 November in this class." in asked


def test_teacher_and_school_are_told_once_and_not_whoever_said_it(larkhay):
    head = larkhay.contact("head")
    larkhay.contact("finance")

    change(larkhay, 18)
    with pytest.raises(SizeRefused, match="We have 18 children for 4A already"):
        change(larkhay, 18)

    assert letters("class-size") == [larkhay.teacher.person.email]
    assert letters("school-class-size") == [head.person.email]


def test_staff_tell_head_and_music_lead(larkhay):
    head = larkhay.contact("head")

    change(larkhay, 18, by=administrator())

    assert letters("school-class-size") == sorted([head.person.email, larkhay.lead.person.email])


def test_who_changed_it_and_from_how_many_is_in_the_audit(larkhay):
    change(larkhay, 18)

    row = AuditRow.objects.filter(table="bookings_activity").latest("pk")
    assert (row.actor_name, row.old["headcount"], row.new["headcount"]) == (
        str(larkhay.lead), 29, 18,
    )  # fmt: skip


# Which numbers, which days


@pytest.mark.parametrize(
    ("number", "from_on", "words"),
    [
        pytest.param(0, TODAY, "A class has at least 1 child", id="nobody"),
        pytest.param(33, TODAY, "At most 32 children can be in one class", id="too many"),
        pytest.param(29, TODAY, "We have 29 children for 4A already", id="the same"),
        pytest.param(18, TODAY - dt.timedelta(days=1), "Choose today or a later day", id="past"),
        pytest.param(
            18, LATER + dt.timedelta(days=1), "is on Tuesday 24 November", id="after the last"
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(larkhay, number, from_on, words):
    with pytest.raises(SizeRefused, match=words):
        change(larkhay, number, from_on)

    assert larkhay.on(NEXT_WEEK).heads_expected == 29
    assert letters("class-size") == []


def test_a_class_whose_lessons_are_over_does_not_change(larkhay):
    with pytest.raises(SizeRefused, match="The lessons of 4A are over"):
        actions.change_class_size(
            programme_class=larkhay.klass,
            number=18,
            from_on=dt.date(2027, 9, 1),
            by=larkhay.lead,
            at=dt.datetime(2027, 9, 1, 12, tzinfo=dt.UTC),
        )


def test_the_same_number_sooner_is_another_thing_to_say(larkhay):
    change(larkhay, 18, LATER)
    change(larkhay, 18)

    assert larkhay.on(NEXT_WEEK).heads_expected == 18


def test_more_children_than_the_set_has_are_refused_until_staff_have_found_more(larkhay):
    larkhay.klass.custody = CustodyFactory(school=larkhay.school, asset__kind__pieces=30)
    larkhay.klass.save()

    change(larkhay, 30)
    with pytest.raises(SizeRefused, match="The class set has 30 instruments: too few for 31"):
        change(larkhay, 31)
    change(larkhay, 31, by=administrator(), set_is_seen_to=True)

    assert larkhay.on(NEXT_WEEK).heads_expected == 31


def test_a_set_that_two_classes_share_is_shared_by_all_their_children(larkhay):
    custody = CustodyFactory(school=larkhay.school, asset__kind__pieces=60)
    ProgrammeClassFactory(line=larkhay.line, ordinal=2, custody=custody)
    larkhay.klass.custody = custody
    larkhay.klass.save()

    with pytest.raises(SizeRefused, match="and 29 other children play from it: too few for 32"):
        change(larkhay, 32)


# Doors


def test_who_speaks_for_the_school_changes_it_and_nobody_else_finds_the_page(client, larkhay):
    asked = {
        "head": larkhay.contact("head"),
        "music lead": larkhay.lead,
        "finance": larkhay.contact("finance"),
        "safeguarding": larkhay.contact("dsl"),
        "another school": contact_of(SchoolFactory()),
        "teacher": larkhay.teacher,
        "family": family()[0],
    }

    found = {}
    for who, user in asked.items():
        sign_in(client, user)
        page = at(larkhay, "change_class_size")
        found[who] = (client.get(page).status_code, client.post(page, {}).status_code)

    assert found == dict.fromkeys(asked, (404, 404)) | {
        "head": (200, 422),
        "music lead": (200, 422),
    }


def test_a_page_that_cannot_be_says_why_and_changes_nothing(client, larkhay):
    sign_in(client, larkhay.lead)

    wrong = client.post(at(larkhay, "change_class_size"), posted(90))

    assert wrong.status_code == 422
    assert "At most 32 children can be in one class" in wrong.content.decode()


def test_staff_change_it_in_the_list_of_classes(client, larkhay):
    sign_in(client, administrator())
    listed = reverse("admin:lessons_programmeclass_changelist")
    told = {"action": "change_class_size", "_selected_action": [larkhay.klass.pk]}

    asked = client.post(listed, told)
    client.post(listed, told | {"answered": "1", "number": "18", "from_on": TODAY.isoformat()})

    shown = asked.content.decode()
    assert "children are in 4A, Ukulele, 4A, Larkhay Junior School" in shown
    assert "Its teacher and its school are told." in shown
    assert 'value="2026-11-10"' in shown
    assert larkhay.on(NEXT_WEEK).heads_expected == 18


# What hangs on the number


def test_the_class_list_says_where_its_count_differs(client, larkhay):
    ClassPupilFactory(programme_class=larkhay.klass)
    sign_in(client, larkhay.lead)
    two = client.get(at(larkhay, "class_page")).content.decode()
    change(larkhay, 1)

    assert "1 on the list, 29 in the class." in two
    assert "on the list," not in client.get(at(larkhay, "class_page")).content.decode()


def test_the_class_page_asks_no_more_after_a_change(client, larkhay):
    sign_in(client, larkhay.lead)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            client.get(at(larkhay, "class_page"))
        return len(asked)

    before = statements()
    change(larkhay, 18, LATER)

    assert statements() == before


@pytest.mark.parametrize(
    ("number", "taught"),
    [
        pytest.param(18, 29, id="who left has learned"),
        pytest.param(32, 32, id="who joined learns"),
    ],
)
def test_the_way_on_counts_the_most_who_learned_in_a_class(larkhay, number, taught):
    change(larkhay, number)

    [found] = funnel.funnels(larkhay.activity.year, today=TODAY, weeks=13)

    assert found.counted.everybody.taught == taught


def test_letters_are_made_for_a_class_that_is_smaller_than_its_groups(larkhay):
    OrderPolicyFactory()
    larkhay.klass.pp_pupils, larkhay.klass.send_pupils = 9, 6
    larkhay.klass.letters_on = TODAY
    larkhay.klass.save()
    change(larkhay, 8)

    assert take_home.make_due_letters(at=AFTER) == 1

    codes = larkhay.klass.claim_codes.all()
    assert (len(codes), sum(one.has_pp for one in codes), sum(one.has_send for one in codes)) == (
        8, 8, 6,
    )  # fmt: skip


def test_groups_that_fit_stay_as_they_were_said():
    assert fitted(29, Groups(9, 6, 2)) == Groups(9, 6, 2)
    assert fitted(12, Groups(9, 6)) == Groups(9, 6, 3)
