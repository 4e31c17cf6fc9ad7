"""What is taught to whom, when and where: the second and third page of an order."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from core.forms import PicturesRadio, PortalForm, WholeNumberInput
from lessons.forms.orders import PurchaseOrderField
from lessons.models import OrderLine, Programme, Subject
from lessons.rules import half_days
from lessons.rules.drafts import (
    Calendar,
    LineAsked,
    NeedsAsked,
    is_for_a_term,
    is_for_a_year,
    school_years,
)
from people.models import School
from people.rules import year_in_words

LONGEST_COUNT = 5
LONGEST_NOTES = 500
YES, NO = "yes", "no"
WHOLE_YEAR = "year"
KINDS = list(Programme.Kind.values)  # whole classes first: what most schools come for
BY_CLASS = "Whole-class "


class Count(forms.IntegerField):
    """How many, as a person types it: 2, and nothing longer than a school has children."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, widget=WholeNumberInput, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and len(value.strip()) > LONGEST_COUNT:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class TermField(forms.ChoiceField):
    """For how long: may be left open where the programme leaves no choice."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class OrderClassesForm(PortalForm):
    """What is taught to whom. `programmes`: on offer to this school, with their instruments.

    In a year that has begun: what is for one term, in the terms still to come.
    """

    programme = forms.ChoiceField(
        label="What would you like your classes to learn?",
        widget=PicturesRadio(tiles={}),
        help_text="Where we bring instruments, every pupil has one, and there are spares.",
    )
    term = TermField(
        label="For how long?",
        widget=forms.RadioSelect,
        help_text="For one term, choose which. A programme of one year needs no choice here.",
    )
    year_groups = forms.TypedMultipleChoiceField(
        label="Which year groups?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="Select all that apply.",
    )
    classes = Count(
        label="How many classes?",
        help_text=(
            "Each has its own lesson, one after the other. For instruments alone: how many sets."
        ),
    )
    pupils = Count(
        label="About how many pupils in total?",
        help_text="An estimate is fine. You can change it until you send the order.",
    )
    po_number = PurchaseOrderField(help_text="Now or later.")
    required_words: Mapping[str, str] = {
        "programme": "Choose what your classes should learn",
        "term": "Choose the whole year, or a term",
        "year_groups": "Select at least one year group",
        "classes": "Enter how many classes, for example 2",
        "pupils": "Enter about how many pupils, for example 60",
    }

    def __init__(
        self,
        *args: Any,
        school: School,
        calendar: Calendar,
        programmes: Sequence[Programme],
        on: dt.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        has_begun, ahead = calendar.has_begun(on), calendar.ahead(on)
        self.offered = {
            value_of(programme, one.subject): (programme, one.subject)
            for programme in sorted(programmes, key=lambda each: KINDS.index(each.kind))
            if is_for_a_term(programme) or not has_begun
            for one in programme.instruments.all()
        }
        self.terms = {str(term.pk): term for term in ahead}
        fields: Any = self.fields
        fields["programme"].choices = [
            (value, words_for(*offered)) for value, offered in self.offered.items()
        ]
        fields["programme"].widget.tiles = {
            value: tile_for(*offered) for value, offered in self.offered.items()
        }
        fields["term"].choices = [
            *([] if has_begun else [(WHOLE_YEAR, "The whole year")]),
            *((str(term.pk), f"{term.name} term") for term in ahead),
        ]
        first, last = school_years(school)
        fields["year_groups"].choices = [
            (str(year), year_in_words(year)) for year in range(first, last + 1)
        ]
        fields["classes"].error_messages["invalid"] = "Number of classes must be a number, like 2"
        fields["pupils"].error_messages["invalid"] = "Number of pupils must be a number, like 60"
        self.dress()

    def pictures(self) -> tuple[list[Any], list[tuple[str, list[Any]]]]:
        """The choices: whole classes, then everything else under the name of its kind."""
        first: list[Any] = []
        others: dict[str, list[Any]] = {}
        for option in self["programme"].subwidgets:
            programme, _ = self.offered[str(option.data["value"])]
            if programme.kind == Programme.Kind.WHOLE_CLASS:
                first.append(option)
            else:
                others.setdefault(programme.get_kind_display(), []).append(option)
        return first, list(others.items())

    def priced(self, prices: Mapping[int, str]) -> dict[str, str]:
        """By choice, what its programme costs, in words."""
        return {
            value: prices.get(programme.pk, "") for value, (programme, _) in self.offered.items()
        }

    def first_of(self, slug: str) -> str:
        """The choice that stands for a programme, on its first instrument."""
        return next((value for value in self.offered if value.startswith(f"{slug}:")), "")

    def clean(self) -> dict[str, Any]:
        """Where a year and a term are both to be had, it has to be said which."""
        told: dict[str, Any] = super().clean() or {}
        programme, _ = self.offered.get(told.get("programme", ""), (None, None))
        is_open = programme and is_for_a_year(programme) and is_for_a_term(programme)
        if is_open and told.get("term") == "":
            self.add_error("term", self.required_words["term"])
        return told

    def asked(self) -> LineAsked:
        told = self.cleaned_data
        programme, subject = self.offered[told["programme"]]
        return LineAsked(
            programme=programme,
            subject=subject,
            term=self.terms.get(told["term"]),
            year_groups=tuple(told["year_groups"]),
            classes=told["classes"],
            pupils=told["pupils"],
        )

    @staticmethod
    def from_line(line: OrderLine) -> dict[str, Any]:
        return {
            "programme": value_of(line.programme, line.subject),
            "term": str(line.term_id or WHOLE_YEAR),
            "year_groups": line.year_groups,
            "classes": line.classes,
            "pupils": line.pupils,
        }


def value_of(programme: Programme, subject: Subject) -> str:
    return f"{programme.slug}:{subject.slug}"


def words_for(programme: Programme, subject: Subject) -> str:
    """The programme, and the instrument where its name does not say it: Ukulele, one year."""
    name = programme.name.removeprefix(BY_CLASS)
    alone = len(programme.instruments.all()) == 1
    said = name if alone else f"{name}: {subject.name.lower()}"
    return said[:1].upper() + said[1:]


def tile_for(programme: Programme, subject: Subject) -> str:
    return programme.tile if len(programme.instruments.all()) == 1 else subject.tile


class HalfDaysField(forms.MultipleChoiceField):
    """Half days of a week. Which of them a school has is for the rules to say, in words."""

    def valid_value(self, value: str) -> bool:
        return True


class OrderNeedsForm(PortalForm):
    """When it could be, in which room, and what some of the children need: numbers, no names."""

    half_days = HalfDaysField(
        label="When could it be?",
        choices=[(code, half_days.said(code)) for code in half_days.CODES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    needs = forms.MultipleChoiceField(
        label="What will some of these children need?",
        choices=OrderLine.Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=(
            "Numbers, not names. We bring what fits, and a teacher who knows how to use it, before"
            " the first day."
        ),
    )
    send_pupils = Count(label="Pupils with SEND support", required=False)
    pp_pupils = Count(label="Pupils on Pupil Premium", required=False)
    room = forms.ChoiceField(
        label="Which room?", choices=Programme.Room.choices, widget=forms.RadioSelect
    )
    room_notes = forms.CharField(
        label="Anything about the room?",
        required=False,
        max_length=LONGEST_NOTES,
        help_text="For example: step-free, or not on the first Thursday in December.",
        widget=forms.Textarea({"rows": 3}),
    )
    goes_home = forms.ChoiceField(
        label="May the instruments go home?",
        choices=[(YES, "Yes, every week"), (NO, "No, they stay here")],
        widget=forms.RadioSelect,
    )
    wants_performance = forms.BooleanField(
        label="We would like to play to families at the end", required=False
    )
    required_words: Mapping[str, str] = {
        "room": "Choose the room",
        "goes_home": "Choose whether the instruments may go home",
    }

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["room"].choices = [
            (value, words[2:].capitalize()) for value, words in Programme.Room.choices
        ]
        for name in ("send_pupils", "pp_pupils"):
            fields[name].error_messages["invalid"] = "Enter a number, like 11"
        if not programme.is_taught:
            for name in ("half_days", "room", "wants_performance"):
                del self.fields[name]
        if not programme.brings_class_set:
            del self.fields["goes_home"]
        self.dress()

    def asked(self) -> NeedsAsked:
        told = self.cleaned_data
        home = told.get("goes_home")
        return NeedsAsked(
            half_days=tuple(told.get("half_days", ())),
            needs=tuple(told["needs"]),
            send_pupils=told["send_pupils"],
            pp_pupils=told["pp_pupils"],
            room=told.get("room", ""),
            room_notes=told["room_notes"],
            goes_home=None if home is None else home == YES,
            wants_performance=told.get("wants_performance", False),
        )

    @staticmethod
    def from_line(line: OrderLine) -> dict[str, Any]:
        home = {None: None, True: YES, False: NO}[line.goes_home]
        return {
            "half_days": line.half_days,
            "needs": line.needs,
            "send_pupils": line.send_pupils,
            "pp_pupils": line.pp_pupils,
            "room": line.room,
            "room_notes": line.room_notes,
            "goes_home": home,
            "wants_performance": line.wants_performance,
        }
