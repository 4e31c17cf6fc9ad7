"""From whole class to first lesson: the steps, which numbers may be shown, and what they say."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

STEP_NAMES = {
    "taught": "Learned in class",
    "letters": "Letter went home",
    "claimed": "Code was used",
    "took": "Took a place",
    "plays": "Still play a term later",
}
FIRST_CHOICE = "claimed"  # the first step that a family takes: from here on differences are theirs
LOST = {
    "claimed": "The most were lost before the code was used. It is the step a school can change.",
    "took": "The most were lost between the code and a place. Tell us where a place is missing.",
    "plays": "The most were lost in the first term. Ask the families why: so do we.",
}
NOT_SHOWN, NOT_YET, TOO_EARLY = "Not shown", "Not yet", "Too early"


@dataclass(frozen=True)
class Steps:
    """How many children came as far as each step."""

    taught: int = 0
    letters: int = 0
    claimed: int = 0
    took: int = 0
    plays: int = 0

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(*(mine + theirs for mine, theirs in zip(self.each, other.each, strict=True)))

    def __sub__(self, other: "Steps") -> "Steps":
        return Steps(*(mine - theirs for mine, theirs in zip(self.each, other.each, strict=True)))

    @property
    def each(self) -> tuple[int, ...]:
        return tuple(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True)
class Counted:
    """All children of a funnel, and those of them in each of two groups.

    `early`: took their place too lately to be asked whether they still play.
    """

    everybody: Steps = field(default_factory=Steps)
    pp: Steps = field(default_factory=Steps)
    send: Steps = field(default_factory=Steps)
    early: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.everybody + other.everybody,
            self.pp + other.pp,
            self.send + other.send,
            self.early + other.early,
        )


@dataclass(frozen=True)
class Place:
    """A place that a child had in a group or a lesson: from when, and until when if it ended."""

    key: int
    queued_at: dt.datetime
    starts_on: dt.date
    ends_on: dt.date | None
    is_active: bool

    def is_had_on(self, day: dt.date) -> bool:
        if self.starts_on > day:
            return False
        return self.is_active if self.ends_on is None else self.ends_on >= day


@dataclass(frozen=True)
class Way:
    """How far one child came after its code was used."""

    steps: Steps
    is_early: bool = False


def followed(
    places: Sequence[Place],
    *,
    first_id: int | None,
    since: dt.datetime,
    weeks: int,
    today: dt.date,
) -> Way:
    """From the first place that the code led to; a term later any place counts as playing."""
    led_to = [one for one in places if one.key == first_id or one.queued_at >= since]
    if not led_to:
        return Way(Steps(claimed=1))
    asked_on = min(one.starts_on for one in led_to) + dt.timedelta(weeks=weeks)
    if asked_on > today:
        return Way(Steps(claimed=1, took=1), is_early=True)
    plays = any(one.is_had_on(asked_on) for one in places)
    return Way(Steps(claimed=1, took=1, plays=int(plays)))


def counted_once(steps: Steps, *, has_pp: bool, has_send: bool, early: bool = False) -> Counted:
    """The same steps for everybody, and for the groups it belongs to."""
    nothing = Steps()
    return Counted(steps, steps if has_pp else nothing, steps if has_send else nothing, int(early))


@dataclass(frozen=True)
class Cell:
    """One number as it may be shown: itself, or words in its place."""

    number: int | None
    words: str


@dataclass(frozen=True)
class Row:
    """One step, for everybody and for each group."""

    step: str
    name: str
    everybody: Cell
    pp: Cell
    send: Cell


def rows(counted: Counted, *, hide_below: int) -> list[Row]:
    """The table of a funnel. No number under `hide_below` is shown, nor can one be worked out.

    A group's number is left out too where the rest of the children, or the step down to it, would
    be so few.
    """
    everybody = _shown(counted.everybody, hide_below)
    groups = [
        _shown_group(group, counted.everybody, everybody, hide_below)
        for group in (counted.pp, counted.send)
    ]
    columns = [
        _worded(column, values, counted, hide_below)
        for column, values in [
            (everybody, counted.everybody),
            (groups[0], counted.pp),
            (groups[1], counted.send),
        ]
    ]
    return [
        Row(step, name, *(column[place] for column in columns))
        for place, (step, name) in enumerate(STEP_NAMES.items())
    ]


def _shown(values: Steps, hide_below: int) -> list[int | None]:
    """Each step's number, or None: too few, or too few lost since the last that is shown."""
    choice = list(STEP_NAMES).index(FIRST_CHOICE)
    shown: list[int | None] = []
    before: int | None = None
    for place, value in enumerate(values.each):
        lost = before - value if before is not None and place >= choice else 0
        is_hidden = value < hide_below or 0 < lost < hide_below
        shown.append(None if is_hidden else value)
        before = before if is_hidden else value
    return shown


def _shown_group(
    group: Steps, whole: Steps, everybody: list[int | None], hide_below: int
) -> list[int | None]:
    """A group's numbers, as far as the others' cannot be worked out from them."""
    own, rest = _shown(group, hide_below), _shown(whole - group, hide_below)
    return [
        value if all_shown is not None and others is not None else None
        for value, others, all_shown in zip(own, rest, everybody, strict=True)
    ]


def _worded(
    shown: list[int | None], values: Steps, counted: Counted, hide_below: int
) -> list[Cell]:
    cells = []
    for step, number, value in zip(STEP_NAMES, shown, values.each, strict=True):
        if step != "taught" and not counted.everybody.letters:
            cells.append(Cell(None, NOT_YET))
        elif step == "plays" and hide_below <= counted.early == counted.everybody.took:
            cells.append(Cell(None, TOO_EARLY))
        elif number is not None:
            cells.append(Cell(number, f"{number:,}"))
        else:
            cells.append(Cell(None, f"Under {hide_below}" if value < hide_below else NOT_SHOWN))
    return cells


def heading(table: Sequence[Row]) -> str:
    """62 learned. 9 still play a term later."""
    taught, letters, _, took, plays = (row.everybody for row in table)
    learned = f"{taught.words} learned."
    if letters.words == NOT_YET:
        return f"{learned} No letter has gone home yet."
    if plays.words == TOO_EARLY:
        return f"{learned} {took.words} took a place."
    if plays.words == NOT_SHOWN:
        return f"{learned} Some still play a term later."
    still = plays.words if plays.number is not None else plays.words.replace("Under", "Fewer than")
    return f"{learned} {still} still {'plays' if plays.number == 1 else 'play'} a term later."


def where_lost(table: Sequence[Row], *, early: int = 0) -> str:
    """The step after which the most are missing, from what is shown; "" where nothing says so.

    `early`: where some cannot have played for long enough, the last step says nothing of loss.
    """
    before: int | None = None
    worst, most = "", 0
    for row in table:
        number = row.everybody.number
        if number is None:
            number = 0 if row.everybody.words.startswith("Under") else before
        says = row.step in LOST and not (early and row.step == "plays")
        if says and before is not None and number is not None:
            lost = before - number
            worst, most = (row.step, lost) if lost > most else (worst, most)
        before = number
    return worst
