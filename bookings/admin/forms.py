"""What admin actions ask on the page between."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from bookings.models import Activity, CancellationCause
from core import words


def causes_on(day: dt.date) -> QuerySet[CancellationCause]:
    """The causes in force on a day that are not the pupil's own."""
    in_force = CancellationCause.objects.filter(from_on__lte=day).exclude(to_on__lt=day)
    return in_force.exclude(caused_by="pupil").order_by("name")


class CauseForm(forms.Form):
    """Why meetings do not happen."""

    cause = forms.ModelChoiceField(
        queryset=CancellationCause.objects.none(),
        empty_label="Choose a cause",
        error_messages={"required": "Choose a cause"},
    )
    comment = forms.CharField(
        label="A sentence for families (optional)",
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        max_length=300,
        required=False,
        help_text="They read it in the message about the cancellation.",
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = causes_on(today)  # type: ignore[attr-defined]


class CancelDayForm(CauseForm):
    """Which day, of those on which something meets."""

    day = forms.TypedChoiceField(
        coerce=dt.date.fromisoformat, error_messages={"required": "Choose a day"}
    )
    field_order = ("day", "cause", "comment")

    def __init__(self, *args: Any, days: list[tuple[dt.date, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a day"),
            *(
                (day.isoformat(), f"{day:%A} {words.day(day)} ({words.count(number, 'meeting')})")
                for day, number in days
            ),
        ]


class EndForm(forms.Form):
    """The last day, and why."""

    last_day = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the last day", "invalid": "Enter a day of the calendar"},
    )
    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        error_messages={"required": "Write why, for the record"},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_last_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["last_day"]
        if abs(day - self.today) > dt.timedelta(days=366):
            raise forms.ValidationError("Choose a last day within a year of today.")
        return day


class ActivityField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        left = obj.places_left
        places = "no limit" if left is None else "full" if left <= 0 else f"{left} free"
        when = f"{obj.get_weekday_display()} {words.clock(obj.local_start)}" if obj.weekday else ""
        return ", ".join(each for each in (obj.title, str(obj.place or ""), when, places) if each)


class MoveForm(forms.Form):
    """Where to."""

    to = ActivityField(
        label="Move to",
        queryset=Activity.objects.none(),
        empty_label="Choose an activity",
        error_messages={"required": "Choose an activity"},
    )

    def __init__(self, *args: Any, targets: QuerySet[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = targets  # type: ignore[attr-defined]
