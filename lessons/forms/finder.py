"""What may be asked of the finder, and the filters in use as links that remove them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from centres.models import Weekday
from core.forms import PortalForm
from lessons import rules
from lessons.queries import Search, SubjectFamily

DISTANCES = (3, 5, 10, 15)
EVERYTHING = "Show me everything"
DAYS = {day.label[:3].lower(): day for day in Weekday}
SUNDAY = "sun"
LONGEST_PAGE_NUMBER = 6


@dataclass(frozen=True)
class InUse:
    """A filter in use, and the address without it."""

    words: str
    address: str


class DayBoxes(forms.CheckboxSelectMultiple):
    """Days side by side."""

    in_columns = True


class PlaceField(forms.CharField):
    """A place as somebody types it: any letters, but nothing a database cannot hold."""

    def clean(self, value: Any) -> str:
        return str(super().clean(str(value or "").replace("\x00", "")))


class FindActivitiesForm(PortalForm):
    marks_optional = False

    near = PlaceField(
        label="Postcode or town",
        required=False,
        widget=forms.TextInput({"autocomplete": "postal-code", "spellcheck": "false"}),
    )
    miles = forms.TypedChoiceField(
        label="How far can you travel?",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            *((str(miles), f"Up to {miles} miles") for miles in DISTANCES),
            ("", "Anywhere in the county"),
        ],
    )
    year = forms.ChoiceField(label="School year", required=False, choices=rules.year_choices)
    subject = forms.ChoiceField(label="Instrument or activity", required=False)
    day = forms.MultipleChoiceField(
        label="Days that suit you",
        required=False,
        choices=[(value, value.capitalize()) for value in DAYS if value != SUNDAY],
        widget=DayBoxes,
    )
    bookable = forms.BooleanField(label="Only show places I can book now", required=False)

    def __init__(self, asked: QueryDict, *, families: Sequence[SubjectFamily]) -> None:
        self.asked = _spelt_as_offered(asked, families)
        super().__init__(self.asked)
        self.families = families
        subject = cast(forms.ChoiceField, self.fields["subject"])
        day = cast(forms.ChoiceField, self.fields["day"])
        subject.choices = [("", EVERYTHING), *(_group(family) for family in families)]
        if SUNDAY in asked.getlist("day"):
            day.choices = [(value, value.capitalize()) for value in DAYS]
        for field in self.fields.values():
            field.unmarked = True  # type: ignore[attr-defined]  # a search needs no answer at all
        self.is_valid()

    @property
    def search(self) -> Search:
        """What was asked; what could not be read is left out, and said."""
        asked = self.cleaned_data
        return Search(
            near=asked.get("near", "").strip(),
            miles=asked.get("miles"),
            year=asked.get("year", ""),
            subject_ids=self._subject_ids(asked.get("subject", "")),
            days=frozenset(DAYS[day].value for day in asked.get("day", [])),
            bookable=asked.get("bookable", False),
        )

    @property
    def page(self) -> int:
        """Which page of results; the first for anything that is no number."""
        page = self.asked.get("page", "")
        return int(page) if page.isdecimal() and len(page) <= LONGEST_PAGE_NUMBER else 1

    def _subject_ids(self, wanted: str) -> frozenset[int] | None:
        if not wanted:
            return None
        return frozenset(
            subject.pk
            for family in self.families
            for subject in family.subjects
            if wanted in {subject.slug, family.value}
        )

    @property
    def in_use(self) -> list[InUse]:
        """Each filter in words, the place left out: it is in the heading."""
        asked = self.cleaned_data
        chips = []
        if asked.get("miles") and asked.get("near"):
            chips.append(InUse(f"Up to {asked['miles']} miles", self.without("miles")))
        if asked.get("year"):
            chips.append(InUse(dict(rules.year_choices())[asked["year"]], self.without("year")))
        if asked.get("subject"):
            chips.append(InUse(self._subject_words(asked["subject"]), self.without("subject")))
        for day in asked.get("day", []):
            chips.append(InUse(DAYS[day].label, self.without("day", day)))
        if asked.get("bookable"):
            chips.append(InUse("Places to book now", self.without("bookable")))
        return chips

    def _subject_words(self, wanted: str) -> str:
        for family in self.families:
            if wanted == family.value:
                return family.name
            for subject in family.subjects:
                if wanted == subject.slug:
                    return subject.name
        return wanted

    @property
    def wider(self) -> InUse | None:
        """The next distance up from the one asked for, and its address."""
        miles = self.cleaned_data.get("miles")
        if not miles or not self.cleaned_data.get("near"):
            return None
        longer = next((distance for distance in DISTANCES if distance > miles), None)
        if longer is None:
            return InUse("Anywhere in the county", self.without("miles"))
        return InUse(f"Up to {longer} miles", self.address(miles=str(longer)))

    def without(self, name: str, value: str = "") -> str:
        """The address of this search without a filter, or without one of its values."""
        rest = [kept for kept in self.asked.getlist(name) if value and kept != value]
        return self.address(**{name: rest})

    def address(self, **changes: str | list[str]) -> str:
        """The address of this search with some answers changed: short, and the same for all."""
        asked = QueryDict(mutable=True)
        for name in self.fields:
            kept = [] if name in self.errors else self.asked.getlist(name)
            answers = changes.get(name, kept)
            answers = [answers] if isinstance(answers, str) else answers
            asked.setlist(name, [answer for answer in answers if answer])
        if "page" in changes:
            asked["page"] = str(changes["page"])
        return f"?{asked.urlencode()}"


def _group(family: SubjectFamily) -> tuple[str, list[tuple[str, str]]]:
    everything = (family.value, f"All {family.name[0].lower()}{family.name[1:]}")
    return family.name, [everything, *((one.slug, one.name) for one in family.subjects)]


def _spelt_as_offered(asked: QueryDict, families: Sequence[SubjectFamily]) -> QueryDict:
    """A family's bare name stands for all of it, unless it is an instrument of that name."""
    wanted = asked.get("subject", "")
    instruments = {subject.slug for family in families for subject in family.subjects}
    if wanted in {family.slug for family in families} - instruments:
        asked = asked.copy()
        asked["subject"] = rules.family_value(wanted)
    return asked
