"""Which school: one that was found, at home, or one that is not in the list."""

from collections.abc import Mapping
from typing import Any

from django import forms

from core.forms import HintedRadio
from people.drafts import Draft
from people.forms.fields import Line
from people.forms.question import QuestionForm
from people.models import School

AT_HOME, ELSEWHERE = "home", "other"
TAUGHT_AT_HOME = "Taught at home"


class SchoolForm(QuestionForm):
    """A school from the search, at home, or one that is not in the list."""

    school = forms.ChoiceField(
        label="School", widget=HintedRadio, error_messages={"required": "Choose a school"}
    )
    school_in_words = Line(
        label="Name of the school, if it is not in the list", required=False, max_length=200
    )

    @classmethod
    def from_draft(cls, draft: Draft) -> dict[str, Any]:
        chosen = str(draft.school_id or "")
        if not chosen and "school" in draft.answered:
            chosen = AT_HOME if draft.school_in_words == TAUGHT_AT_HOME else ELSEWHERE
        words = draft.school_in_words if chosen == ELSEWHERE else ""
        return {"school": chosen, "school_in_words": words}

    def __init__(self, *args: Any, found: list[School], child_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(school.pk): school for school in found}
        self.offer("school", *school_choices(self.found, child_name))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        check_school_named(self)
        return told

    def answers(self) -> dict[str, Any]:
        return school_told(self.cleaned_data, self.found)


def school_choices(
    found: Mapping[str, School], child_name: str
) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """The schools found and the two that are no school, with where each is."""
    choices = [
        *((key, school.name) for key, school in found.items()),
        (AT_HOME, f"{child_name} learns at home"),
        (ELSEWHERE, "The school is not here"),
    ]
    hints = {key: _where(school) for key, school in found.items()}
    return choices, {**hints, ELSEWHERE: "Write its name below"}


def check_school_named(form: forms.Form) -> None:
    """A school that is not in the list needs its name."""
    told = form.cleaned_data
    if told.get("school") == ELSEWHERE and not told.get("school_in_words"):
        form.add_error("school_in_words", "Enter the name of the school")


def school_told(told: Mapping[str, Any], found: Mapping[str, School]) -> dict[str, Any]:
    """The school as the draft keeps it: its key, or the family's own words."""
    chosen = told["school"]
    school = found.get(chosen)
    words = TAUGHT_AT_HOME if chosen == AT_HOME else told["school_in_words"]
    return {
        "school_id": school.pk if school else None,
        "school_name": school.name if school else words,
        "school_in_words": "" if school else words,
    }


def _where(school: School) -> str:
    ages = f"Ages {school.low_age} to {school.high_age}, " if school.low_age is not None else ""
    return f"{ages}{', '.join(filter(None, [school.address_line, school.town]))}"
