"""What an order costs, line by line: the rate, the subsidy, and what is simply included."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core import words
from core.refusals import RuleBroken
from lessons.models import Programme

PENNY = Decimal("0.01")
MINUTES_IN_AN_HOUR = 60
NOTHING = Decimal(0)
A_TERM = 8  # lessons: fewer are said by their number
UNITS = {
    Programme.Unit.CLASS: ("class", "classes"),
    Programme.Unit.HOUR: ("hour", "hours"),
    Programme.Unit.TERM: ("term", "terms"),
    Programme.Unit.DAY: ("day", "days"),
}


class NoPrice(RuleBroken):
    pass


class PriceChanged(RuleBroken):
    """The price is not what the page showed: whoever asked is shown both, and asks again."""

    def __init__(self, shown: Decimal, now: Decimal) -> None:
        self.shown, self.now = shown, now
        super().__init__(
            f"The price is now {words.money(now)}, not {words.money(shown)} as this page said. "
            "Nothing was done. Look at the new price, then ask again."
        )


@dataclass(frozen=True)
class PricedLine:
    """One line with its sum. `rate` is for each unit; a subsidy is less than nothing."""

    line_id: int | None
    position: int
    title: str
    period: str
    unit: str
    units: Decimal
    rate: Decimal
    subsidised_classes: int
    subsidy_rate: Decimal
    adjustment: Decimal
    adjust_reason: str
    pupils: int
    included: tuple[str, ...]
    # False for a quote: its sums stand, however they were made up.
    is_worked_out: bool = True

    @property
    def price(self) -> Decimal:
        return (self.rate * self.units).quantize(PENNY, ROUND_HALF_UP)

    @property
    def subsidy(self) -> Decimal:
        return (self.subsidy_rate * self.subsidised_classes).quantize(PENNY, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        return self.price + self.subsidy + self.adjustment

    @property
    def sum_in_words(self) -> str:
        """2 classes at £1,844.40 a class"""
        if not self.is_worked_out:
            return "As quoted"
        one, many = UNITS[Programme.Unit(self.unit)]
        units = f"{self.units.normalize():f} {one if self.units == 1 else many}"
        return f"{units} at {words.money(self.rate)} {Programme.Unit(self.unit).label}"

    @property
    def subsidy_in_words(self) -> str:
        """2 classes at £614.80 less a class"""
        if not self.subsidised_classes or not self.is_worked_out:
            return ""
        less = words.money(-self.subsidy_rate)
        return f"{words.count(self.subsidised_classes, 'class', 'classes')}, {less} less for each"

    @property
    def explanation(self) -> dict[str, str | int | None]:
        """How the sum came about, for whoever reads the bill later."""
        return {
            "basis": self.unit,
            "title": self.title,
            "period": self.period,
            "units": str(self.units),
            "rate": str(self.rate),
            "price": str(self.price),
            "subsidised_classes": self.subsidised_classes,
            "subsidy_rate": str(self.subsidy_rate),
            "subsidy": str(self.subsidy),
            "adjustment": str(self.adjustment),
            "adjust_reason": self.adjust_reason or None,
            "sum": self.sum_in_words,
        }


@dataclass(frozen=True)
class CostRow:
    """A row of the panel: an amount, or no amount where it is included."""

    words: str
    amount: Decimal | None
    detail: str = ""

    @property
    def is_included(self) -> bool:
        return self.amount is None


@dataclass(frozen=True)
class Cost:
    """The whole order as it is priced now."""

    lines: tuple[PricedLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.lines), NOTHING)

    @property
    def subsidy(self) -> Decimal:
        return sum((line.subsidy for line in self.lines), NOTHING)

    @property
    def pupils(self) -> int:
        return sum(line.pupils for line in self.lines)

    @property
    def a_pupil(self) -> Decimal | None:
        """In whole pounds for each pupil; None where nobody is counted."""
        return (self.total / self.pupils).quantize(Decimal(1)) if self.pupils else None

    @property
    def rows(self) -> tuple[CostRow, ...]:
        return tuple(row for line in self.lines for row in _rows(line))

    def of(self, line_id: int) -> PricedLine:
        return next(line for line in self.lines if line.line_id == line_id)


def _rows(line: PricedLine) -> Iterable[CostRow]:
    yield CostRow(line.title, line.price, line.sum_in_words)
    for words_ in line.included:
        yield CostRow(words_, None)
    if line.subsidy:
        yield CostRow("Music Hub subsidy", line.subsidy, line.subsidy_in_words)
    if line.adjustment:
        yield CostRow(line.adjust_reason or "Adjusted by us", line.adjustment)


def price_line(line: PricedLine, *, programme: Programme, whole_year: bool) -> str:
    """From £1,272.70 a class a year, after the subsidy; £39 a class for 6 lessons; £260 a day"""
    amount, less = words.money(line.total), ""
    if line.subsidy:
        amount, less = f"From {amount}", ", after the subsidy"
    if programme.unit == Programme.Unit.DAY:
        return f"{amount} a day{less}"
    one = {Programme.Kind.CLASS_SET: "a set", Programme.Kind.CONTINUATION: "a group"}
    each = one.get(Programme.Kind(programme.kind), "a class")
    if whole_year:
        return f"{amount} {each} a year{less}"
    if 0 < programme.weeks < A_TERM and programme.terms <= 1:
        return f"{amount} {each} for {programme.weeks} lessons{less}"
    return f"{amount} {each} a term{less}"


def check_total(*, shown: Decimal, now: Decimal) -> None:
    """What somebody says yes to is what they were shown."""
    if shown != now:
        raise PriceChanged(shown, now)


def units_of(
    unit: str, *, classes: int, minutes: int, weeks: int, terms: int, whole_year: bool
) -> Decimal:
    """How many of what the price is for: classes, teaching hours, terms of a set, days."""
    if unit == Programme.Unit.HOUR:
        return Decimal(minutes * weeks * classes) / MINUTES_IN_AN_HOUR
    if unit == Programme.Unit.TERM:
        return Decimal(classes * (terms if whole_year else 1))
    return Decimal(classes)


def spread(classes: int, year_groups: Sequence[int]) -> dict[int, int]:
    """How many classes each year group has, the first of them having what is left over."""
    each, more = divmod(classes, len(year_groups) or 1)
    return {
        year: each + (position < more)
        for position, year in enumerate(sorted(year_groups))
        if each or position < more
    }


def subsidised(
    *,
    before: Iterable[Mapping[int, int]],
    lines: Iterable[Mapping[int, int]],
    most: int,
) -> list[int]:
    """How many classes of each line are subsidised, where so many year groups of a school may be.

    `before`: what the school ordered earlier, which takes its share first.
    """
    groups: list[int] = []
    for line in before:
        _take(groups, line, most)
    return [_take(groups, line, most) for line in lines]


def _take(groups: list[int], line: Mapping[int, int], most: int) -> int:
    taken = 0
    for year, classes in line.items():
        if year not in groups and len(groups) < most:
            groups.append(year)
        if year in groups:
            taken += classes
    return taken


def title_of(
    *, kind: str, unit: str, programme: str, subject: str, classes: int, offers_choice: bool
) -> str:
    """2 classes of ukulele; Choir leadership, 2 groups; 2 sets of djembe; 1 taster day."""
    subject = subject[:1].lower() + subject[1:]
    if kind == Programme.Kind.CLASS_SET:
        return f"{words.count(classes, 'set')} of {subject} alone"
    if unit == Programme.Unit.DAY:
        return f"{programme}, {words.count(classes, 'day')}"
    many = words.count(classes, "class", "classes")
    if kind == Programme.Kind.WHOLE_CLASS:
        return f"{many} of {subject}"
    groups = many if kind != Programme.Kind.CONTINUATION else words.count(classes, "group")
    return f"{programme}{f', {subject}' if offers_choice else ''}, {groups}"
