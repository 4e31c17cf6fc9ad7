"""The shape of a message: whom it is for, what kind it is, and its words."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from bookings.models import Activity, Enrolment, Message
from bookings.phrases import when
from bookings.rules.messages import BOTH, Narrowing
from centres.models import Centre, Weekday
from core.forms import HintedRadio, PortalForm
from people.forms import QuestionForm
from people.forms.fields import Line, Note
from people.rules import OLDEST, YOUNGEST, year_in_words

COUNTY = "county"
_YEARS = [(str(year), year_in_words(year)) for year in range(YOUNGEST, OLDEST + 1)]


class ReadersForm(PortalForm):
    """Who is it for: a place, and what narrows it. Asked by GET, so that it can be kept."""

    centre = forms.ChoiceField(label="Where")
    group = forms.ChoiceField(label="Group", required=False)
    weekday = forms.ChoiceField(
        label="Day", required=False, choices=[("", "Any day"), *Weekday.choices]
    )
    kind = forms.ChoiceField(
        label="What they come to",
        required=False,
        choices=[("", "Everything"), ("course", "Weekly groups"), ("tuition", "Lesson slots")],
    )
    min_year = forms.ChoiceField(
        label="From school year", required=False, choices=[("", "The youngest"), *_YEARS]
    )
    max_year = forms.ChoiceField(
        label="To school year", required=False, choices=[("", "The oldest"), *_YEARS]
    )
    status = forms.ChoiceField(
        label="Who of them",
        required=False,
        choices=[
            (Enrolment.Status.ACTIVE, "Those with a place"),
            (Enrolment.Status.WAITING, "Those who wait for one"),
            (BOTH, "Both"),
        ],
    )
    marks_optional = False

    def __init__(
        self,
        *args: Any,
        centres: Iterable[Centre],
        groups: Iterable[Activity],
        whole_county: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, auto_id="readers_%s", **kwargs)
        places = [(centre.code, centre.name) for centre in centres]
        everywhere = [(COUNTY, "The whole county")] if whole_county else []
        of_centre = [(str(group.ref), f"{group.title}, {when(group)}") for group in groups]
        self._offer("centre", [*places, *everywhere])
        self._offer("group", [("", "Every group"), *of_centre])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("min_year"), told.get("max_year")
        if first and last and int(first) > int(last):
            self.add_error("max_year", "The last school year comes after the first")
        return told

    @property
    def narrowing(self) -> Narrowing:
        told = self.cleaned_data
        years = (told[name] for name in ("min_year", "max_year"))
        first, last = (int(year) if year else None for year in years)
        return Narrowing(
            weekday=int(told["weekday"]) if told["weekday"] else None,
            kind=told["kind"] or None,
            min_year=first,
            max_year=last,
            status=told["status"] or Enrolment.Status.ACTIVE.value,
        )


class MessageForm(QuestionForm):
    """What it says. `ref` is the draft's own, made with the page: pressed twice, kept once."""

    kind = forms.ChoiceField(
        label="What kind is it?",
        choices=[
            (Message.Kind.CHANGE, "A change they must know"),
            (Message.Kind.NEWS, "News"),
        ],
        widget=HintedRadio,
        error_messages={"required": "Choose what kind of message it is"},
    )
    subject = Line(label="Subject", max_length=120)
    body = Note(
        label="Message",
        rows=9,
        max_length=5000,
        help_text=(
            "Write {child} where the name belongs. Plain words, an empty line between paragraphs,"
            " no need to sign."
        ),
    )
    ref = forms.UUIDField(widget=forms.HiddenInput)
    required_words: Mapping[str, str] = {"subject": "Enter a subject", "body": "Write the message"}

    def __init__(self, *args: Any, gets_change: str, gets_news: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs["class"] = "w-full"
        kinds = self.fields["kind"].widget
        assert isinstance(kinds, HintedRadio)
        kinds.hints = {Message.Kind.CHANGE: gets_change, Message.Kind.NEWS: gets_news}

    def draft_ref(self) -> uuid.UUID:
        return uuid.UUID(str(self.cleaned_data["ref"]))
