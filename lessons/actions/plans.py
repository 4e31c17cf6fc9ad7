"""What a school says in its music plan."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from centres.models import Year
from core.actions import action
from lessons.models import PlanAnswer, PlanFeature, SchoolPlan
from people.models import School, User


@dataclass(frozen=True)
class Told:
    """What somebody says for their school: a standing and words for each feature, and the rest."""

    answers: Mapping[PlanFeature, tuple[str, str]] = field(default_factory=dict)
    who_leads: str = ""
    money: str = ""
    training: str = ""
    moving_on: str = ""


@action
def review_plan(*, school: School, year: Year, told: Told, by: User, at: dt.datetime) -> SchoolPlan:
    """The plan of this year is as they say, reviewed now by them. A feature not said is let be."""
    School.objects.select_for_update(no_key=True).get(pk=school.pk)
    plan, _ = SchoolPlan.objects.update_or_create(
        school=school,
        year=year,
        defaults={
            "who_leads": told.who_leads,
            "money": told.money,
            "training": told.training,
            "moving_on": told.moving_on,
            "reviewed_at": at,
            "reviewed_by": by.person,
        },
    )
    for feature, (standing, words) in told.answers.items():
        PlanAnswer.objects.update_or_create(
            plan=plan, feature=feature, defaults={"standing": standing, "words": words}
        )
    return plan
