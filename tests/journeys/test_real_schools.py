"""The 191 schools of a real extract: each is imported, found, claimed, and can order.

The people are invented, and no child is named: none belongs to a real school.
"""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from lessons.actions import drafts
from lessons.actions.drafts import Begin, Contact
from lessons.actions.orders import send_order
from lessons.models import SchoolOrder
from lessons.queries.prices import cost_of
from lessons.rules.drafts import LineAsked, NeedsAsked, SchoolShut
from people import actions
from people.models import School, SchoolContact
from people.queries import school_accounts
from people.rules import school_parts
from tests.factories.people import UserFactory, administrator
from tests.lessons.order_stage import next_year, offer

pytestmark = pytest.mark.django_db

EXTRACT = Path(__file__).parent.parent / "data" / "gias-hertfordshire-sample.csv"
IN_THE_EXTRACT = 191
HEAD, LEAD = SchoolContact.Role.HEAD, SchoolContact.Role.MUSIC_LEAD


@pytest.fixture
def schools(capsys):
    call_command("import_schools", EXTRACT)
    return list(School.objects.order_by("urn"))


def claim(school, by, *, at):
    asked = actions.AskedPart(frozenset({HEAD, LEAD}), "Headteacher")
    [claim] = actions.claim_school(
        school=school, asked=asked, is_vouched=False, most_a_day=IN_THE_EXTRACT, by=by, at=at
    )
    return claim


def order_ukulele(school, by, *, programme, year, at):
    """Two classes of Year 4, as the four pages would save and send it."""
    order = drafts.start_order(
        school=school,
        year=year,
        begin=Begin.FRESH,
        contact=Contact(by.person, by.person, by.email),
        by=by,
        at=at,
    )
    subject = programme.instruments.get().subject
    asked = LineAsked(programme, subject, None, (4,), 2, 60)
    drafts.save_line(order=order, position=1, asked=asked, by=by, at=at)
    needs = NeedsAsked(half_days=("2-am", "4-am"), room="hall", goes_home=True)
    drafts.save_needs(order=order, position=1, asked=needs, by=by, at=at)
    total = cost_of(order, on=timezone.localdate(at)).total
    return send_order(order=order, shown=total, by=by, at=at)


def test_every_school_of_the_extract_is_found_by_its_number_its_name_and_its_postcode(schools):
    assert len(schools) == IN_THE_EXTRACT

    lost = [
        (school.urn, words)
        for school in schools
        for words in (str(school.urn), school.name, school.postcode, school.postcode.lower())
        if school not in school_accounts.schools_to_claim(words)
    ]

    assert lost == []


def test_every_open_school_of_the_extract_is_claimed_and_no_closed_one(schools):
    user, office, now = UserFactory(), administrator(), timezone.now()

    refused = []
    for school in schools:
        try:
            actions.approve_claim(claim=claim(school, user, at=now), by=office, at=now)
        except school_parts.NotASchoolToday:
            refused.append(school.urn)

    closed = [school.urn for school in schools if school.status == School.Status.CLOSED]
    assert refused == closed
    served = school_accounts.schools_of(user)
    assert {each.school.urn for each in served} == {each.urn for each in schools} - set(closed)
    assert {frozenset(each.parts) for each in served} == {frozenset({HEAD, LEAD})}


def test_schools_of_the_extract_with_a_year_4_order_for_it(schools):
    """One in ten of them: an order is some sixty statements."""
    year, (programme, *_), office, now = next_year(), offer(), administrator(), timezone.now()
    user = UserFactory()
    some = [school for school in schools if teaches_year_4(school)][::10]

    for school in some:
        actions.approve_claim(claim=claim(school, user, at=now), by=office, at=now)
        order_ukulele(school, user, programme=programme, year=year, at=now)

    sent = SchoolOrder.objects.filter(status=SchoolOrder.Status.SUBMITTED)
    assert len(some) > 10
    assert {order.school for order in sent.select_related("school")} == set(some)
    with pytest.raises(SchoolShut):
        order_ukulele(closed(schools[0]), user, programme=programme, year=year, at=now)


def teaches_year_4(school):
    """Children of Year 4 turn nine; an open school that says its ages."""
    is_open = school.status == School.Status.OPEN
    return is_open and (school.low_age or 99) <= 8 and (school.high_age or 0) >= 9


def closed(school):
    School.objects.filter(pk=school.pk).update(status=School.Status.CLOSED)
    school.refresh_from_db()
    return school
