"""The sentences of our answers, as a school reads them."""

import datetime as dt
from collections.abc import Sequence

from centres.models import Term, Weekday
from core import words
from lessons.models import Programme
from lessons.rules import half_days
from lessons.rules.free_hours import Dates
from lessons.rules.placing import ClassSet, Spot
from lessons.rules.teaching_weeks import Period

MOST_DAYS_NAMED = 3
_EARLY = {-1: "Nursery", 0: "Reception"}
_ROOMS = {
    Programme.Room.HALL: "the hall",
    Programme.Room.LARGE: "a large classroom or studio",
    Programme.Room.CLASSROOM: "a classroom",
}


def in_a_sentence(name: str) -> str:
    """Ukulele is "ukulele" in a sentence, and DJing is "DJing"."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def years(groups: Sequence[int]) -> str:
    """Year 4; Years 3 and 4; Reception and Year 1"""
    early = [_EARLY[year] for year in sorted(groups) if year in _EARLY]
    older = [str(year) for year in sorted(groups) if year > 0]
    named = f"Year{'s' if len(older) > 1 else ''} {half_days.any_of(older, 'and')}"
    return half_days.any_of([*early, *([named] if older else [])], "and")


def title(
    groups: Sequence[int], classes: int, subject: str, term: Term | None, spots: Sequence[Spot]
) -> str:
    """Year 4 ukulele, 2 classes, Thursday mornings, the spring term"""
    codes = dict.fromkeys(spot.dates.code for spot in spots)
    when = half_days.any_of([f"{half_days.said(code)}s" for code in codes], "and")
    parts = [
        f"{years(groups)} {in_a_sentence(subject)}".strip(),
        words.count(classes, "class", "classes"),
        when,
        f"{term.name.lower()} term" if term else "",
    ]
    return ", ".join(filter(None, parts))


def is_over(term: Term | None) -> str:
    if term is None:
        return "We do not know the terms of that year yet, or they are over."
    return f"The {term.name.lower()} term is over."


def teachers_free(spots: Sequence[Spot], minutes: int, period: Period) -> str:
    """Ngozi Eze is free 9am to 10.30am on Thursdays, all year, and cleared"""
    if period.is_one_day:
        return f"{'; '.join(_free_on(spot, minutes) for spot in spots)}, and cleared"
    said = []
    for spot in spots:
        names = half_days.any_of([teacher.name for teacher in spot.teachers], "and")
        hours = half_days.spell(spot.from_minute, spot.from_minute + spot.classes * minutes)
        day = Weekday(spot.dates.weekday).label
        said.append(f"{names} {'are' if len(spot.teachers) > 1 else 'is'} free {hours} on {day}s")
    fewest = min(len(spot.dates.days) for spot in spots)
    lessons = "" if fewest >= period.weeks else f", {fewest} of {period.weeks} weeks"
    return f"{'; '.join(said)}, {period.spell}{lessons}, and cleared"


def _free_on(spot: Spot, minutes: int) -> str:
    """Ngozi Eze is free 9am to 10.30am on Tuesday 15 September"""
    names = half_days.any_of([teacher.name for teacher in spot.teachers], "and")
    hours = half_days.spell(spot.from_minute, spot.from_minute + spot.classes * minutes)
    verb = "are" if len(spot.teachers) > 1 else "is"
    return f"{names} {verb} free {hours} on {words.weekday_and_day(spot.dates.days[0])}"


def nobody_free(subject: str, able: int, codes: Sequence[str], minutes: int, period: Period) -> str:
    name = in_a_sentence(subject)
    if not able:
        return f"Nobody who teaches {name} is cleared and with us for all of {period.name}."
    who = f"our {name} teacher is not" if able == 1 else f"none of our {able} {name} teachers is"
    when = half_days.any_of([f"{half_days.said(code)}s" for code in codes])
    said = f"{who} free for {_length(minutes)} on {when}, {period.spell}, with the way to you."
    return f"{said[0].upper()}{said[1:]}"


def too_few_weeks(dates: Sequence[Dates], period: Period) -> str:
    """Why none of the half days has enough weeks: the school is shut, or the term is nearly over"""
    shut = next((each for each in dates if each.shut and not each.days), None)
    if shut:
        return f"Your school is shut on {Weekday(shut.weekday).label}s in {period.name}."
    most = max((len(each.days) for each in dates), default=0)
    left = words.count(most, "week")
    return f"Only {left} of the {period.weeks} we would teach are left in {period.name}."


def sets_free(subject: str, sets: Sequence[ClassSet], first: dt.date) -> str:
    """2 class sets for ukulele, 32 instruments in each, are free from 6 September"""
    count = words.count(len(sets), "class set")
    pieces = words.count(min(each.pieces for each in sets), "instrument")
    each, verb = ("", "is") if len(sets) == 1 else (" in each", "are")
    from_on = f"{first.day} {first:%B}"
    return f"{count} for {in_a_sentence(subject)}, {pieces}{each}, {verb} free from {from_on}"


def sets_gone(subject: str, number: int, late: int, when: str) -> str:
    """Fewer than 2 class sets for ukulele are left in the autumn term: 1 is late coming back."""
    name = in_a_sentence(subject)
    said = f"Fewer than {number} class sets for {name} are left in {when}"
    if number == 1:
        whose = "with" if late else "promised to"
        said = f"Every class set for {name} is {whose} other schools in {when}"
    if not late:
        return f"{said}."
    return f"{said}: {late} {'is' if late == 1 else 'are'} late coming back to us."


def one_hand_free(subject: str, first: dt.date) -> str:
    name = in_a_sentence(subject)
    return f"An instrument for one hand for {name} is free from {first.day} {first:%B}"


def one_hand_gone(subject: str, when: str) -> str:
    name = in_a_sentence(subject)
    return (
        f"No instrument for one hand for {name} is free in {when}: we look for one, and write to"
        " you before the first day."
    )


def needs_room(rooms: Sequence[str], room: str) -> str:
    fitting = half_days.any_of([_ROOMS[Programme.Room(each)] for each in rooms])
    if not room:
        return f"It needs {fitting}: say which you have."
    return f"It needs {fitting}; {_ROOMS[Programme.Room(room)]} is too small for it."


def room_suits(room: str, spots: Sequence[Spot]) -> str:
    """The hall is right for it, but for Thursday 2 December, when your school is shut"""
    name = _ROOMS[Programme.Room(room)] if room else "any room you have"
    said = f"{name[0].upper()}{name[1:]} is right for it"
    shut = sorted({day for spot in spots for day in spot.dates.shut})
    if not shut:
        return said
    named = [words.weekday_and_day(day) for day in shut[:MOST_DAYS_NAMED]]
    more = len(shut) - MOST_DAYS_NAMED
    also = [words.count(more, "other day")] if more > 0 else []
    return f"{said}; nobody comes on {half_days.any_of([*named, *also], 'and')}, when you are shut"


def room_taken(room: str) -> str:
    name = _ROOMS[Programme.Room(room)]
    return f"{name[0].upper()}{name[1:]} has another class of yours at those times."


def kept_for_others(schools: int, until: dt.date | None) -> str:
    """It is kept for another school until Friday 18 June"""
    who = "another school" if schools == 1 else f"{schools} other schools"
    end = f" until {words.weekday_and_day(until)}" if until else ""
    return f"It is kept for {who}{end}."


def waiting(place: int, known_by: dt.date | None) -> str:
    """One school asked before you. You are second. If it does not agree we tell you by Friday 2"""
    before = place - 1
    if not before:
        said = "You are first to ask."
    elif before == 1:
        said = "One school asked before you. You are second."
    else:
        said = f"{before} schools asked before you. You are number {place}."
    if known_by is None:
        return f"{said} We tell you as soon as something comes free."
    return f"{said} If it comes free we tell you by {words.weekday_and_day(known_by)}."


def make_it(code: str, from_minute: int) -> str:
    """Make it Tuesday, 1.30pm"""
    day = Weekday(half_days.weekday_of(code)).label
    return f"Make it {day}, {words.clock(half_days.clock_of(from_minute))}"


def make_it_all(codes: Sequence[str]) -> str:
    return f"Make it {half_days.listed(codes, 'and')}"


def make_it_term(term: Term, codes: Sequence[str] | None) -> str:
    """Make it the spring term; Make it the spring term, Tuesday morning"""
    moved = f", {half_days.listed(codes, 'and')}" if codes else ""
    return f"Make it the {term.name.lower()} term{moved}"


def make_it_subject(subject: str) -> str:
    return f"Make it {in_a_sentence(subject)}"


def use(room: str) -> str:
    return f"Use {_ROOMS[Programme.Room(room)]}"


def _length(minutes: int) -> str:
    """45 minutes; an hour; an hour and a half; 2 hours 15 minutes"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return words.count(rest, "minute")
    said = "an hour" if hours == 1 else words.count(hours, "hour")
    if rest == 30:
        return f"{said} and a half" if hours == 1 else f"{hours} and a half hours"
    return f"{said} {words.count(rest, 'minute')}" if rest else said
