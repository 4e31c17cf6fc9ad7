"""What waits for somebody at a school: real things, for those who may do them, until they did."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from lessons.models import SchoolOrder
from lessons.queries import school_todos
from lessons.queries.school_todos import Kind
from lessons.views.school_words import todo_words
from people.models import SchoolContact
from tests.factories.bookings import (
    CancellationCauseFactory,
    ClosureFactory,
    SessionFactory,
    spell,
)
from tests.factories.centres import YearFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.people import contact_of
from tests.factories.schools import (
    ClaimCodeFactory,
    ClassCareFactory,
    OrderLineFactory,
    OrderPolicyFactory,
    SchoolOrderFactory,
    SchoolPlanFactory,
)
from tests.lessons.school_stage import TUESDAY, change, class_at, larkhay, lesson_of

pytestmark = pytest.mark.django_db
HEAD, LEAD = SchoolContact.Role.HEAD, SchoolContact.Role.MUSIC_LEAD
FINANCE, DSL = SchoolContact.Role.FINANCE, SchoolContact.Role.DSL
EVERYBODY = (HEAD, LEAD, FINANCE, DSL)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOON)
    OrderPolicyFactory()


@pytest.fixture
def school():
    """Whose music plan is reviewed, so that nothing waits."""
    school = larkhay()
    SchoolPlanFactory(school=school, year=YearFactory())
    return school


def todos(school, role=LEAD):
    return school_todos.todos_of(contact_of(school, role), [school], at=NOON)[school.pk]


def told(school, role=LEAD):
    """In words, as the page shows them."""
    return [(line["text"], line["detail"]) for line in map(todo_words, todos(school, role))]


def who_is_told(school):
    return {role for role in EVERYBODY if todos(school, role)}


def agreed_order(school, *, po_number="", **order):
    """Running, at £2,459.20 for its line."""
    made = SchoolOrderFactory(school=school)
    line = OrderLineFactory(
        order=made, price=Decimal("2659.20"), subsidy=Decimal("-200.00"), send_pupils=0
    )
    fields = {
        "status": "running", "submitted_at": NOON, "quoted_at": NOON, "agreed_at": NOON,
        "agreed_by": made.made_by, "agreed_name": "Dele Achebe", "agreed_role": "headteacher",
        "agreement": WordingFactory(), "po_number": po_number, **order,
    }  # fmt: skip
    SchoolOrder.objects.filter(pk=made.pk).update(**fields)
    return line


def test_nothing_waits_where_all_is_done(school):
    agreed_order(school, po_number="PO-1")

    assert {role: told(school, role) for role in EVERYBODY} == {role: [] for role in EVERYBODY}


# Orders


def test_a_quote_waits_for_whoever_may_agree(school):
    order = SchoolOrderFactory(school=school, quoted=True)
    OrderLineFactory(order=order, price=Decimal("660.00"))

    assert told(school, HEAD) == [
        (
            f"Agree order {order.number} for 2026-27",
            "£660, stands until Tuesday 22 December",
        )
    ]
    assert who_is_told(school) == {HEAD, FINANCE}


def test_a_quote_waits_for_the_music_lead_where_the_school_wants_no_approval():
    school = larkhay(wants_approval=False)
    SchoolPlanFactory(school=school, year=YearFactory())
    SchoolOrderFactory(school=school, quoted=True)

    assert who_is_told(school) == {HEAD, LEAD, FINANCE}


def test_a_purchase_order_is_asked_for_until_there_is_one(school):
    line = agreed_order(school)

    assert told(school, FINANCE) == [
        (
            f"Add a purchase order number to order {line.order.number}",
            "For 2026-27, £2,459.20",
        )
    ]
    assert who_is_told(school) == {HEAD, LEAD, FINANCE}

    SchoolOrder.objects.filter(pk=line.order_id).update(po_number="PO-1")
    assert who_is_told(school) == set()


def test_a_draft_waits_for_whoever_may_order(school):
    order = SchoolOrderFactory(school=school)

    assert told(school) == [
        (f"Finish order {order.number} for 2026-27", "A draft begun on Sunday 22 November")
    ]
    assert who_is_told(school) == {HEAD, LEAD}


def test_an_order_of_a_year_that_is_over_waits_for_nobody(school):
    last_year = YearFactory(
        name="2025-26", starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2026, 8, 31)
    )
    SchoolOrderFactory(school=school, year=last_year)

    assert who_is_told(school) == set()


# Classes


def test_what_a_class_needs_is_asked_for_by_its_day_and_then_still(school, time_machine):
    line = OrderLineFactory(order__school=school, order__po_number="PO-1", send_pupils=2)
    SchoolOrder.objects.filter(pk=line.order_id).update(status="submitted", submitted_at=NOON)
    for name in ("4A", "4B"):
        class_at(school, line=line, class_name=name, first_on=dt.date(2026, 12, 8))

    assert told(school) == [
        (
            "Tell us what pupils in 4A and 4B need",
            "By Tuesday 1 December: their first lesson is on Tuesday 8 December",
        )
    ]
    assert who_is_told(school) == {HEAD, LEAD}
    time_machine.move_to(dt.datetime(2026, 12, 9, 12, tzinfo=dt.UTC))
    assert told(school)[0][1] == "Their lessons have begun"


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        pytest.param({"send_pupils": None}, True, id="not said"),
        pytest.param({"send_pupils": 2}, True, id="some"),
        pytest.param({"send_pupils": 0, "needs": ["sight"]}, True, id="a need"),
        pytest.param({"send_pupils": 0}, False, id="none"),
    ],
)
def test_needs_are_asked_for_only_where_the_order_may_have_some(school, line, asked):
    line = OrderLineFactory(order__school=school, **line)
    SchoolOrder.objects.filter(pk=line.order_id).update(status="submitted", submitted_at=NOON)
    class_at(school, line=line)

    assert bool(todos(school)) is asked


def test_needs_that_were_told_and_classes_that_are_over_wait_for_nobody(school):
    line = agreed_order(school, po_number="PO-1")
    ClassCareFactory(programme_class=class_at(school, line=line))
    class_at(school, line=line, class_name="4B", last_on=NOON.date() - dt.timedelta(days=1))

    assert who_is_told(school) == set()


def test_a_lesson_on_a_day_the_school_is_shut_waits_for_notice(school):
    agreed = agreed_order(school, po_number="PO-1")
    lesson_of(class_at(school, line=agreed), dt.date(2026, 12, 1))
    ClosureFactory(school=school, starts_on=dt.date(2026, 12, 1), reason="Nativity", slug="n")

    assert told(school) == [
        (
            "Is there a lesson on Tuesday 1 December?",
            "Ukulele, 4A. You told us: Nativity. Enough notice moves the lesson; less, and it"
            " counts as taught.",
        )
    ]
    assert who_is_told(school) == {HEAD, LEAD}


@pytest.mark.parametrize(
    "closure",
    [
        pytest.param({"closed_at": NOON}, id="notice given"),
        pytest.param({"undone": True}, id="undone"),
        pytest.param({"starts_on": dt.date(2026, 12, 2)}, id="another day"),
        pytest.param(
            {"from_time": dt.time(13), "until_time": dt.time(15)}, id="another part of the day"
        ),
    ],
)
def test_no_notice_is_asked_for_where_none_is_needed(school, closure):
    agreed = agreed_order(school, po_number="PO-1")
    lesson_of(class_at(school, line=agreed), dt.date(2026, 12, 1))
    if closure.pop("undone", False):
        closure |= {"undone_at": NOON, "undone_by": agreed.order.made_by}
    ClosureFactory(**({"school": school, "starts_on": dt.date(2026, 12, 1)} | closure))

    assert todos(school) == []


def called_off(school, **cause):
    """A lesson of 4A that the school called off."""
    session = lesson_of(class_at(school, line=agreed_order(school, po_number="PO-1")), TUESDAY)
    cause = CancellationCauseFactory(
        **({"slug": "school-trip", "name": "School trip", "caused_by": "school"} | cause)
    )
    change(session, status="cancelled", cause=cause)
    return session


def test_a_lesson_called_off_in_time_waits_for_its_new_date(school):
    session = called_off(school)

    assert told(school) == [
        (
            "Ukulele, 4A has no new date yet",
            "For the lesson of Tuesday 24 November. We look for a day with you",
        )
    ]

    SessionFactory(
        activity=session.activity, school=school, makes_up=session,
        occurs_on=dt.date(2026, 12, 3), during=spell(dt.date(2026, 12, 3)),
    )  # fmt: skip
    assert todos(school) == []


def test_a_lesson_that_counts_as_taught_waits_for_no_date(school):
    called_off(school, is_made_up=False)

    assert todos(school) == []


def letters_made(school, *, days_ago):
    taught = class_at(school, line=agreed_order(school, po_number="PO-1"))
    taught.letters_made_at = NOON - dt.timedelta(days=days_ago)
    taught.save()
    return taught


def test_letters_wait_to_be_handed_out_until_a_family_opens_one(school):
    taught = letters_made(school, days_ago=3)
    code = ClaimCodeFactory(programme_class=taught)

    assert told(school) == [
        ("Hand out the take-home letters of 4A", "Each has a code for a first lesson")
    ]

    code.opened_at = timezone.now()
    code.save()
    assert todos(school) == []


def test_letters_made_long_ago_wait_no_more(school):
    letters_made(school, days_ago=29)

    assert todos(school) == []


# The plan, and the order of all


def test_the_music_plan_waits_once_a_year_for_whoever_speaks_for_the_school():
    school = larkhay()
    SchoolPlanFactory(
        school=school,
        year=YearFactory(
            name="2025-26", starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2026, 8, 31)
        ),
    )
    YearFactory()

    assert [text for text, _ in told(school)] == ["Review your music plan for 2026-27"]
    assert who_is_told(school) == {HEAD, LEAD}


def test_the_most_pressing_comes_first_and_every_line_has_its_page():
    school = larkhay()
    YearFactory()
    SchoolOrderFactory(school=school)
    SchoolOrderFactory(school=school, quoted=True)
    agreed_order(school)
    letters_made(school, days_ago=1)

    found = todos(school, HEAD)

    assert [todo.kind for todo in found] == [
        Kind.AGREE,
        Kind.PURCHASE_ORDER,
        Kind.LETTERS,
        Kind.DRAFT,
        Kind.PLAN,
    ]
    assert all(todo_words(todo)["url"].startswith(f"/schools/{school.urn}/") for todo in found)


def test_one_school_is_told_nothing_of_another(school):
    other = larkhay(name="Other School")
    agreed_order(other)
    letters_made(other, days_ago=1)

    assert who_is_told(school) == set()
