"""A school writes an order: begun, copied, saved page by page, thrown away."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from core.refusals import RuleBroken
from lessons.actions import drafts as actions
from lessons.actions.drafts import Begin, Contact
from lessons.models import HourKept, OrderLine, SchoolOrder
from lessons.rules.drafts import LineAsked, NeedsAsked, NotADraft, SchoolShut, WrongLine
from lessons.rules.feasibility import Remedy
from tests.factories.core import NOON
from tests.factories.people import SchoolFactory, contact_of
from tests.factories.schools import HourKeptFactory, OrderLineFactory, SchoolOrderFactory
from tests.lessons.order_stage import DAY, larkhay, last_year, next_year, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return next_year()


@pytest.fixture
def offered():
    return offer()


@pytest.fixture
def people():
    return larkhay()


@pytest.fixture
def start(people, year, offered):
    school, lead, head = people

    def begin(how=Begin.FRESH, *, at=None, by=lead, **differs):
        contact = Contact(lead.person, head.person, "office@larkhay.example")
        return actions.start_order(
            **{
                "school": school,
                "year": year,
                "begin": how,
                "contact": contact,
                "by": by,
                "at": at or timezone.now(),
                **differs,
            }
        )

    return begin


def asked(offered, **differs):
    ukulele = offered[0]
    line = LineAsked(ukulele, ukulele.instruments.get().subject, None, (4,), 2, 60)
    return replace(line, **differs)


def act(people):
    return {"by": people[1], "at": timezone.now()}


def test_start_order_makes_a_draft_of_nothing(start, people):
    school, lead, head = people

    order = start()

    assert (order.status, order.school, order.made_by) == ("draft", school, lead.person)
    assert (order.approver, order.invoice_email) == (head.person, "office@larkhay.example")
    assert not order.lines.exists()


def test_the_same_press_twice_makes_one_order_and_a_later_one_another(start):
    now = timezone.now()

    first = start(at=now)

    assert start(at=now + dt.timedelta(seconds=5)) == first
    assert start(at=now + dt.timedelta(minutes=5)) != first


def test_start_order_refuses_a_closed_school(start, people):
    school = people[0]
    school.status = "closed"
    school.save()

    with pytest.raises(SchoolShut, match="closed, so nothing"):
        start()

    assert not SchoolOrder.objects.exists()


def test_start_order_refuses_whoever_does_not_speak_for_the_school(start, people):
    stranger = contact_of(SchoolFactory())

    with pytest.raises(RuleBroken, match="does not speak for Larkhay"):
        start(contact=Contact(stranger.person, None))


def test_start_order_refuses_an_approver_who_may_not_agree(start, people):
    lead = people[1]

    with pytest.raises(RuleBroken, match="may not agree to orders"):
        start(contact=Contact(lead.person, lead.person))


def test_whoever_has_left_is_not_talked_to(start, people):
    head = people[2]
    head.person.school_contacts.update(ended_at=NOON)

    with pytest.raises(RuleBroken, match="may not agree"):
        start()


@pytest.fixture
def of_last_year(people, offered):
    """Two classes of ukulele and a term of djembe, taught."""
    before = SchoolOrderFactory(
        school=people[0], year=last_year(), submitted=True, made_by=people[1].person
    )
    OrderLineFactory(order=before, programme=offered[0], pupils=62, needs=["calm"], send_pupils=9)
    spring = before.year.terms.get(name="Spring")
    OrderLineFactory(
        order=before,
        programme=offered[1],
        subject=offered[1].instruments.get().subject,
        term=spring,
        year_groups=[5],
    )
    return before


def test_start_order_copies_last_years(start, of_last_year, year):
    order = start(Begin.COPY)

    assert order.copied_from == of_last_year
    assert [
        (line.position, line.programme.slug, line.term and line.term.year, line.needs)
        for line in order.lines.order_by("position")
    ] == [(1, "whole-class-ukulele-year", None, []), (2, "whole-class-djembe-term", year, [])]


def test_start_order_copies_what_was_agreed_before_what_was_not_or_the_one_that_is_named(
    start, of_last_year, people
):
    agreed = SchoolOrderFactory(
        school=people[0], year=of_last_year.year, agreed=True, submitted_at=NOON - 400 * DAY
    )

    assert start(Begin.COPY).copied_from == agreed
    assert start(Begin.COPY, of_order=of_last_year.ref).copied_from == of_last_year


def test_start_order_copies_all_of_last_years_into_one_however_often_it_is_pressed(
    start, of_last_year, people, offered
):
    earlier = {"submitted": True, "submitted_at": NOON - 400 * DAY}
    other = SchoolOrderFactory(school=people[0], year=of_last_year.year, **earlier)
    OrderLineFactory(order=other, programme=offered[0], year_groups=[3])
    now = timezone.now()

    order = start(Begin.COPY_ALL, at=now)

    lines = order.lines.order_by("position")
    assert [(line.position, line.year_groups) for line in lines] == [(1, [4]), (2, [5]), (3, [3])]
    assert start(Begin.COPY_ALL, at=now + dt.timedelta(seconds=5)) == order
    assert start(Begin.COPY, at=now + dt.timedelta(seconds=9)) != order  # one of them alone
    assert order.copied_from == of_last_year


def test_start_order_copies_no_order_of_another_school(start, of_last_year):
    theirs = SchoolOrderFactory(year=of_last_year.year, submitted=True)

    with pytest.raises(RuleBroken, match="no order of the year before"):
        start(Begin.COPY, of_order=theirs.ref)


def test_the_other_way_to_begin_a_moment_later_is_another_draft(start, of_last_year):
    of_last_year.lines.filter(position=2).delete()
    now = timezone.now()

    copied = start(Begin.COPY, at=now)
    year_on = start(Begin.YEAR_ON, at=now + dt.timedelta(seconds=20))

    assert copied.lines.count() == year_on.lines.count() == 1
    assert year_on != copied
    assert start(Begin.YEAR_ON, at=now + dt.timedelta(seconds=25)) == year_on


def test_start_order_takes_the_same_children_a_year_on(start, of_last_year):
    [line] = start(Begin.YEAR_ON).lines.all()

    assert (line.programme.slug, line.year_groups, line.classes) == ("continuation", [5], 5)
    assert line.continues == of_last_year.lines.get(position=1)
    assert (line.needs, line.send_pupils) == (["calm"], 9)


def test_a_declined_order_and_another_schools_are_not_copied(start, of_last_year):
    SchoolOrder.objects.filter(pk=of_last_year.pk).update(
        status="declined", ended_at=NOON, end_reason="No hall"
    )
    SchoolOrderFactory(year=of_last_year.year, submitted=True)

    with pytest.raises(RuleBroken, match="no order of the year before"):
        start(Begin.COPY)


def test_save_line_adds_a_line_and_changes_it(start, people, offered):
    order = start()

    actions.save_line(order=order, position=1, asked=asked(offered), **act(people))
    actions.save_line(
        order=order, position=1, asked=asked(offered, classes=3, pupils=90), **act(people)
    )

    [line] = order.lines.all()
    assert (line.classes, line.pupils, line.year_groups) == (3, 90, [4])


def test_fewer_pupils_take_the_counted_groups_down_with_them(start, people, offered):
    order = start()
    actions.save_line(order=order, position=1, asked=asked(offered), **act(people))
    actions.save_needs(
        order=order,
        position=1,
        asked=NeedsAsked(("2-am",), send_pupils=40, pp_pupils=10),
        **act(people),
    )

    line = actions.save_line(
        order=order, position=1, asked=asked(offered, classes=1, pupils=30), **act(people)
    )

    assert (line.send_pupils, line.pp_pupils) == (30, 10)


def test_save_line_keeps_nothing_of_what_is_wrong(start, people, offered):
    order = start()

    with pytest.raises(WrongLine):
        actions.save_line(order=order, position=1, asked=asked(offered, pupils=400), **act(people))

    assert not order.lines.exists()


def test_save_needs_keeps_what_was_said(start, people, offered):
    order = start()
    actions.save_line(order=order, position=1, asked=asked(offered), **act(people))

    actions.save_needs(
        order=order,
        position=1,
        asked=NeedsAsked(("4-am", "2-am"), ("calm",), 11, 17, "hall", "Step-free", True, True),
        **act(people),
    )

    line = order.lines.get()
    assert (line.half_days, line.needs, line.room) == (["2-am", "4-am"], ["calm"], "hall")
    assert (line.send_pupils, line.pp_pupils, line.goes_home) == (11, 17, True)


def test_take_remedy_asks_for_what_we_can_do(start, people, offered):
    order = start()
    actions.save_line(order=order, position=1, asked=asked(offered), **act(people))
    actions.save_needs(order=order, position=1, asked=NeedsAsked(("4-am",)), **act(people))

    line = actions.take_remedy(
        order=order, position=1, remedy=Remedy("Tuesday", half_days=("2-pm",)), **act(people)
    )

    assert OrderLine.objects.get(pk=line.pk).half_days == ["2-pm"]


def test_take_remedy_for_a_part_a_colleague_took_out_says_so(start, people):
    order = start()

    with pytest.raises(RuleBroken, match="not there any more"):
        actions.take_remedy(
            order=order, position=1, remedy=Remedy("Tuesday", half_days=("2-pm",)), **act(people)
        )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param(" PO 4711 ", "PO 4711", id="around it"),
        pytest.param("PO   47  11", "PO 47 11", id="within"),
        pytest.param("   ", "", id="nothing else"),
    ],
)
def test_a_purchase_order_with_spaces_is_tidied(start, people, typed, kept):
    order = start()

    actions.save_po_number(order=order, po_number=typed, **act(people))

    order.refresh_from_db()
    assert order.po_number == kept


def test_remove_line_leaves_the_others(start, people, offered):
    order = start()
    for position in (1, 2):
        actions.save_line(order=order, position=position, asked=asked(offered), **act(people))

    actions.remove_line(order=order, position=1, **act(people))

    assert [line.position for line in order.lines.all()] == [2]


def test_an_order_once_taken_back_can_be_thrown_away(start, people, offered):
    order = start()
    line = actions.save_line(order=order, position=1, asked=asked(offered), **act(people))
    HourKeptFactory(line=line, released_at=NOON)

    actions.discard_order(order=order, **act(people))

    assert not SchoolOrder.objects.exists()
    assert not HourKept.objects.exists()


@pytest.mark.parametrize("name", ["save_line", "save_needs", "remove_line", "discard_order"])
def test_what_is_sent_is_not_written_in(people, offered, year, name):
    order = SchoolOrderFactory(school=people[0], year=year, submitted=True)
    OrderLineFactory(order=order)
    more = {
        "save_line": {"position": 1, "asked": asked(offered)},
        "save_needs": {"position": 1, "asked": NeedsAsked(("2-am",))},
        "remove_line": {"position": 1},
        "discard_order": {},
    }[name]

    with pytest.raises(NotADraft, match="stays as it is"):
        getattr(actions, name)(order=order, **more, **act(people))
