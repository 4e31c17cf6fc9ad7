"""A school's music plan: what it is judged by, what the school says, and who may say it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from bookings.models import Activity
from lessons.models import PlanAnswer, PlanFeature, Programme, SchoolPlan
from lessons.queries import plans as queries
from lessons.rules import plans as rules
from people.models import SchoolContact
from tests.factories.billing import AccountFactory, RateFactory
from tests.factories.bookings import ActivityFactory, EnrolmentFactory
from tests.factories.centres import YearFactory
from tests.factories.core import NOON, WordingFactory
from tests.factories.lessons import SubjectFactory, TuitionFactory
from tests.factories.people import SchoolFactory, contact_of
from tests.factories.schools import (
    OrderLineFactory,
    OrderPolicyFactory,
    PlanAnswerFactory,
    PlanFeatureFactory,
    ProgrammeFactory,
    SchoolOrderFactory,
    SchoolPlanFactory,
)
from tests.signing_in import sign_in

TODAY = NOON.date()
Standing = PlanAnswer.Standing


@pytest.mark.parametrize(
    ("known", "said", "stands"),
    [
        pytest.param("missing", None, "missing", id="nobody knows of any"),
        pytest.param("in_place", None, "in_place", id="our records are enough"),
        pytest.param("missing", "in_place", "in_place", id="the school's word is enough"),
        pytest.param("partly", "in_place", "in_place", id="the school adds what we do not see"),
        pytest.param("in_place", "missing", "in_place", id="what we do there is not unsaid"),
        pytest.param("missing", "partly", "partly", id="some of it"),
    ],
)
def test_the_better_of_what_we_know_and_what_they_say(known, said, stands):
    answer = PlanAnswer(standing=said) if said else None

    patch = rules.judged(PlanFeature(), rules.Evidence(known, ""), answer)

    assert patch.standing == stands


@pytest.mark.parametrize(
    ("answer", "tag", "said"),
    [
        pytest.param(None, "Not said yet", "A choir that meets.", id="nothing is claimed"),
        pytest.param(("missing", ""), "Missing", "No choir meets now.", id="the gap in our words"),
        pytest.param(("missing", "It stopped."), "Missing", "It stopped.", id="in theirs"),
        pytest.param(("in_place", ""), "In place", "", id="no gap"),
    ],
)
def test_a_gap_is_claimed_only_where_the_school_says_there_is_one(answer, tag, said):
    choir = PlanFeature(asks="A choir that meets.", gap_words="No choir meets now.")
    told = PlanAnswer(standing=answer[0], words=answer[1]) if answer else None

    patch = rules.judged(choir, rules.NOTHING_KNOWN, told)

    assert (patch.tag, patch.sentences) == (tag, said)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param(
            [(45, [4])], "The music service teaches 45 minutes of it in Year 4.", id="one year"
        ),
        pytest.param(
            [(45, [4]), (45, [3, 5])],
            "The music service teaches 45 minutes of it in Years 3, 4 and 5.",
            id="several",
        ),
        pytest.param(
            [(45, [4]), (40, [0])],
            "The music service teaches 45 minutes of it in Year 4"
            " and 40 minutes of it in Reception.",
            id="two lengths",
        ),
    ],
)
def test_what_we_teach_in_words(lines, words):
    assert rules.taught(lines).words == words


def test_the_hour_is_never_in_place_by_our_lessons_alone():
    assert rules.taught([(60, [4])]).standing == Standing.PARTLY


def test_a_small_number_of_pupils_is_not_said():
    few = rules.learnt(["Ukulele", "Violin"], 2, hide_below=3)
    more = rules.learnt(["Ukulele", "Violin"], 3, hide_below=3)

    assert (few.words, more.words) == (
        "With the music service: ukulele and violin.",
        "With the music service: ukulele and violin, 3 pupils.",
    )


@pytest.fixture
def now(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def school(db, now):
    OrderPolicyFactory()
    YearFactory()
    return SchoolFactory()


def feature(slug, evidence, **more):
    return PlanFeatureFactory(**{"slug": slug, "title": slug, "evidence": evidence} | more)


def standing_of(school, slug):
    plan = queries.music_plan(school, queries.year_of_plan(TODAY), on=TODAY)
    [square] = [each for each in plan.squares if each.patch.feature.slug == slug]
    return square.patch.standing


def agree(order):
    """Its lines are written before it is agreed, as the database asks."""
    like = SchoolOrderFactory.build(agreed=True, school=order.school, year=order.year)
    order.status, order.submitted_at, order.agreed_at = like.status, NOON, NOON
    order.agreed_by, order.agreement = order.made_by, WordingFactory()
    order.agreed_name, order.agreed_role = like.agreed_name, like.agreed_role
    order.save()


def test_a_choir_is_in_place_once_its_order_is_agreed(school):
    feature("choir", "choir")
    leadership = ProgrammeFactory(slug="choir", name="Choir leadership", kind=Programme.Kind.CHOIR)
    order = SchoolOrderFactory(school=school)
    OrderLineFactory(order=order, programme=leadership)
    before = standing_of(school, "choir")

    agree(order)

    assert (before, standing_of(school, "choir")) == ("missing", "in_place")


def slot_at(school):
    return ActivityFactory(kind="tuition", centre=None, school=school)


def test_two_instruments_are_a_choice_and_another_schools_do_not_count(school):
    feature("lessons", "lessons")
    for slug in ("ukulele", "violin"):
        TuitionFactory(
            subject=SubjectFactory(slug=slug),
            activity=slot_at(SchoolFactory()),
        )
    elsewhere = standing_of(school, "lessons")
    for slug in ("ukulele", "violin"):
        slot = TuitionFactory(subject=SubjectFactory(slug=slug), activity=slot_at(school))
    EnrolmentFactory(activity=slot.activity, active=True)

    assert (elsewhere, standing_of(school, "lessons")) == ("missing", "in_place")


def test_a_group_that_meets_at_the_school_is_said_by_name(school):
    feature("band", "ensemble")
    ActivityFactory(centre=None, school=school, title="Brass band", status=Activity.Status.RUNNING)

    plan = queries.music_plan(school, queries.year_of_plan(TODAY), on=TODAY)

    assert plan.heading == "One of one patches in place"
    assert "Brass band, Saturdays" in plan.squares[0].patch.sentences


def test_a_feature_of_another_day_is_not_asked(school):
    feature("old", "said", to_on=TODAY - dt.timedelta(days=1))
    feature("new", "said", from_on=TODAY + dt.timedelta(days=1))
    asked = feature("choir", "said")

    assert queries.features_on(TODAY) == [asked]


def test_a_gap_offers_its_programme_at_the_price_of_today(school, client):
    RateFactory(key="choir-hour", audience="school", amount=Decimal("46.55"), unit="hour")
    choir = ProgrammeFactory(
        slug="choir", name="Choir leadership", kind="choir", price_key="choir-hour", unit="hour"
    )
    feature("choir", "choir", next_programme=choir)

    plan = queries.music_plan(school, queries.year_of_plan(TODAY), on=TODAY)

    assert plan.squares[0].next_step == queries.NextStep(
        "choir leadership", "£46.55 an hour", "choir"
    )


def test_what_is_not_on_offer_is_not_offered(school):
    choir = ProgrammeFactory(slug="choir", kind="choir", is_published=False)
    feature("choir", "choir", next_programme=choir)

    plan = queries.music_plan(school, queries.year_of_plan(TODAY), on=TODAY)

    assert plan.squares[0].next_step is None


def test_the_page_takes_the_same_statements_however_much_there_is(
    school, django_assert_max_num_queries
):
    for number in range(7):
        feature(f"f{number}", "said")
        order = SchoolOrderFactory(school=school)
        OrderLineFactory(order=order)
        agree(order)

    with django_assert_max_num_queries(11):
        queries.music_plan(school, queries.year_of_plan(TODAY), on=TODAY)


def test_the_plan_says_what_is_agreed_with_us_and_who_was_trained(school, client):
    order = SchoolOrderFactory(school=school)
    OrderLineFactory(order=order, price=Decimal("1200.00"), subsidy=Decimal("-200.00"))
    agree(order)
    lead = sign_in(client, contact_of(school))
    EnrolmentFactory(
        active=True,
        activity=ActivityFactory(kind="training", audience="school_staff"),
        person=lead.person,
        account=AccountFactory(person=None, school=school),
    )

    shown = words(client.get(page("plan", school)))
    published = words(client.get(page("plan_summary", school)))

    assert "£1,000 of it with us." in shown
    assert "1 place on our courses this year." in shown
    assert "£1,000" not in published


def page(name, school):
    return reverse(f"schools:{name}", kwargs={"urn": school.urn})


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_music_lead_reviews_the_plan(school, client):
    feature("choir", "choir", position=1)
    feature("room", "said", position=2)
    lead = sign_in(client, contact_of(school))
    told = {
        "standing_choir": "missing",
        "words_choir": "It stopped in July.",
        "standing_room": "in_place",
        "words_room": "",
        "who_leads": "Hannah Whitlock, with a governor",
    }

    empty = client.get(page("plan", school))
    answer = client.post(page("edit_plan", school), told)
    shown = client.get(page("plan", school))
    again = client.get(page("edit_plan", school))

    assert "Nobody has reviewed it" in words(empty)
    assert answer.url == page("plan", school)
    assert "One of two patches in place" in words(shown)
    assert "It stopped in July." in words(shown)
    assert f"by {lead.person}" in words(shown)
    assert "It stopped in July." in again.content.decode()
    plan = SchoolPlan.objects.get()
    assert (plan.reviewed_by, plan.reviewed_at.date()) == (lead.person, TODAY)


def test_last_years_words_are_where_this_years_begin(school, client):
    choir = feature("choir", "choir")
    before = YearFactory(
        name="2025-26", starts_on=dt.date(2025, 9, 1), ends_on=dt.date(2026, 8, 31)
    )
    PlanAnswerFactory(
        plan=SchoolPlanFactory(school=school, year=before, money="£6,400 a year"),
        feature=choir,
        words="Thursdays at lunch",
    )
    sign_in(client, contact_of(school))

    shown = client.get(page("edit_plan", school)).content.decode()

    assert "Thursdays at lunch" in shown
    assert "£6,400 a year" in shown
    assert not SchoolPlan.objects.exclude(year=before).exists()


def test_words_without_a_standing_are_asked_for_it_and_kept(school, client):
    feature("choir", "choir")
    sign_in(client, contact_of(school))

    answer = client.post(page("edit_plan", school), {"words_choir": "It stopped in July."})

    assert answer.status_code == 422
    assert "Choose how you stand: choir" in words(answer)
    assert "It stopped in July." in answer.content.decode()
    assert not SchoolPlan.objects.exists()


def test_finance_reads_the_plan_and_does_not_write_it(school, client):
    feature("choir", "choir")
    sign_in(client, contact_of(school, SchoolContact.Role.FINANCE))

    assert client.get(page("plan", school)).status_code == 200
    assert client.get(page("edit_plan", school)).status_code == 404
    assert client.post(page("edit_plan", school), {"money": "All of it"}).status_code == 404


@pytest.mark.parametrize("name", ["plan", "edit_plan", "plan_summary", "plan_pdf"])
def test_another_schools_plan_is_not_there(school, client, name):
    sign_in(client, contact_of(SchoolFactory()))

    assert client.get(page(name, school)).status_code == 404


def test_the_summary_says_each_feature_and_no_reviewers_name(school, client):
    PlanAnswerFactory(
        plan=SchoolPlanFactory(school=school, who_leads="Our music lead"),
        feature=feature("choir", "choir"),
        words="Years 3 to 6, Thursdays",
    )
    feature("room", "said", title="A room")
    reader = sign_in(client, contact_of(school))

    shown = words(client.get(page("plan_summary", school)))
    main = shown.partition("Summary of our music development plan")[2]

    assert "In place. Years 3 to 6, Thursdays" in main
    assert "Left out until you have said how you stand: a room" in main
    assert "Our music lead" in main
    assert str(reader.person) not in main


def test_the_summary_is_an_accessible_document_with_its_words(school, client):
    PlanAnswerFactory(
        plan=SchoolPlanFactory(school=school),
        feature=feature("choir", "choir"),
        words="Years 3 to 6, Thursdays",
    )
    sign_in(client, contact_of(school))

    answer = client.get(page("plan_pdf", school))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.content
