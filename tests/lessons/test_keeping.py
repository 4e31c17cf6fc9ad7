"""What is yes is kept for whoever sent the order, promised once it agrees, and lapses if not."""

import datetime as dt

import pytest

from core.models import Email
from lessons import tasks
from lessons.actions import keeping, orders
from lessons.models import HourKept, OrderLine, Programme, SchoolOrder, SetKept
from lessons.rules.feasibility import Answer, NotFeasible
from loans.models import Custody
from tests.factories.billing import RateFactory
from tests.factories.lessons import SubjectFactory
from tests.factories.people import SchoolContactFactory, UserFactory
from tests.factories.schools import OrderPolicyFactory, ProgrammeClassFactory
from tests.lessons.asking import JUNE, TUESDAY, answer, order, teacher, teaches, ukulele

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def programme():
    OrderPolicyFactory(hold_days=7)
    return ukulele()


@pytest.fixture
def lead():
    return UserFactory()


def hours_of(kept):
    return HourKept.objects.filter(line__order=kept, released_at=None).order_by("ordinal")


def sets_of(kept):
    return SetKept.objects.filter(line__order=kept, released_at=None).order_by("ordinal")


def statuses_of(kept):
    return [one.custody.status for one in sets_of(kept).select_related("custody")]


def test_keep_keeps_what_is_yes_for_the_days_of_the_policy(programme, lead):
    person, sent = teacher(), order(programme)

    [answered] = keeping.keep_for(sent, by=lead, at=JUNE)

    assert answered.is_yes
    assert [(hour.teacher, hour.kept_until) for hour in hours_of(sent)] == [
        (person, JUNE + 7 * DAY),
        (person, JUNE + 7 * DAY),
    ]
    assert statuses_of(sent) == [Custody.Status.OFFERED] * 2
    assert {one.custody.school for one in sets_of(sent)} == {sent.school}


def test_keep_stores_the_answer_and_what_it_rests_on(programme, lead):
    sent = order(programme)

    keeping.keep_for(sent, by=lead, at=JUNE)

    line = OrderLine.objects.get()
    assert (line.answer, line.answered_at) == (Answer.WAITING, JUNE)
    assert line.answer_reasons[-1] == {
        "holds": False,
        "sentence": "You are first to ask. We tell you as soon as something comes free.",
    }


def test_keep_keeps_nothing_for_what_is_no_yes(programme, lead):
    teaches(teacher(), TUESDAY, "09:00", minutes=180)
    sent = order(programme)

    [answered] = keeping.keep_for(sent, by=lead, at=JUNE)

    assert answered.answer == Answer.IF
    assert not hours_of(sent)
    assert not sets_of(sent)


def test_keep_again_keeps_the_same_for_longer(programme, lead):
    teacher()
    sent = order(programme)
    keeping.keep_for(sent, by=lead, at=JUNE)
    before = list(hours_of(sent).values_list("pk", flat=True))
    teacher(name="Abiola")  # no nearer, but first by name

    keeping.keep_for(sent, by=lead, at=JUNE + DAY)

    assert list(hours_of(sent).values_list("pk", flat=True)) == before
    assert hours_of(sent)[0].kept_until == JUNE + 8 * DAY
    assert [one.custody.offer_expires_at for one in sets_of(sent)] == [JUNE + 8 * DAY] * 2


def test_two_tutors_are_kept_on_in_the_order_they_were_kept_in(programme, lead):
    Programme.objects.update(tutors=2)
    teacher()
    known, sent = teacher(name="Wren"), order(programme, classes=1, pupils=30)
    ProgrammeClassFactory(
        line__order__school=sent.school,
        line__subject=SubjectFactory(),
        activity__teacher=known,
        activity__weekday=4,
        activity__local_start=dt.time(9),
        activity__first_on=dt.date(2025, 9, 4),
        activity__last_on=dt.date(2026, 7, 16),
    )
    keeping.keep_for(sent, by=lead, at=JUNE)
    before = list(hours_of(sent).order_by("tutor").values_list("pk", flat=True))

    keeping.keep_for(sent, by=lead, at=JUNE + DAY)

    assert hours_of(sent).get(tutor=1).teacher == known
    assert list(hours_of(sent).order_by("tutor").values_list("pk", flat=True)) == before


def test_keep_lets_go_of_what_the_order_no_longer_asks(programme, lead):
    teacher()
    sent = order(programme)
    keeping.keep_for(sent, by=lead, at=JUNE)
    sent.lines.update(classes=1, pupils=30)

    keeping.keep_for(sent, by=lead, at=JUNE)

    assert len(hours_of(sent)) == len(sets_of(sent)) == 1
    assert Custody.objects.filter(status=Custody.Status.CANCELLED).count() == 2


def test_what_is_kept_is_not_there_for_the_next_school(programme, lead):
    teacher()
    keeping.keep_for(order(programme), by=lead, at=JUNE)
    second = order(programme)

    [answered] = keeping.keep_for(second, by=lead, at=JUNE + DAY)

    assert answered.answer == Answer.IF
    assert answered.reasons[-1].sentence == "It is kept for another school until Monday 22 June."
    assert not hours_of(second)


def test_confirm_promises_for_good(programme, lead):
    teacher()
    sent = order(programme)
    keeping.keep_for(sent, by=lead, at=JUNE)
    before = list(hours_of(sent).values_list("pk", flat=True))

    keeping.confirm_kept(sent, by=lead, at=JUNE + DAY)

    assert list(hours_of(sent).values_list("pk", "kept_until")) == [(pk, None) for pk in before]
    assert statuses_of(sent) == [Custody.Status.ALLOCATED] * 2
    assert keeping.lapse_kept(by=None, at=JUNE + 90 * DAY) == 0


def test_confirm_works_it_out_anew_where_it_lapsed(programme, lead):
    teacher()
    sent = order(programme)
    keeping.keep_for(sent, by=lead, at=JUNE)
    keeping.lapse_kept(by=None, at=JUNE + 8 * DAY)

    [answered] = keeping.confirm_kept(sent, by=lead, at=JUNE + 9 * DAY)

    assert answered.is_yes
    assert [hour.kept_until for hour in hours_of(sent)] == [None, None]


def test_confirm_refuses_with_the_answers_where_it_is_no_yes_any_more(programme, lead):
    person, sent = teacher(), order(programme)
    keeping.keep_for(sent, by=lead, at=JUNE)
    teaches(person, TUESDAY, "09:00", minutes=180)

    with pytest.raises(NotFeasible, match="nothing is agreed yet") as refused:
        keeping.confirm_kept(sent, by=lead, at=JUNE + DAY)

    assert [answered.answer for answered in refused.value.answers] == [Answer.IF]
    assert hours_of(sent)[0].kept_until == JUNE + 7 * DAY
    assert statuses_of(sent) == [Custody.Status.OFFERED] * 2


def test_release_lets_all_of_it_go_once(programme, lead):
    teacher()
    sent = order(programme)
    keeping.keep_for(sent, by=lead, at=JUNE)

    assert keeping.release_kept(sent, by=lead, at=JUNE + DAY) == 4
    assert keeping.release_kept(sent, by=lead, at=JUNE + DAY) == 0

    assert not hours_of(sent)
    assert set(Custody.objects.values_list("status", flat=True)) == {Custody.Status.CANCELLED}
    assert answer(at=JUNE + DAY).is_yes


def test_release_of_the_hours_leaves_the_sets_promised(programme, lead):
    teacher()
    sent = order(programme)
    keeping.confirm_kept(sent, by=lead, at=JUNE)

    assert keeping.release_kept(sent, by=lead, at=JUNE + DAY, sets=False) == 2

    assert statuses_of(sent) == [Custody.Status.ALLOCATED] * 2


def test_a_set_that_is_at_the_school_stays_there_until_it_is_back(programme, lead):
    teacher()
    sent = order(programme)
    keeping.confirm_kept(sent, by=lead, at=JUNE)
    Custody.objects.update(status=Custody.Status.OUT, out_on=TUESDAY)

    keeping.release_kept(sent, by=lead, at=JUNE + DAY)

    assert set(Custody.objects.values_list("status", flat=True)) == {Custody.Status.OUT}


def test_lapse_frees_what_nobody_answered_and_nothing_else(programme, lead):
    teacher()
    late, agreed = order(programme), order(programme, half_days=["3-am"], classes=1, pupils=30)
    keeping.keep_for(late, by=lead, at=JUNE)
    keeping.confirm_kept(agreed, by=lead, at=JUNE)

    assert keeping.lapse_kept(by=None, at=JUNE + 7 * DAY) == 4

    assert not hours_of(late)
    assert not sets_of(late)
    assert len(hours_of(agreed)) == 1
    assert statuses_of(agreed) == [Custody.Status.ALLOCATED]


def test_what_ran_out_unswept_is_kept_for_the_next_school(programme, lead):
    teacher()
    keeping.keep_for(order(programme), by=lead, at=JUNE)
    second = order(programme)

    [answered] = keeping.keep_for(second, by=lead, at=JUNE + 8 * DAY)

    assert answered.is_yes
    assert len(hours_of(second)) == 2


def test_the_clock_sweeps_what_ran_out(programme, lead):
    teacher()
    keeping.keep_for(order(programme), by=lead, at=JUNE)

    assert tasks.lapse_kept() == 4
    assert tasks.lapse_kept() == 0


# Whoever waits


@pytest.fixture
def waiting(programme, lead):
    """The one teacher has one morning of the year: a school has it, and another waits."""
    Programme.objects.update(terms=3, weeks=33)
    for key, amount in (("programme-wcet-year", "900"), ("programme-subsidy-year", "-300")):
        RateFactory(key=key, amount=amount, audience="school", from_on=dt.date(2020, 9, 1))
    teacher(hours=[(2, "09:00", "10:30")])
    first, second = order(programme, term=None), order(programme, term=None)
    lead.person.email = "hannah@school.example"
    lead.person.save()
    second.contact = lead.person
    second.save()
    SchoolContactFactory(school=second.school, person=lead.person)
    keeping.keep_for(first, by=lead, at=JUNE)
    [answered] = keeping.keep_for(second, by=lead, at=JUNE)
    assert (answered.answer, answered.place) == (Answer.WAITING, 2)
    return second


def test_whoever_waits_is_kept_it_and_quoted_once_it_comes_free(waiting):
    assert orders.answer_waiting(at=JUNE + 6 * DAY) == 0

    assert orders.answer_waiting(at=JUNE + 8 * DAY) == 1

    waiting.refresh_from_db()
    assert waiting.status == SchoolOrder.Status.QUOTED
    assert len(hours_of(waiting)) == 2
    letter = Email.objects.get(copy="order-came-free")
    assert letter.to_address == waiting.contact.email
    assert "Tuesday mornings: yes" in letter.body_text


def test_whoever_waits_hears_once(waiting):
    orders.answer_waiting(at=JUNE + 8 * DAY)

    assert orders.answer_waiting(at=JUNE + 8 * DAY) == 0
    assert Email.objects.filter(copy="order-came-free").count() == 1


def test_whoever_asked_first_is_answered_first(programme, waiting, lead):
    third = order(programme, term=None)
    [answered] = keeping.keep_for(third, by=lead, at=JUNE)
    assert answered.place == 3

    orders.answer_waiting(at=JUNE + 8 * DAY)

    assert (len(hours_of(waiting)), len(hours_of(third))) == (2, 0)


def test_an_order_taken_back_waits_for_nothing(waiting):
    SchoolOrder.objects.filter(pk=waiting.pk).update(status=SchoolOrder.Status.DRAFT)

    assert not orders.answer_again(order=waiting, by=None, at=JUNE + 8 * DAY)


# Whoever waits though we quoted


@pytest.fixture
def quoted(waiting, lead):
    """The office gave a price while it still waits; its letters are gone out."""
    headteacher = SchoolContactFactory(school=waiting.school, role="head").person
    headteacher.email = "dele@school.example"
    headteacher.save()
    orders.quote_order(order=waiting, note="It may come free.", by=lead, at=JUNE)
    assert waiting.lines.get().answer == Answer.WAITING
    Email.objects.all().delete()
    return waiting


def test_a_quoted_order_that_waits_is_looked_at_again_quietly(quoted):
    assert orders.answer_waiting(at=JUNE + 6 * DAY) == 0

    assert not Email.objects.exists()


def test_what_comes_free_is_kept_for_a_quoted_order_at_the_price_it_has(quoted):
    quoted.refresh_from_db()
    before = (quoted.status, quoted.quote_ends_on, quoted.submitted_at, quoted.lines.get().price)

    assert orders.answer_waiting(at=JUNE + 8 * DAY) == 1

    quoted.refresh_from_db()
    line = quoted.lines.get()
    assert (line.answer, len(hours_of(quoted))) == (Answer.YES, 2)
    assert (quoted.status, quoted.quote_ends_on, quoted.submitted_at, line.price) == before


def test_a_school_that_has_our_quote_reads_once_what_came_free(quoted):
    orders.answer_waiting(at=JUNE + 8 * DAY)
    orders.answer_waiting(at=JUNE + 8 * DAY + DAY / 24)

    letters = Email.objects.order_by("to_address")
    assert [(each.copy, each.to_address) for each in letters] == [
        ("order-came-free", "dele@school.example"),
        ("order-came-free", "hannah@school.example"),
    ]
    for letter in letters:
        said = " ".join(letter.body_text.split())
        assert "Tuesday mornings: yes" in said
        assert "can agree to it until Wednesday 15 July, at the price of our quote." in said


def test_with_more_that_waits_nobody_is_asked_to_agree_yet(quoted):
    quoted.lines.create(
        programme=Programme.objects.get(), subject=SubjectFactory(slug="harp"), position=2,
        year_groups=[4], classes=1, pupils=30, half_days=["2-am"], room="hall", price=0,
        answer=Answer.WAITING,
    )  # fmt: skip

    assert orders.answer_waiting(at=JUNE + 8 * DAY) == 1
    assert orders.answer_waiting(at=JUNE + 8 * DAY) == 0

    letter = Email.objects.first()
    assert "The rest still waits. We look again each hour" in " ".join(letter.body_text.split())
    assert "can agree to it" not in letter.body_text


def test_a_quoted_order_keeps_its_place_in_the_line(programme, quoted, lead):
    third = order(programme, term=None)
    [answered] = keeping.keep_for(third, by=lead, at=JUNE)
    assert answered.place == 3

    orders.answer_waiting(at=JUNE + 8 * DAY)

    assert (len(hours_of(quoted)), len(hours_of(third))) == (2, 0)


def test_a_quote_that_has_ended_waits_for_nothing(quoted):
    SchoolOrder.objects.filter(pk=quoted.pk).update(quote_ends_on=JUNE.date() + 7 * DAY)

    assert orders.answer_waiting(at=JUNE + 8 * DAY) == 0
    assert not hours_of(quoted)
