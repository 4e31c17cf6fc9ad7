"""The shape of what a school says in its music plan."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from core.forms import HintedRadio
from lessons.models import PlanAnswer, PlanFeature, SchoolPlan
from people.forms import QuestionForm
from people.forms.fields import Line, Note

LONGEST_WORDS = 300


class PlanForm(QuestionForm):
    """How the school stands on each thing the national plan asks, and four lines of its own."""

    who_leads = Line(
        label="Who leads music",
        required=False,
        help_text="For example a teacher, and the governor who asks about it.",
    )
    money = Line(label="Money for music this year", required=False)
    training = Line(label="Training for staff", required=False, max_length=LONGEST_WORDS)
    moving_on = Line(
        label="Moving to secondary",
        required=False,
        max_length=LONGEST_WORDS,
        help_text="What goes with the children: instruments, lessons, what they have learned.",
    )

    def __init__(self, *args: Any, features: Sequence[PlanFeature], **kwargs: Any) -> None:
        self.features = features
        super().__init__(*args, **kwargs)
        own = list(self.fields)
        for feature in features:
            self.fields[f"standing_{feature.slug}"] = forms.ChoiceField(
                label=feature.title,
                help_text=feature.asks,
                choices=PlanAnswer.Standing.choices,
                widget=HintedRadio,
                required=False,
            )
            self.fields[f"words_{feature.slug}"] = Note(
                label=f"In your words: {feature.title[0].lower()}{feature.title[1:]}",
                rows=2,
                max_length=LONGEST_WORDS,
                required=False,
            )
        asked = [name for name in self.fields if name not in own]
        self.order_fields([*asked, *own])
        self.dress(*self.fields)

    def clean(self) -> dict[str, Any]:
        """Words alone do not say how the school stands."""
        told = super().clean() or {}
        for feature in self.features:
            if told.get(f"words_{feature.slug}") and not told.get(f"standing_{feature.slug}"):
                self.add_error(f"standing_{feature.slug}", f"Choose how you stand: {feature.title}")
        return told

    @property
    def said(self) -> Mapping[PlanFeature, tuple[str, str]]:
        """What was said of each feature; one without an answer is left out."""
        told = self.cleaned_data
        return {
            feature: (told[f"standing_{feature.slug}"], told[f"words_{feature.slug}"])
            for feature in self.features
            if told[f"standing_{feature.slug}"]
        }


def said_before(plan: SchoolPlan | None) -> dict[str, str]:
    """The answers of a plan as the form begins with them."""
    if plan is None:
        return {}
    told = {name: getattr(plan, name) for name in ("who_leads", "money", "training", "moving_on")}
    for answer in plan.answers.all():
        told[f"standing_{answer.feature.slug}"] = answer.standing
        told[f"words_{answer.feature.slug}"] = answer.words
    return told
