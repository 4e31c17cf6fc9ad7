"""Somebody needs an instrument for one hand: it is kept with the class sets, or we say we look."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.refusals import RuleBroken
from lessons.actions import keeping
from lessons.actions.scheduling import schedule_order
from lessons.models import OrderLine, OrderPolicy, SetKept
from lessons.queries.orders import lines_without_one_hand
from lessons.queries.school_home import on_site
from tests.factories.loans import AssetFactory, CustodyFactory, KindFactory
from tests.factories.people import UserFactory
from tests.factories.schools import OrderPolicyFactory, SetKeptFactory
from tests.lessons.asking import JUNE, TUESDAY, answer, asked, order, stands_on, teacher, ukulele
from tests.lessons.asking import against as against_it
from tests.lessons.bought import DAY, agreed, draft, stage
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

NEEDS = {"needs": [OrderLine.Need.ONE_HAND]}
FREE = "An instrument for one hand for ukulele is free from 3 September"
GONE = (
    "No instrument for one hand for ukulele is free in the autumn term: we look for one, and write"
    " to you before the first day."
)


@pytest.fixture
def programme():
    OrderPolicyFactory()
    teacher()
    return ukulele(sets=2)


def for_one_hand(**fields):
    return AssetFactory(kind=KindFactory(), is_adaptive=True, **fields)


def tags_of(kept):
    rows = SetKept.objects.filter(line__order=kept, released_at=None)
    return set(rows.values_list("ordinal", "custody__asset__tag", "custody__status"))


def test_one_that_is_free_is_said_to_be_and_kept_with_the_sets(programme):
    for_one_hand(tag="UKE-H1")
    sent = order(programme, **NEEDS)

    [answered] = keeping.keep_for(sent, by=UserFactory(), at=JUNE)

    assert answered.is_yes
    assert FREE in stands_on(answered)
    assert (SetKept.FOR_ALL, "UKE-H1", "offered") in tags_of(sent)
    assert len(tags_of(sent)) == 3
    assert not lines_without_one_hand(on=JUNE.date())
    keeping.confirm_kept(sent, by=UserFactory(), at=JUNE + DAY)
    assert (SetKept.FOR_ALL, "UKE-H1", "allocated") in tags_of(sent)


def test_where_none_is_free_the_rest_is_a_yes_and_we_say_that_we_look(programme):
    sent = order(programme, **NEEDS)

    [answered] = keeping.keep_for(sent, by=UserFactory(), at=JUNE)

    assert answered.is_yes
    assert against_it(answered) == [GONE]
    assert len(tags_of(sent)) == 2
    assert list(lines_without_one_hand(on=JUNE.date())) == list(sent.lines.all())


@pytest.mark.parametrize(
    ("days", "says"),
    [
        pytest.param({"first_on": TUESDAY, "last_on": TUESDAY}, GONE, id="promised in a week"),
        pytest.param({"first_on": dt.date(2027, 1, 5)}, FREE, id="promised later"),
        pytest.param(
            {"first_on": dt.date(2026, 1, 5), "last_on": JUNE.date() - DAY, "status": "out"}
            | {"out_on": dt.date(2026, 1, 5)},
            GONE,
            id="late",
        ),
    ],
)
def test_it_is_free_for_all_of_the_weeks_or_not_at_all(programme, days, says):
    CustodyFactory(asset=for_one_hand(), **days)

    assert says in [each.sentence for each in answer(asked(one_hand=True)).reasons]


def test_it_is_no_class_set_and_the_same_one_is_promised_once(programme):
    for_one_hand()
    one_class = {"classes": 1, "pupils": 30, "one_hand": True}

    first, second = answer(asked(**one_class), asked(half_days=("3-am",), **one_class))

    assert (first.is_yes, second.is_yes) == (True, True)
    assert FREE in stands_on(first)
    assert against_it(second) == [GONE]
    assert not answer(asked(classes=3, pupils=90)).is_yes  # two sets, and what is for one hand


def test_nobody_who_does_not_ask_hears_of_it(programme):
    for_one_hand()

    assert not [each for each in answer().reasons if "one hand" in each.sentence]


def test_it_takes_no_statement_more(programme):
    for_one_hand()
    answer()  # makes what is asked about

    counts = []
    for one_hand in (False, True):
        with CaptureQueriesContext(connection) as captured:
            answer(asked(one_hand=one_hand))
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_scheduling_takes_it_for_no_class_set():
    known = stage()
    bought = agreed(known, **NEEDS)
    line = bought.lines.get()
    it = AssetFactory(is_adaptive=True, kind=KindFactory())
    SetKeptFactory(line=line, ordinal=SetKept.FOR_ALL, custody__asset=it)
    line.sets_kept.filter(ordinal=1).update(released_at=JUNE)

    with pytest.raises(Exception, match="4A: no class set is kept"):
        schedule_order(order=bought, by=known.office, at=JUNE)


def test_a_school_has_one_instrument_of_it_not_a_set():
    known = stage()
    CustodyFactory(school=known.school, asset=for_one_hand())
    CustodyFactory(school=known.school)

    there = on_site(known.school, on=TUESDAY)

    assert [(each.name, each.pieces) for each in there] == [
        ("Class set of ukuleles", 32),
        ("Instrument for one hand", 1),
    ]


def test_the_office_finds_orders_that_lack_one_and_reads_which_part_it_is(client):
    known = stage()
    lacking, having, other = (agreed(stage(), **each) for each in (NEEDS, NEEDS, {}))
    kept = SetKeptFactory(
        line=having.lines.get(), ordinal=SetKept.FOR_ALL, custody__asset=for_one_hand(tag="UKE-H1")
    )
    sign_in(client, known.office)

    found = client.get(reverse("admin:lessons_schoolorder_changelist"), {"todo": "one_hand"})

    assert list(found.context["cl"].queryset) == [lacking]
    assert "None kept" in read(client, lacking)
    assert "UKE-H1" in read(client, having)
    assert "None kept" not in read(client, having) + read(client, other)
    kept.released_at = JUNE
    kept.save()
    assert "None kept" in read(client, having)


def test_the_office_keeps_one_that_came_free_since_and_the_school_reads_it(client):
    known = stage()
    bought = agreed(known, **NEEDS)
    said = reverse("schools:order", kwargs={"urn": known.school.urn, "ref": bought.ref})
    sign_in(client, known.lead)
    assert "we look for an instrument for one hand, and write" in client.get(said).content.decode()
    with pytest.raises(RuleBroken, match="for Ukulele is free for all of its weeks"):
        keeping.keep_one_hand(order=bought, by=known.office, at=JUNE)

    it = for_one_hand(tag="UKE-H1")
    ran_out = CustodyFactory(asset=it, status="offered", offer_expires_at=JUNE - DAY)
    SetKeptFactory(line=agreed(stage()).lines.get(), ordinal=SetKept.FOR_ALL, custody=ran_out)
    assert keeping.keep_one_hand(order=bought, by=known.office, at=JUNE) == 1

    [custody] = it.custody.filter(school=known.school)
    assert (custody.status, custody.last_on) == ("allocated", dt.date(2027, 7, 21))
    sign_in(client, known.lead)
    assert "with an instrument for one hand." in client.get(said).content.decode()
    sign_in(client, known.office)
    chosen = {"action": "keep_one_hand", "_selected_action": [bought.pk]}
    told = client.post(reverse("admin:lessons_schoolorder_changelist"), chosen, follow=True)
    assert f"No part of order {bought.number} lacks" in told.content.decode()


def test_what_was_kept_and_is_late_at_another_school_is_looked_for_again():
    known = stage()
    bought, late, spare = agreed(known, **NEEDS), for_one_hand(), for_one_hand()
    kept = SetKeptFactory(
        line=bought.lines.get(), ordinal=SetKept.FOR_ALL, custody__asset=late
    ).custody
    spring = {"first_on": dt.date(2026, 1, 5), "out_on": dt.date(2026, 1, 5), "status": "out"}
    CustodyFactory(asset=late, last_on=JUNE.date() - DAY, **spring)

    assert keeping.keep_one_hand(order=bought, by=known.office, at=JUNE) == 1

    kept.refresh_from_db()
    assert (kept.status, spare.custody.get().status) == ("cancelled", "allocated")


def test_what_begins_when_a_late_one_is_long_back_is_kept_as_the_answer_said():
    known = stage()
    bought, late = agreed(known, **NEEDS), for_one_hand(tag="UKE-H1")
    autumn = dt.date(2026, 9, 1)
    OrderPolicy.objects.update(late_days=28)
    SetKeptFactory(
        line=bought.lines.get(),
        ordinal=SetKept.FOR_ALL,
        custody__asset=late,
        custody__first_on=autumn,
    )
    spring = {"first_on": dt.date(2026, 1, 5), "out_on": dt.date(2026, 1, 5), "status": "out"}
    CustodyFactory(asset=late, last_on=JUNE.date() - DAY, **spring)

    assert not lines_without_one_hand(on=JUNE.date())
    assert list(lines_without_one_hand(on=autumn - DAY)) == [bought.lines.get()]


def test_nothing_is_kept_by_hand_for_what_is_not_agreed():
    known = stage()
    for_one_hand()

    with pytest.raises(RuleBroken, match="is a draft: what is free is kept"):
        keeping.keep_one_hand(order=draft(known, **NEEDS), by=known.office, at=JUNE)


def read(client, bought):
    page = reverse("admin:lessons_schoolorder_change", args=[bought.pk])
    return client.get(page).content.decode()
