"""The shape of a typed claim code, of whom it is for, and of a school's plan for its letters."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from bookings.queries.family import Candidate
from core import words
from core.forms import HintedRadio, PortalForm, WholeNumberInput
from lessons.models import ProgrammeClass, TakeHomeWording
from lessons.queries.claims import ENGLISH
from lessons.rules.claims import Groups
from people.forms import QuestionForm
from people.models import Person

LONGEST_TYPED = 40
NEVER = "never"


class ClaimForm(PortalForm):
    """The code on a letter, as it is printed or as somebody types it."""

    code = forms.CharField(
        label="The code on your letter",
        help_text="Nine letters and numbers, like KTR 7XQ WM4. Small letters are fine",
        max_length=LONGEST_TYPED,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "class": "w-20"}),
        error_messages={"required": "Type the code on your letter"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress("code")
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class ClaimForForm(QuestionForm):
    """Which child the letter is for: only those who may have this place."""

    who = forms.ChoiceField(
        label="Which child is it for?",
        widget=HintedRadio,
        error_messages={"required": "Choose a child"},
    )

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.ref): one.person for one in candidates if not one.refusal}
        self.refused = [one for one in candidates if one.refusal]
        self.offer("who", [(ref, str(person)) for ref, person in self.people.items()])

    @property
    def person(self) -> Person:
        return self.people[self.cleaned_data["who"]]


class CountsForm(QuestionForm):
    """How many of a class the school counts as Pupil Premium, as SEND, and as both."""

    pp = forms.IntegerField(
        label="How many have Pupil Premium?", min_value=0, widget=WholeNumberInput
    )
    send = forms.IntegerField(label="How many have SEND?", min_value=0, widget=WholeNumberInput)
    both = forms.IntegerField(
        label="How many of them are in both?",
        help_text="So that no child is counted twice",
        min_value=0,
        required=False,
        widget=WholeNumberInput,
    )

    @property
    def groups(self) -> Groups:
        told = self.cleaned_data
        return Groups(told.get("pp") or 0, told.get("send") or 0, told.get("both") or 0)


class LettersForm(CountsForm):
    """When the letters of a class go home, and in which languages beside English."""

    week = forms.ChoiceField(label="When do the letters go home?")
    languages = forms.MultipleChoiceField(
        label="Languages beside English",
        help_text="Each family’s letter is in English, and again in each of these",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ("week", "languages", "pp", "send", "both")

    def __init__(
        self,
        *args: Any,
        row: ProgrammeClass,
        days: Sequence[dt.date],
        wordings: Sequence[TakeHomeWording],
        has_list: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        moved = row.letters_on if row.letters_on not in days else None
        self.fields["week"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            *([(moved.isoformat(), words.weekday_and_day(moved))] if moved else []),
            *((day.isoformat(), _in_week(number, day)) for number, day in enumerate(days, 1)),
            (NEVER, "No letters for this class"),
        ]
        self.fields["languages"].choices = languages_of(wordings)  # type: ignore[attr-defined]
        if has_list:  # it says who is in which group
            for name in ("pp", "send", "both"):
                del self.fields[name]
        self.initial["week"] = row.letters_on.isoformat() if row.letters_on else NEVER
        self.initial["languages"] = row.letter_languages
        self.initial["pp"], self.initial["send"] = row.pp_pupils, row.send_pupils
        self.dress()

    @property
    def day(self) -> dt.date | None:
        week = self.cleaned_data["week"]
        return None if week == NEVER else dt.date.fromisoformat(week)


class PrintForm(forms.Form):
    """What of the letters to print: all or one, and in which languages. Nothing is required."""

    number = forms.IntegerField(required=False, min_value=1)
    language = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, wordings: Sequence[TakeHomeWording], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.language, one.name) for one in wordings
        ]


def languages_of(wordings: Sequence[TakeHomeWording]) -> list[tuple[str, str]]:
    """polski (Polish), for everything but English."""
    return [
        (one.language, f"{one.own_name} ({one.name})")
        for one in wordings
        if one.language != ENGLISH
    ]


def _in_week(number: int, day: dt.date) -> str:
    return f"Week {number}, {words.weekday_and_day(day)}"
