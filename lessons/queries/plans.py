"""A school's music plan: what the national plan asks, what we know of it, what they say."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from billing.models import Rate
from bookings.models import Activity, Enrolment
from centres.models import Year
from core import words
from lessons import rules
from lessons.models import (
    OrderLine,
    OrderPolicy,
    PlanAnswer,
    PlanFeature,
    Programme,
    SchoolOrder,
    SchoolPlan,
    Tuition,
)
from lessons.rules import plans as plan_rules
from lessons.rules.plans import Evidence, Patch
from people.models import School

_MET = (Activity.Status.OPEN, Activity.Status.CLOSED, Activity.Status.RUNNING)
_WEEKLY = (
    Programme.Kind.CURRICULUM,
    Programme.Kind.WHOLE_CLASS,
    Programme.Kind.CONTINUATION,
    Programme.Kind.EARLY_YEARS,
    Programme.Kind.SEND,
)


@dataclass(frozen=True)
class NextStep:
    """What would fill a gap: something to order, or a course to send somebody to."""

    name: str
    price: str
    programme: str = ""


@dataclass(frozen=True)
class Square:
    """One patch, with the way on where there is one."""

    patch: Patch
    next_step: NextStep | None


@dataclass(frozen=True)
class MusicPlan:
    """A school's plan for a year; `plan` is None until somebody has reviewed it."""

    school: School
    year: Year
    plan: SchoolPlan | None
    squares: tuple[Square, ...]
    trained: str
    spent: str

    @property
    def known(self) -> list[Patch]:
        """What can be published: nothing is claimed of what nobody has said."""
        return [square.patch for square in self.squares if square.patch.is_known]

    @property
    def unsaid(self) -> list[str]:
        return [square.patch.feature.title for square in self.squares if not square.patch.is_known]

    @property
    def heading(self) -> str:
        return plan_rules.heading([square.patch for square in self.squares])

    @property
    def number_of_patches(self) -> str:
        return plan_rules.in_words(len(self.squares))

    @property
    def source(self) -> str:
        """What the patches are the short wording of."""
        return self.squares[0].patch.feature.source if self.squares else ""


def year_of_plan(on: dt.date) -> Year | None:
    """The school year of a day: the one it falls in, else the next, else the last we know."""
    to_come = Year.objects.filter(ends_on__gte=on).order_by("starts_on").first()
    return to_come or Year.objects.order_by("-starts_on").first()


def features_on(day: dt.date) -> list[PlanFeature]:
    """What the national plan asks on a day, in its order."""
    in_force = Q(to_on=None) | Q(to_on__gte=day)
    found = PlanFeature.objects.filter(in_force, from_on__lte=day)
    return list(found.select_related("next_programme", "next_course").order_by("position", "pk"))


def plan_of(school: School, year: Year) -> SchoolPlan | None:
    """This year's, with who reviewed it."""
    found = SchoolPlan.objects.filter(school=school, year=year)
    return found.select_related("reviewed_by").prefetch_related("answers").first()


def words_before(school: School, year: Year) -> SchoolPlan | None:
    """The plan to begin an edit from: this year's, or the last one they wrote."""
    found = SchoolPlan.objects.filter(school=school, year__starts_on__lte=year.starts_on)
    return found.prefetch_related("answers__feature").order_by("-year__starts_on").first()


def music_plan(school: School, year: Year, *, on: dt.date) -> MusicPlan:
    """Every feature with its answer; bounded in statements however much the school has."""
    plan, features = plan_of(school, year), features_on(on)
    answers: dict[int, PlanAnswer] = (
        {each.feature_id: each for each in plan.answers.all()} if plan else {}
    )
    known = evidence_of(school, year, on=on)
    patches = [
        plan_rules.judged(
            feature,
            known.get(feature.evidence, plan_rules.NOTHING_KNOWN),
            answers.get(feature.pk),
        )
        for feature in features
    ]
    steps = _next_steps(patches, on=on)
    squares = tuple(Square(patch, steps.get(patch.feature.pk)) for patch in patches)
    return MusicPlan(
        school,
        year,
        plan,
        squares,
        trained=plan_rules.trained(_places_on_training(school, year)),
        spent=plan_rules.spent(_agreed_with_us(school, year)),
    )


def _places_on_training(school: School, year: Year) -> int:
    return Enrolment.objects.filter(
        account__school=school,
        activity__year=year,
        activity__kind=Activity.Kind.TRAINING,
        status__in=[Enrolment.Status.ACTIVE, Enrolment.Status.ENDED],
    ).count()


def _agreed_with_us(school: School, year: Year) -> Decimal:
    lines = OrderLine.objects.filter(
        order__school=school, order__year=year, order__status__in=SchoolOrder.BINDING
    )
    total = Sum(F("price") + F("subsidy") + F("adjustment"))
    return lines.aggregate(total=total)["total"] or Decimal(0)


def evidence_of(school: School, year: Year, *, on: dt.date) -> dict[str, Evidence]:
    """What our own records show, by kind of evidence."""
    lines = list(
        OrderLine.objects.filter(order__school=school, order__year=year)
        .filter(order__status__in=SchoolOrder.BINDING)
        .select_related("programme")
        .order_by("order_id", "position")
    )
    weekly = [line for line in lines if line.programme.kind in _WEEKLY]
    choirs = [line.programme for line in lines if line.programme.kind == Programme.Kind.CHOIR]
    kinds = PlanFeature.Evidence
    return {
        kinds.CURRICULUM: plan_rules.taught(
            (line.programme.minutes, line.year_groups) for line in weekly
        ),
        kinds.CHOIR: plan_rules.sung(list(dict.fromkeys(str(one) for one in choirs))),
        kinds.LESSONS: _lessons(school, year, on=on),
        kinds.ENSEMBLE: _groups(school, year, on=on),
    }


def _lessons(school: School, year: Year, *, on: dt.date) -> Evidence:
    here = Q(activity__school=school, activity__year=year, activity__status__in=_MET)
    subjects = Tuition.objects.filter(here).order_by("subject__name").values_list("subject__name")
    pupils = Enrolment.objects.filter(
        here, status=Enrolment.Status.ACTIVE, activity__kind=Activity.Kind.TUITION
    ).aggregate(number=Count("person", distinct=True))["number"]
    names = [name for (name,) in subjects.distinct()]
    return plan_rules.learnt(names, pupils, hide_below=_hide_below(on))


def _groups(school: School, year: Year, *, on: dt.date) -> Evidence:
    groups = (
        Activity.objects.filter(
            school=school, year=year, kind=Activity.Kind.COURSE, status__in=_MET
        )
        .annotate(players=Count("enrolments", filter=Q(enrolments__status="active")))
        .order_by("title", "pk")
    )
    few = _hide_below(on)
    return plan_rules.played([_group(group, few) for group in groups])


def _group(group: Activity, few: int) -> str:
    """Brass band, Wednesdays, 12.30pm, 45 minutes, 14 pupils"""
    players = int(group.players)  # type: ignore[attr-defined]  # annotated
    who = f", {words.count(players, 'pupil')}" if players >= max(few, 1) else ""
    return f"{group.title}, {rules.when(group)}{who}"


def _hide_below(on: dt.date) -> int:
    in_force = Q(to_on=None) | Q(to_on__gte=on)
    policy = OrderPolicy.objects.filter(in_force, from_on__lte=on).first()
    return policy.hide_below if policy else 0


def _next_steps(patches: list[Patch], *, on: dt.date) -> dict[int, NextStep]:
    """What fills each gap, with its price today."""
    gaps = [patch.feature for patch in patches if not patch.is_in_place]
    ordered = [one.next_programme for one in gaps if one.next_programme]
    offered = set(
        Programme.objects.on_offer(on)
        .filter(pk__in=[one.pk for one in ordered])
        .values_list("pk", flat=True)
    )
    prices = _prices([one.price_key for one in ordered], on=on)
    steps = {}
    for feature in gaps:
        programme, course = feature.next_programme, feature.next_course
        if programme and programme.pk in offered:
            price = prices.get(programme.price_key)
            said = f"{words.money(price)} {programme.get_unit_display()}" if price else ""
            steps[feature.pk] = NextStep(
                plan_rules.in_a_sentence(programme.name), said, programme.slug
            )
        elif course and course.is_published:
            steps[feature.pk] = NextStep(course.title, "")
    return steps


def _prices(keys: list[str], *, on: dt.date) -> dict[str, Decimal]:
    in_force = Q(to_on=None) | Q(to_on__gte=on)
    rates = Rate.objects.filter(
        in_force, key__in=keys, audience=Rate.Audience.SCHOOL, from_on__lte=on
    )
    return {rate.key: rate.amount for rate in rates}
