"""What is closed, when and why; and the new time of one meeting."""

import datetime as dt
from typing import Any

from django import forms

from bookings.forms.insisting import InsistingForm
from bookings.models import CancellationCause, Session
from bookings.queries import closing_desk
from bookings.queries.closing_desk import Desk
from bookings.rules import LONDON
from bookings.rules.closures import Span
from centres.models import Room
from core import words
from core.forms import HintedRadio, WholeNumberInput
from people.forms import QuestionForm

OTHER = "other"
LAST_YEAR = 2099
_CLOSING_WORDS = {
    "what": "Choose what is closed",
    "when": "Choose when",
    "cause": "Choose why",
    "starts_on": "Enter the first day",
}
_TIME_WORDS = {"day": "Enter the day", "starts": "Enter when it starts"}
PUBLIC = (
    "Everybody told reads it, families and teachers, and it stands beside the date. Name no child,"
    " and nobody’s health."
)


def _date(label: str, **kwargs: Any) -> forms.DateField:
    kwargs = {"error_messages": {"invalid": f"{label} must be a real date"}} | kwargs
    widget = forms.DateInput({"type": "date", "class": "w-20"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def _time(label: str, **kwargs: Any) -> forms.TimeField:
    kwargs = {"error_messages": {"invalid": f"{label} must be a time, like 16:30"}} | kwargs
    widget = forms.TimeInput({"type": "time", "class": "w-20"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **kwargs)


class ClosingForm(QuestionForm):
    """What, when, why. Which room or group, and which other days, are asked only where they are."""

    required_words = _CLOSING_WORDS
    what = forms.ChoiceField(label="What is closed?", widget=forms.RadioSelect)
    which = forms.ChoiceField(label="Which one?")
    when = forms.ChoiceField(label="When?", widget=forms.RadioSelect)
    starts_on = _date("First day")
    ends_on = _date("Last day, if it is another", required=False)
    from_time = _time("From", required=False, help_text="Leave both empty for whole days.")
    until_time = _time("Until", required=False)
    cause = forms.ChoiceField(
        label="Why?", widget=HintedRadio, help_text="It decides the money. The rule is beside each."
    )
    reason = forms.CharField(
        label="What families read",
        required=False,
        max_length=200,
        help_text=PUBLIC,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": "Say it in 200 characters or fewer"},
    )

    def __init__(self, *args: Any, desk: Desk, at: dt.datetime, **kwargs: Any) -> None:
        self.desk, self.today = desk, at.astimezone(LONDON).date()
        self.days = closing_desk.coming_days(desk, at=at)
        super().__init__(*args, **kwargs)
        self.causes = {str(each.pk): each for each in closing_desk.causes_of(desk, on=self.today)}
        self.offer("what", self._places())
        self.offer("when", self._whens(at))
        self.offer(
            "cause",
            [(key, cause.name) for key, cause in self.causes.items()],
            {key: _policy(cause) for key, cause in self.causes.items()},
        )
        self.initial.setdefault("what", self._places()[0][0])
        self.initial.setdefault("when", self._whens(at)[0][0])
        self.initial.setdefault("cause", next(iter(self.causes), ""))
        self._ask_further()
        self.dress()

    @property
    def asks_more(self) -> bool:
        """A question that the answer before it raised, and that nobody has seen yet."""
        return any(name in self.fields and name not in self.data for name in ("which", "starts_on"))

    def _places(self) -> list[tuple[str, str]]:
        if self.desk.runs_county:
            whole = [("centre", "One centre"), ("all", "Every centre and school")]
            parts = [("room", "One room"), ("group", "One group"), ("school", "One school")]
            return whole + parts
        whole = [(f"centre-{one.pk}", f"All of {one}") for one in self.desk.centres]
        return [*whole, ("room", "One room"), ("group", "One group")]

    def _whens(self, at: dt.datetime) -> list[tuple[str, str]]:
        said = []
        for day in self.days:
            named = f"{words.weekday_and_day(day)}"
            rest = f"The rest of today, {named}, from {words.clock(_minute(at))}"
            said.append((day.isoformat(), rest if day == self.today else f"All of {named}"))
        # Answered a moment ago, when something met then: it stays an answer.
        asked = _iso(self._said("when"))
        if asked and asked not in self.days:
            said.append((asked.isoformat(), f"All of {words.weekday_and_day(asked)}"))
        return [*said, (OTHER, "Other days, or a part of a day")]

    def _ask_further(self) -> None:
        """Leave out the questions that do not arise."""
        when, what = self._said("when"), self._said("what")
        if when != OTHER:
            for name in ("starts_on", "ends_on", "from_time", "until_time"):
                del self.fields[name]
        asked = {"room": "Which room?", "group": "Which group?", "school": "Which school?"}
        asked["centre"] = "Which centre?"
        if what not in asked:
            del self.fields["which"]
            return
        self.fields["which"].label = asked[what]
        self.known = self._which(what, when)
        self.offer(
            "which", [("", "Choose one"), *((key, _label(one)) for key, one in self.known.items())]
        )

    def _said(self, name: str) -> str:
        return str((self.data if self.is_bound else self.initial).get(name, ""))

    def _which(self, what: str, when: str) -> dict[str, Any]:
        starts_on, ends_on = self._some_days(when)
        found: list[Any]
        if what == "centre":
            found = self.desk.centres
        elif what == "room":
            found = closing_desk.rooms_of(self.desk)
        else:
            read = closing_desk.groups_of if what == "group" else closing_desk.schools_of
            found = list(read(self.desk, starts_on=starts_on, ends_on=ends_on))
        return {str(one.pk): one for one in found}

    def _some_days(self, when: str) -> tuple[dt.date, dt.date]:
        """The days asked about, as far as they can be read; or the fortnight to come."""
        first, last = (self._day(name) for name in ("starts_on", "ends_on"))
        if when == OTHER and first:
            return first, max(first, last or first)
        chosen = _iso(when)
        return (chosen, chosen) if chosen else (self.today, self.today + closing_desk.AHEAD)

    def _day(self, name: str) -> dt.date | None:
        return _iso(self._said(name))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if ("from_time" in self.fields) and bool(said.get("from_time")) != bool(
            said.get("until_time")
        ):
            empty = "until_time" if said.get("from_time") else "from_time"
            self.add_error(empty, "A part of a day has its start and its end: enter both")
        return said

    @property
    def span(self) -> Span:
        said = self.cleaned_data
        what, one = said["what"], self.known.get(said["which"]) if "which" in said else None
        if what.startswith("centre-"):
            one = next(each for each in self.desk.centres if f"centre-{each.pk}" == what)
        kind = {"group": "activity"}.get(what, what.partition("-")[0])
        place = {} if what == "all" else {kind: one}
        if said["when"] != OTHER:
            day = dt.date.fromisoformat(said["when"])
            return Span(day, day, **place)
        return Span(
            said["starts_on"], said["ends_on"] or said["starts_on"],
            said["from_time"], said["until_time"], **place,
        )  # fmt: skip

    @property
    def why(self) -> CancellationCause:
        return self.causes[self.cleaned_data["cause"]]

    @property
    def words(self) -> str:
        """What families read: their own words, or the cause's name."""
        return str(self.cleaned_data["reason"]).strip() or self.why.name


class TimeForm(InsistingForm):
    """Another time and room for one meeting, as long as it is."""

    required_words = _TIME_WORDS
    day = _date("Day")
    starts = _time("Starts at")
    minutes = forms.IntegerField(
        label="Minutes", min_value=5, max_value=720, widget=WholeNumberInput
    )
    room = forms.ChoiceField(label="Room", required=False)

    def __init__(self, *args: Any, session: Session, rooms: list[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = {str(room.pk): room for room in rooms}
        empty = "No room" if rooms else "None"
        self.offer("room", [("", empty), *((key, str(room)) for key, room in self.rooms.items())])
        self.dress()

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day.year > LAST_YEAR:
            raise forms.ValidationError("Choose a day within a year from now")
        return day

    @property
    def starts_at(self) -> dt.datetime:
        said = self.cleaned_data
        return dt.datetime.combine(said["day"], said["starts"], LONDON)

    @property
    def ends_at(self) -> dt.datetime:
        lasts = dt.timedelta(minutes=self.cleaned_data["minutes"])
        return self.starts_at.astimezone(dt.UTC) + lasts

    @property
    def spell(self) -> str:
        return f"{self.starts_at.isoformat()} {self.ends_at.isoformat()}"

    @property
    def chosen_room(self) -> Room | None:
        return self.rooms.get(self.cleaned_data["room"])


class MoveForm(TimeForm):
    """And why it moves."""

    reason = forms.CharField(
        label="Why, as families read it",
        required=False,
        max_length=200,
        help_text=PUBLIC,
        error_messages={"max_length": "Say it in 200 characters or fewer"},
    )


def _policy(cause: CancellationCause) -> str:
    """Made up or credited. Teachers are paid"""
    if cause.pupil_pays:
        pupil = "Counts as taught, and is paid for"
    else:
        pupil = "Made up where there is time, else credited" if cause.is_made_up else "Credited"
    return f"{pupil}. Teachers are {'paid' if cause.teacher_paid else 'not paid'}"


def _label(one: Any) -> str:
    """A group with its hour and centre; a room with its centre."""
    parts = [str(one)]
    if getattr(one, "local_start", None):
        parts.append(words.clock(one.local_start))
    centre = getattr(one, "centre", None)
    return ", ".join([*parts, *([str(centre)] if centre else [])])


def _minute(at: dt.datetime) -> dt.time:
    return at.astimezone(LONDON).time().replace(second=0, microsecond=0)


def _iso(said: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        return None
