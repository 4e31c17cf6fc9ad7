"""The shape of what somebody says when they book training."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from core.forms import HintedRadio
from lessons.actions.training import Colleague
from people.forms import QuestionForm
from people.forms.fields import Line
from people.models import Person, School

SOMEBODY_ELSE = "else"


class ColleagueForm(QuestionForm):
    """Who comes: somebody the school named or sent before, or somebody new."""

    marks_optional = False  # a colleague's name is asked for where a colleague is chosen
    who = forms.ChoiceField(
        label="Who will come?",
        widget=HintedRadio,
        error_messages={"required": "Choose who will come"},
    )
    given_name = Line(label="A new colleague’s first name", required=False)
    family_name = Line(label="A new colleague’s family name", required=False)
    email = forms.EmailField(
        label="A new colleague’s email address",
        required=False,
        help_text="We write to them about this training, and about nothing else.",
    )

    def __init__(self, *args: Any, people: Sequence[Person], user: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.ref): person for person in people}
        everybody = [
            (ref, f"{person}, myself" if person.pk == user.pk else str(person))
            for ref, person in self.people.items()
        ]
        self.offer("who", [*everybody, (SOMEBODY_ELSE, "A colleague who is not here yet")])

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("who") == SOMEBODY_ELSE:
            if not told.get("given_name"):
                self.add_error("given_name", "Enter their first name")
            if not told.get("email") and "email" not in self.errors:
                self.add_error("email", "Enter their email address")
        return told

    @property
    def sent(self) -> Person | Colleague:
        told: Mapping[str, Any] = self.cleaned_data
        if told["who"] != SOMEBODY_ELSE:
            return self.people[told["who"]]
        return Colleague(told["given_name"], told["family_name"], told["email"].lower())


class BookTrainingForm(ColleagueForm):
    """Which school sends somebody, and whom."""

    school = forms.ChoiceField(
        label="Which school pays?",
        widget=HintedRadio,
        error_messages={"required": "Choose the school"},
    )
    field_order = ("school", "who", "given_name", "family_name", "email")

    def __init__(
        self,
        *args: Any,
        schools: Sequence[School],
        people: Sequence[Person],
        user: Person,
        **kwargs: Any,
    ) -> None:
        everybody = list({person.pk: person for person in (user, *people)}.values())
        super().__init__(*args, people=everybody, user=user, **kwargs)
        self.schools = {str(school.urn): school for school in schools}
        self.offer(
            "school",
            [(urn, school.name) for urn, school in self.schools.items()],
            {urn: school.town for urn, school in self.schools.items()},
        )
        if len(self.schools) == 1:
            self.initial.setdefault("school", next(iter(self.schools)))

    @property
    def chosen_school(self) -> School:
        return self.schools[self.cleaned_data["school"]]


class HandOverForm(ColleagueForm):
    """Which colleague comes instead."""


class ShownForm(forms.Form):
    """What the page said it costs, as it comes back with the press."""

    price = forms.DecimalField(max_digits=9, decimal_places=2)

    @property
    def shown(self) -> Decimal:
        """Whoever sends nonsense agrees to nothing but what is free."""
        return self.cleaned_data["price"] if self.is_valid() else Decimal(0)
