"""What the style guide shows: one invented example of each component's parameters."""

import datetime as dt
import uuid
from typing import Any

from crispy_forms.layout import Fieldset, Row, Submit
from django import forms
from django.utils import timezone

from core.forms import (
    DateBoxesField,
    HintedRadio,
    PicturesRadio,
    PortalForm,
    PortalFormMixin,
    WholeNumberInput,
)
from lessons.queries import Found
from lessons.rules import Places, Price, Room
from reports.rules import Standing, Week, bar_chart, line_chart
from reports.rules.funnel import Counted, Steps, rows
from reports.rules.funnel_charts import funnel_chart

INSTRUMENTS = [("violin", "Violin"), ("djembe", "Djembe"), ("recorder", "Recorder")]
DAYS = [("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"), ("thu", "Thursday")]


class SampleForm(PortalForm):
    """One question of each kind."""

    name = forms.CharField(label="Your full name", widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label="Mobile number",
        required=False,
        widget=forms.TextInput({"class": "w-20", "type": "tel"}),
        help_text="Only for a place being offered, or a lesson cancelled on the day.",
    )
    born_on = DateBoxesField(
        name="Date of birth", label="When was Anya born?", help_text="For example, 14 3 2018."
    )
    pupils = forms.IntegerField(label="How many pupils?", min_value=1, widget=WholeNumberInput())
    year = forms.ChoiceField(label="School year", choices=[("", "Choose"), ("4", "Year 4")])
    instrument = forms.ChoiceField(
        label="Which instrument?",
        choices=INSTRUMENTS,
        widget=PicturesRadio(tiles={value: value for value, _ in INSTRUMENTS}),
    )
    school = forms.ChoiceField(
        label="Which school?",
        choices=[("a", "Larkhay Junior School"), ("b", "Larkhay Green Academy")],
        widget=HintedRadio(hints={"a": "Ages 7 to 11, St Albans", "b": "Ages 11 to 18, Hitchin"}),
    )
    days = forms.MultipleChoiceField(
        label="Which days could work?", choices=DAYS, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label="In your own words", required=False, widget=forms.Textarea({"rows": 4})
    )
    photo = forms.FileField(label="A photograph of the letter", required=False)
    agrees = forms.BooleanField(label="I agree to pay the fee for the whole term")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress(
            Fieldset("About you", Row("name", "phone")),
            Fieldset(
                "About the lesson", "born_on", "pupils", "year", "instrument", "school", "days"
            ),
            "words",
            "photo",
            "agrees",
            Submit("save", "Save and continue"),
        )


class SampleRow(PortalFormMixin, forms.Form):
    """One row of several."""

    name = forms.CharField(label="Name of the class")
    pupils = forms.IntegerField(label="How many pupils?", min_value=1, widget=WholeNumberInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress(Row("name", "pupils"))


SampleFormSet = forms.formset_factory(SampleRow, extra=2, min_num=1, validate_min=True)


WEEK = dt.timedelta(weeks=1)
WEEKS = list(enumerate((86, 89, 88, 91, 90, 92, 94)))
_RING = {"who": "Amara Okafor", "phone": "01632 960123"}
_UNTAKEN = [{"words": f"Room {room}, 9am today", "url": "#s-alarm", **_RING} for room in (2, 3)]
ALARMS = [
    {"number": 3, "words": "registers not taken", "tone": "plum", "first": _UNTAKEN[:1],
     "others": _UNTAKEN[1:], "uncounted": 1},
    {"number": 12, "words": "lessons to make up", "note": "9 people are owed one.",
     "url": "#s-alarm", "url_words": "Find dates"},
]  # fmt: skip

FUNNEL = rows(
    Counted(Steps(62, 62, 19, 12, 9), Steps(18, 18, 4, 4, 4), Steps(11, 11, 3, 0, 0)),
    hide_below=3,
)


def components(*, at: dt.datetime) -> dict[str, Any]:
    """Parameters for each component, by its name."""
    day = timezone.localdate(at)
    return {
        "found": [_found(room, words) for room, words in PLACES.items()],
        "facts": FACTS,
        "rows_shown": SUMMARY,
        "ticket_rows": [{"term": "When", "words": "Saturdays, 11am"}],
        "tick_lines": ["A group of no more than four", "Songs by ear first"],
        "todos": TODOS,
        "child": _child(day),
        "spots": SPOTS,
        "gates": GATES,
        "lines": RECEIPT,
        "next_steps": NEXT_STEPS,
        "alarms": ALARMS,
        "bars": bar_chart([Standing("St Albans", 212, 38), Standing("Harpenden", 120, 84)]),
        "line": line_chart([Week(day + place * WEEK, share, 100) for place, share in WEEKS]),
        "funnel": FUNNEL,
        "funnel_chart": funnel_chart(FUNNEL, worst="claimed", note=("43 codes", "never used")),
        "tasks": TASKS,
        "chips": [{"words": "Year 4", "address": "?"}, {"words": "Wednesday", "address": "?"}],
        "crumbs": [("Home", "/"), ("Find lessons", "/lessons/")],
        "price": Price("£98", "a term"),
        "ends_at": at + dt.timedelta(minutes=12),
        "today": day,
        "text": POLICY,
        "card": {
            "title": "Ukulele club",
            "url": "?",
            "text": "Same building, Saturdays 10am.",
            "tag": "6 places now",
            "tone": "",
        },
    }


PLACES = {
    Room.PLENTY: "Places available",
    Room.FEW: "3 places left",
    Room.FULL: "Waiting list, 4 waiting",
    Room.LATER: "Booking opens 9am on Monday 1 June",
    Room.OVER: "Booking has closed",
}
FACTS = [
    {"icon": "map-pin", "term": "Place", "words": "Larkhay Music Centre, Brookside Lane"},
    {"icon": "accessibility", "term": "Getting in", "words": "Step-free from the car park"},
]
SUMMARY = [
    {"term": "Lesson", "words": "Beginner violin, small group", "change_url": "?"},
    {"term": "What helps", "words": "", "change_url": "?", "change_hint": "what helps Anya"},
]
TODOS = [
    {
        "icon": "hourglass",
        "text": "Say yes or no to Guitar club",
        "url": "?",
        "detail": "It is held until 6pm on Friday 16 October",
    },
    {"icon": "hand-heart", "text": "Tell us what helps Anya", "url": "?", "detail": ""},
]
SPOTS = [
    {"number": 1, "words": "Before Anya", "is_you": False},
    {"number": 2, "words": "Anya, since 14 September", "is_you": True},
    {"number": 3, "words": "After Anya", "is_you": False},
]
GATES = [
    {"title": "A teacher: yes", "words": "Mr Okafor teaches this group.", "state": "met"},
    {"title": "A chair: not yet", "words": "The group is 8 and 8 come.", "state": "blocking"},
    {"title": "Or a second group", "words": "With 6 waiting we open one.", "state": "open"},
]
RECEIPT = [
    {"term": "Lessons", "detail": "11 of them at £9.80", "amount": "£107.80", "is_less": False},
    {"term": "Help: half off", "detail": "For 2026 to 2027", "amount": "−£53.90", "is_less": True},
]
NEXT_STEPS = [
    {"title": "The evening before, we remind you", "words": "Room, door, and what to bring."},
    {
        "title": "The first time",
        "words": "Change your mind and pay nothing.",
        "link_url": "?",
        "link_text": "How to leave",
    },
]
TASKS = [
    {"text": "About your family", "url": "?", "status": "Completed", "tone": ""},
    {"text": "Proof", "url": "?", "status": "Not started", "tone": "gold", "detail": "A letter"},
    {"text": "Declaration", "url": "", "status": "Cannot start yet", "tone": "sky"},
]
POLICY = """## A heading

A paragraph with **weight**, *stress* and [a link](/privacy/).

- one thing
- another

| Tell us by | Last lesson by |
|---|---|
| Friday 23 October 2026 | Friday 18 December 2026 |
"""


def _found(room: Room, words: str) -> Found:
    return Found(
        ref=uuid.UUID(int=1),
        title="Beginner violin, small group",
        tile="violin",
        place="Larkhay Music Centre",
        miles=0.8,
        when="Wednesdays, 4.15pm, 30 minutes",
        who="Years 3 to 6",
        price=Price("Free", "") if room is Room.LATER else Price("£98", "a term"),
        places=Places(room, words),
    )


def _child(day: dt.date) -> dict[str, Any]:
    meeting = {
        "day": day,
        "title": "Beginner violin",
        "url": "?",
        "when": "Wednesday, 4.15pm",
        "where": "Larkhay Music Centre, room 2",
        "tone": "gold",
    }
    return {
        "key": "anya",
        "name": "Anya",
        "detail": "Year 4, Larkhay Junior School",
        "tile": "asha",
        "meetings": [meeting],
        "rows": SUMMARY[:1],
        "find_url": "?",
        "links": [{"text": "Change details", "url": "?"}],
    }
