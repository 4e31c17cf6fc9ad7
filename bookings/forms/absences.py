"""Not coming: from which day to which, to what, and why."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from bookings.models import AbsenceNotice, Enrolment
from bookings.rules.absences import Days, LastDayWrong, NotTellable
from core.forms import DateBoxesField
from people.forms import QuestionForm

EVERYTHING = "everything"


class AbsenceForm(QuestionForm):
    """One day or several; everything, or one group. The reason is a choice: no story is asked."""

    first_day = DateBoxesField(
        name="The first day away",
        label="Which day?",
    )
    last_day = DateBoxesField(
        name="The last day away",
        label="Until which day?",
        help_text="Leave this empty for one day.",
        required=False,
    )
    about = forms.ChoiceField(
        label="Away from what?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose everything, or one of them"},
    )
    reason = forms.ChoiceField(
        label="Why?",
        help_text="Only your family sees this. The register says “Told us”.",
        choices=AbsenceNotice.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the reason that is nearest"},
    )

    def __init__(
        self, *args: Any, places: Sequence[Enrolment], today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(place.ref): place for place in places}
        self._say_example(f"{today.day} {today.month} {today.year}")
        if len(self.places) > 1:
            named = [(ref, place.activity.title) for ref, place in self.places.items()]
            self.offer("about", [(EVERYTHING, "Everything on those days"), *named])
        else:
            del self.fields["about"]

    def _say_example(self, example: str) -> None:
        """A date of this year, wherever a date is shown how to be written."""
        for name in ("first_day", "last_day"):
            field = self.fields[name]
            assert isinstance(field, DateBoxesField)
            field.example = example
        self.fields["first_day"].help_text = f"For example, {example}"
        self.fields["first_day"].error_messages["required"] = f"Enter the day, like {example}"

    @property
    def days(self) -> Days:
        first: dt.date = self.cleaned_data["first_day"]
        return Days(first, self.cleaned_data["last_day"] or first)

    @property
    def enrolment(self) -> Enrolment | None:
        """The one place it is about; None for everything."""
        return self.places.get(self.cleaned_data.get("about", EVERYTHING))

    def say(self, problem: NotTellable) -> None:
        """Put a refusal at the date it is about."""
        name = "last_day" if isinstance(problem, LastDayWrong) else "first_day"
        field = self.fields[name]
        assert isinstance(field, DateBoxesField)
        field.mark(0)
        self.add_error(name, str(problem))

    def kept(self) -> list[tuple[str, str]]:
        """What was typed, to carry from the page of questions to the page that checks it."""
        boxes = [f"{name}_{box}" for name in ("first_day", "last_day") for box in range(3)]
        names = [*boxes, *(name for name in ("about", "reason") if name in self.fields)]
        return [(name, self.data.get(name, "")) for name in names]
