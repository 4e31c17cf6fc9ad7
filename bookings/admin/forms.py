"""What admin actions ask on the page between."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from bookings.models import Activity, CancellationCause
from centres.models import Centre
from core import words
from core.access import Permission
from core.admin.forms import ChangeForm

FIRST_YEAR, LAST_YEAR = 2000, 2099
NO_DAY = "Enter a day of the calendar"


def causes_on(day: dt.date) -> QuerySet[CancellationCause]:
    """The causes in force on a day that are not the pupil's own."""
    in_force = CancellationCause.objects.filter(from_on__lte=day).exclude(to_on__lt=day)
    return in_force.exclude(caused_by="pupil").order_by("name")


class AllTheSameForm(forms.Form):
    """The office may plan over what a school has not agreed to yet."""

    all_the_same = forms.BooleanField(
        label="Plan it all the same",
        required=False,
        help_text="Though the hour is kept for a school that has not decided yet. Its order is"
        " answered anew within minutes, and the school and the office are told.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_perm(Permission.RUN_COUNTY):
            del self.fields["all_the_same"]

    @property
    def is_all_the_same(self) -> bool:
        return bool(self.cleaned_data.get("all_the_same"))


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


class ReasonForm(forms.Form):
    """Why, for the record."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        error_messages={"required": "Write why, for the record"},
    )


class DayForm(forms.Form):
    """A centre, and a day there."""

    centre = forms.ModelChoiceField(
        queryset=Centre.objects.none(),
        empty_label="Choose a centre",
        error_messages={"required": "Choose a centre", "invalid_choice": "Choose a centre"},
    )
    day = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter a day", "invalid": NO_DAY},
    )

    def __init__(self, *args: Any, centres: QuerySet[Centre], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["centre"].queryset = centres  # type: ignore[attr-defined]

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(NO_DAY)
        return day


class ContactsForm(DayForm):
    """The same, and why sealed words are to be opened."""

    reason = forms.CharField(
        label="Why you need the list",
        min_length=5,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text="For example: the building was cleared at 10.20.",
        error_messages={
            "required": "Write why you need it, for the record",
            "min_length": "Write why you need it in a few words",
        },
    )


class CapacityForm(ChangeForm):
    """A capacity changes for a reason, which its history keeps."""

    reason = forms.CharField(
        label="Why the capacity changes",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text="Asked when the capacity changes. It is kept in the history.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "capacity" in self.changed_data and not cleaned.get("reason"):
            self.add_error("reason", "Write why the capacity changes, for the record")
        return cleaned


class ActivityField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        left = obj.places_left
        places = "no limit" if left is None else "full" if left <= 0 else f"{left} free"
        when = f"{obj.get_weekday_display()} {words.clock(obj.local_start)}" if obj.weekday else ""
        return ", ".join(each for each in (obj.title, str(obj.place or ""), when, places) if each)


class MergeForm(forms.Form):
    """Which group stays, and what becomes of the meetings of those that are empty then."""

    into = ActivityField(
        label="The group that stays",
        queryset=Activity.objects.none(),
        empty_label="Choose a group",
        error_messages={"required": "Choose the group that stays"},
    )
    cause = forms.ModelChoiceField(
        label="Why the other groups do not meet any more",
        queryset=CancellationCause.objects.none(),
        empty_label="Choose a cause",
        error_messages={"required": "Choose a cause"},
    )
    whole = forms.BooleanField(
        label="Merge only if everybody fits",
        required=False,
        help_text="Otherwise those who do not fit stay in their group, which stays open.",
    )
    is_seen = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, groups: QuerySet[Activity], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        stays = groups.select_related("centre", "school")
        self.fields["into"].queryset = stays  # type: ignore[attr-defined]
        self.fields["cause"].queryset = causes_on(today)  # type: ignore[attr-defined]
        self.initial["cause"] = causes_on(today).filter(slug="merged").first()

    def hide_what_was_chosen(self) -> None:
        """What would happen is shown now: the choice it follows from only travels along."""
        for name in ("into", "cause"):
            self.fields[name].widget = forms.HiddenInput()


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
