"""The shape of a course for school staff, as the office writes it down."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone

from bookings.models import Activity, CancellationCause
from bookings.queries import staffing
from centres.models import Centre, Room
from core.admin.forms import ChangeForm
from lessons.models import Course
from lessons.queries import calling_off
from lessons.rules.courses import Planned
from people.models import Person

LONGEST = 8 * 60  # minutes


class CallOffForm(forms.Form):
    """Why a whole course does not take place: for the books, and for whoever wanted to come."""

    cause = forms.ModelChoiceField(
        queryset=CancellationCause.objects.none(),
        empty_label="Choose a cause",
        error_messages={"required": "Choose a cause"},
    )
    reason = forms.CharField(
        label="Why, as everybody reads it",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Write why: everybody with a place reads it"},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = calling_off.causes_on(today)  # type: ignore[attr-defined]
        self.initial.setdefault("cause", calling_off.usual_cause(today))


class CoursePlanForm(ChangeForm):
    """What, when, where, by whom, for how many, for how much."""

    course = forms.ModelChoiceField(
        queryset=Course.objects.none(),
        empty_label="Choose a course",
        help_text="Courses for school staff. What is read about it is written with the course.",
        error_messages={"required": "Choose a course"},
    )
    title = forms.CharField(
        max_length=120, required=False, help_text="Only where it is not called as the course is."
    )
    trainer = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        empty_label="Choose a trainer",
        help_text="One of our teachers, cleared on the day.",
        error_messages={"required": "Choose who gives it"},
    )
    centre = forms.ModelChoiceField(
        queryset=Centre.objects.none(), required=False, empty_label="Online"
    )
    room = forms.ModelChoiceField(
        queryset=Room.objects.none(), required=False, empty_label="No room yet"
    )
    first_on = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day", "invalid": "Enter a day of the calendar"},
    )
    last_on = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Where it meets each week until then. Empty for one day.",
        error_messages={"invalid": "Enter a day of the calendar"},
    )
    starts = forms.TimeField(
        label="Starts at",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter when it starts", "invalid": "Enter a time like 16:00"},
    )
    minutes = forms.IntegerField(
        min_value=15,
        max_value=LONGEST,
        error_messages={"required": "Enter how many minutes it lasts"},
    )
    places = forms.IntegerField(
        required=False, min_value=1, max_value=1000, help_text="Empty for no limit."
    )
    price = forms.DecimalField(
        min_value=Decimal(0),
        max_digits=9,
        decimal_places=2,
        help_text="For all of it, in pounds. 0 if it is free.",
        error_messages={"required": "Enter the price, or 0 if it is free"},
    )
    opens_at = forms.SplitDateTimeField(
        label="Booking opens",
        widget=AdminSplitDateTime,
        error_messages={"required": "Enter when booking opens"},
    )
    closes_at = forms.SplitDateTimeField(
        label="Booking closes", required=False, widget=AdminSplitDateTime
    )
    is_open = forms.BooleanField(
        label="Put it on the training page",
        required=False,
        help_text="Its dates are planned and its trainer expected. Otherwise it is a draft.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = Course.objects.filter(audience=Activity.Audience.SCHOOL_STAFF, is_published=True)
        for name, rows in (
            ("course", courses.order_by("title", "pk")),
            ("trainer", staffing.teachers(on=timezone.localdate())),
            ("centre", Centre.objects.filter(is_active=True).order_by("name")),
            ("room", Room.objects.select_related("centre").order_by("centre__name", "name")),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["room"].label_from_instance = _with_centre  # type: ignore[attr-defined]
        self.initial = {**self._as_it_is(), **self.initial}

    def _as_it_is(self) -> dict[str, Any]:
        if self.instance.pk is None:
            return {"opens_at": timezone.now().replace(second=0, microsecond=0), "is_open": True}
        activity: Activity = self.instance.activity  # type: ignore[attr-defined]  # a CourseRun
        return {
            "title": activity.title,
            "trainer": activity.teacher_id,
            "centre": activity.centre_id,
            "room": activity.room_id,
            "first_on": activity.first_on,
            "last_on": activity.last_on if activity.last_on != activity.first_on else None,
            "starts": activity.local_start,
            "minutes": activity.minutes,
            "places": activity.capacity,
            "price": activity.price,
            "opens_at": activity.booking_opens_at,
            "closes_at": activity.booking_closes_at,
            "is_open": activity.status != Activity.Status.DRAFT,
        }

    @property
    def planned(self) -> Planned:
        said = {name: self.cleaned_data[name] for name in Planned.__dataclass_fields__}
        return Planned(**{**said, "last_on": said["last_on"] or said["first_on"]})


def _with_centre(room: Room) -> str:
    return f"{room}, {room.centre}"
