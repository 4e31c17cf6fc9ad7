"""A teacher tells us they cannot come: a day, a part of one, or several days."""

import datetime as dt
from typing import Any

from django import forms
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.rules import LONDON, midnight_after, staffing
from core.forms import DateBoxesField
from people.forms import QuestionForm
from people.models import StaffAbsence

TIME = forms.TimeInput({"type": "time", "class": "w-10"}, format="%H:%M")
TIMES = ["%H:%M", "%H.%M", "%H:%M:%S"]
WRONG_TIME = "Enter a time like 13:30"


class ReportMyAbsenceForm(QuestionForm):
    """From the first day to the last; times only where it is not the whole day."""

    first_day = DateBoxesField(name="The day", label="Which day?", example="28 11 2026")
    last_day = DateBoxesField(
        name="The last day",
        label="Last day, if it is more than one",
        example="30 11 2026",
        required=False,
    )
    from_time = forms.TimeField(
        label="From what time, if it is not the whole day?",
        required=False,
        input_formats=TIMES,
        widget=TIME,
        error_messages={"invalid": WRONG_TIME},
    )
    until_time = forms.TimeField(
        label="Until what time?",
        required=False,
        input_formats=TIMES,
        widget=TIME,
        error_messages={"invalid": WRONG_TIME},
    )
    kind = forms.ChoiceField(
        label="Why?",
        help_text="Only those who run your centre can see it.",
        choices=StaffAbsence.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why"},
    )

    def __init__(self, *args: Any, at: dt.datetime, longest_days: int, **kwargs: Any) -> None:
        self.at, self.longest_days = at, longest_days
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first_day") is None or self.errors:
            return said
        try:
            staffing.check_absence(
                self.starts_at, self.ends_at, at=self.at, longest_days=self.longest_days
            )
        except staffing.NotAnAbsence as broken:
            self.add_error(self._blamed(), str(broken))
        return said

    @property
    def starts_at(self) -> dt.datetime:
        starts = self.cleaned_data["from_time"] or dt.time.min
        return dt.datetime.combine(self.cleaned_data["first_day"], starts, LONDON)

    @property
    def ends_at(self) -> dt.datetime:
        last = self.cleaned_data["last_day"] or self.cleaned_data["first_day"]
        until = self.cleaned_data["until_time"]
        return dt.datetime.combine(last, until, LONDON) if until else midnight_after(last)

    @property
    def during(self) -> DateTimeTZRange:
        return DateTimeTZRange(self.starts_at, self.ends_at)

    @property
    def spell(self) -> str:
        """Which time was looked at, so that another is not sent unseen."""
        return f"{self.starts_at.isoformat()}/{self.ends_at.isoformat()}"

    def _blamed(self) -> str:
        """The box a wrong order, or a time gone by, is about."""
        if self.cleaned_data["last_day"]:
            return "last_day"
        return "until_time" if self.cleaned_data["until_time"] else "first_day"
