"""What a school says when its lessons cannot be: which days, which part of them, and why."""

import datetime as dt
from typing import Any

from django import forms

from core.forms import DateBoxesField, HintedRadio
from people.forms import QuestionForm

NOON, EVENING = dt.time(12), dt.time(23, 59)
PARTS = {
    "day": ("The whole day", None, None),
    "morning": ("The morning", dt.time(0), NOON),
    "afternoon": ("The afternoon", NOON, EVENING),
}


class GiveNoticeForm(QuestionForm):
    """Days, part of the day, reason."""

    starts_on = DateBoxesField(
        label="First day", name="First day", example="7 12 2026", help_text="For example 7 12 2026."
    )
    ends_on = DateBoxesField(
        label="Last day, if it is another", name="Last day", example="7 12 2026", required=False
    )
    part = forms.ChoiceField(
        label="How much of the day?",
        choices=[(key, label) for key, (label, _, _) in PARTS.items()],
        initial="day",
        widget=HintedRadio(
            hints={"morning": "Lessons that start before noon", "afternoon": "Lessons after noon"}
        ),
    )
    reason = forms.CharField(
        label="Why?",
        help_text="For example: Year 4 trip to the museum. Our teachers and families of our pupils"
        " read it. Name no child.",
        max_length=200,
        error_messages={
            "required": "Say why, for example: Year 4 trip to the museum",
            "max_length": "Say it in 200 characters or fewer",
        },
    )

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].split())

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        starts_on = self.cleaned_data["starts_on"]
        return starts_on, self.cleaned_data["ends_on"] or starts_on

    @property
    def times(self) -> tuple[dt.time | None, dt.time | None]:
        _, from_time, until_time = PARTS[self.cleaned_data["part"]]
        return from_time, until_time

    def said(self) -> list[tuple[str, Any]]:
        """What was answered, for the form that confirms it."""
        left_out = {"csrfmiddlewaretoken", "step", "seen", "keep"}
        return [(name, value) for name, value in self.data.items() if name not in left_out]
