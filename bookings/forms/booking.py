"""The shape of what a family says when it books."""

import datetime as dt
from typing import Any

from django import forms

from bookings.queries.family import Candidate
from core.forms import HintedRadio
from people.forms import QuestionForm
from people.models import Person
from people.rules import year_group_of, year_in_words


class WhoForm(QuestionForm):
    """Who is it for? Only those who may be booked can be chosen."""

    who = forms.ChoiceField(
        label="Who is it for?",
        widget=HintedRadio,
        error_messages={"required": "Choose who it is for"},
    )

    def __init__(
        self,
        *args: Any,
        candidates: list[Candidate],
        user_person_id: int,
        on: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.person.ref): one.person for one in candidates if not one.refusal}
        self.refused = [one for one in candidates if one.refusal]
        self.offer(
            "who",
            [
                (ref, f"{person}, myself" if person.pk == user_person_id else str(person))
                for ref, person in self.people.items()
            ],
            {ref: _year(person, on) for ref, person in self.people.items()},
        )

    def say(self, problem: str) -> None:
        """Why the press did nothing, in place of anything the choice itself would be told."""
        self.full_clean()
        self.errors.pop("who", None)
        self.add_error("who" if self.people else None, problem)

    @property
    def person(self) -> Person:
        return self.people[self.cleaned_data["who"]]


class NoticeForm(QuestionForm):
    """Why they leave, if they care to say."""

    reason = forms.CharField(
        label="Would you tell us why?",
        help_text="It helps us. Leaving does not depend on it.",
        required=False,
        max_length=200,
        error_messages={"max_length": "Say it in 200 characters or fewer"},
    )


def _year(person: Person, on: dt.date) -> str:
    learner = getattr(person, "learner", None)
    if person.born_on is None:
        return ""
    corrected = learner.set_year_group if learner else None
    year = year_group_of(person.born_on, on=on, corrected=corrected)
    return "" if year is None else year_in_words(year)
