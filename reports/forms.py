"""Which place and which day a staff home is about."""

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from core.forms import PortalForm
from reports.queries import Place

WHOLE = ""
FIRST_YEAR, LAST_YEAR = 2000, 2099
NO_DAY = "Choose a real day, like 28/11/2026"


class ShowForm(PortalForm):
    """Everything may be left empty: then it is all of theirs, and the next day that is on."""

    marks_optional = False

    centre = forms.ChoiceField(label="Where", required=False)
    day = forms.DateField(
        label="Day",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": NO_DAY},
    )

    def __init__(self, asked: QueryDict, *, places: Sequence[Place]) -> None:
        super().__init__(asked)
        centre = self.fields["centre"]
        assert isinstance(centre, forms.ChoiceField)
        centre.choices = [(place.code, place.name) for place in places]
        if len(places) == 1:
            del self.fields["centre"]
        for field in self.fields.values():
            field.unmarked = True  # type: ignore[attr-defined]  # nothing here need be chosen
        self.is_valid()

    def clean_day(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["day"]
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(NO_DAY)
        return day

    @property
    def wanted(self) -> dt.date | None:
        """The day that was asked for, if it could be read."""
        day: dt.date | None = self.cleaned_data.get("day")
        return day
