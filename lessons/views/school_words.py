"""A school's days and its things to do, in words: for its home page and its timetable."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from bookings import phrases
from bookings.models import SessionStaff
from core import words
from lessons.models import Programme, SchoolOrder
from lessons.queries.school_todos import Kind, Todo
from lessons.queries.school_week import Day, Visit

ROOMS = {
    Programme.Room.HALL: "hall",
    Programme.Room.LARGE: "large classroom",
    Programme.Room.CLASSROOM: "classroom",
}


def day_words(each: Day, *, today: dt.date) -> dict[str, Any]:
    """Thu 26, today; and what is on."""
    return {
        "name": f"{each.day:%a} {each.day.day}",
        "is_today": each.day == today,
        "visits": [visit_words(visit) for visit in each.visits],
    }


def visit_words(visit: Visit) -> dict[str, Any]:
    """When, where, what and who; what is new about it; how many came."""
    session = visit.session
    starts = timezone.localtime(session.during.lower)
    said = [] if visit.is_off else _changes(visit)
    return {
        "day": visit.day,
        "time": words.clock(starts.time()),
        "times": phrases.times(session),
        "place": place_of(visit),
        "title": session.activity.title,
        "who": "" if visit.is_off else who_comes(visit),
        "came": "" if visit.is_off else _came(visit),
        "is_off": visit.is_off,
        "is_changed": visit.is_off or bool(said) or _is_covered(visit),
        "tag": _tag(visit),
        "said": phrases.why_off(session) if visit.is_off else " ".join(said),
    }


def place_of(visit: Visit) -> str:
    """Which room of the school, as it was ordered or set; nothing where nobody said."""
    session = visit.session
    if session.room:
        return str(session.room)
    ordered = getattr(session.activity, "programme_class", None)
    return ROOMS.get(ordered.line.room, "") if ordered else ""


def who_comes(visit: Visit) -> str:
    """Ngozi Eze, with Sam Obi; Joss Tan, covering for Ngozi Eze; or that nobody is found yet."""
    lead = [_leads(line) for line in visit.here if line.role != SessionStaff.Role.ASSISTANT]
    assists = [str(line.person) for line in visit.here if line.role == SessionStaff.Role.ASSISTANT]
    if not lead and not visit.staff and visit.session.activity.teacher:
        lead = [str(visit.session.activity.teacher)]
    if not lead:
        return "We are finding somebody to cover"
    return " and ".join(lead) + (f", with {' and '.join(assists)}" if assists else "")


def _leads(line: SessionStaff) -> str:
    if line.role != SessionStaff.Role.COVER:
        return str(line.person)
    return f"{line.person}, covering" + (f" for {line.replaces}" if line.replaces else "")


def _is_covered(visit: Visit) -> bool:
    return any(line.role == SessionStaff.Role.COVER or line.is_away for line in visit.staff)


def _changes(visit: Visit) -> list[str]:
    session = visit.session
    moved = phrases.what_moved(session, session.activity)
    made_up = phrases.makes_up(session.makes_up) if session.makes_up else ""
    return [phrases.sentence(each) for each in (moved, made_up) if each]


def _tag(visit: Visit) -> str:
    """The one word beside it; everything is said in words too."""
    if visit.is_off:
        return "Not on"
    if visit.session.makes_up_id:
        return "Extra"
    if _changes(visit):
        return "Moved"
    if _is_covered(visit):
        return "Cover"
    return "First lesson" if visit.is_first else ""


def _came(visit: Visit) -> str:
    """29 came, 1 away; of a register by name, how many came and no more."""
    if visit.came is None:
        return ""
    away = (visit.expected or 0) - visit.came
    return f"{visit.came} came" + (f", {away} away" if away > 0 else "")


# Things to do


def todo_words(todo: Todo) -> dict[str, str]:
    """As components/todo_panel.html shows it."""
    icon, text, detail = _SAID[todo.kind](todo)
    return {"icon": icon, "text": text, "detail": detail, "url": _address(todo)}


def _agree(todo: Todo) -> tuple[str, str, str]:
    assert todo.order is not None
    until = f", stands until {words.weekday_and_day(todo.day)}" if todo.day else ""
    said = f"{_money(todo)}{until}"
    return "file-text", f"Agree order {todo.order.number} for {todo.order.year}", said


def _draft(todo: Todo) -> tuple[str, str, str]:
    assert todo.order is not None
    began = words.weekday_and_day(timezone.localdate(todo.order.made_at))
    text = f"Finish order {todo.order.number} for {todo.order.year}"
    return "pencil", text, f"A draft begun on {began}"


def _purchase_order(todo: Todo) -> tuple[str, str, str]:
    assert todo.order is not None
    text = f"Add a purchase order number to order {todo.order.number}"
    return "receipt", text, f"For {todo.order.year}, {_money(todo)}"


def _needs(todo: Todo) -> tuple[str, str, str]:
    names = _names(todo)
    detail = "Their lessons have begun"
    first = todo.classes[0].activity.first_on
    if first and todo.day and first > timezone.localdate():
        detail = (
            f"By {words.weekday_and_day(todo.day)}: their first lesson is on"
            f" {words.weekday_and_day(first)}"
        )
    return "heart-handshake", f"Tell us what pupils in {names} need", detail


def _closure(todo: Todo) -> tuple[str, str, str]:
    assert todo.day is not None
    assert todo.session is not None
    assert todo.closure is not None
    text = f"Is there a lesson on {words.weekday_and_day(todo.day)}?"
    detail = (
        f"{todo.session.activity.title}. You told us: {todo.closure.reason}. Enough notice moves"
        " the lesson; less, and it counts as taught."
    )
    return "calendar-x", text, detail


def _new_date(todo: Todo) -> tuple[str, str, str]:
    assert todo.day is not None
    assert todo.session is not None
    text = f"{todo.session.activity.title} has no new date yet"
    detail = f"For the lesson of {words.weekday_and_day(todo.day)}. We look for a day with you"
    return "calendar-x", text, detail


def _give_back(todo: Todo) -> tuple[str, str, str]:
    assert todo.order is not None
    tags = listed([one.asset.tag for one in todo.sets])
    kinds = listed(sorted({one.asset.what for one in todo.sets}))
    them = "it" if len(todo.sets) == 1 else "them"
    is_mixed = any(one.asset.is_adaptive for one in todo.sets)
    noun = ("instrument or class set", "instruments and class sets") if is_mixed else ("class set",)
    text = f"Give back {words.count(len(todo.sets), *noun)}: {tags}"
    gone = todo.order.status == SchoolOrder.Status.CANCELLED
    ended = "was cancelled" if gone else f"had {them} until {words.day(todo.sets[0].last_on)}"
    why = f"Order {todo.order.number} {ended}: call us to have {them} fetched"
    return "package", text, f"{kinds}. {why}"


def _letters(todo: Todo) -> tuple[str, str, str]:
    text = f"Hand out the take-home letters of {_names(todo)}"
    return "mail", text, "Each has a code for a first lesson"


def _plan(todo: Todo) -> tuple[str, str, str]:
    text = f"Review your music plan for {todo.year}"
    return "book-open", text, "Filled from what you do with us; you add the rest"


_SAID = {
    Kind.AGREE: _agree,
    Kind.DRAFT: _draft,
    Kind.PURCHASE_ORDER: _purchase_order,
    Kind.NEEDS: _needs,
    Kind.CLOSURE: _closure,
    Kind.NEW_DATE: _new_date,
    Kind.GIVE_BACK: _give_back,
    Kind.LETTERS: _letters,
    Kind.PLAN: _plan,
}
_PAGES = {
    Kind.NEEDS: "schools:classes",
    Kind.CLOSURE: "schools:give_notice",
    Kind.NEW_DATE: "schools:classes",
    Kind.LETTERS: "schools:take_home",
    Kind.PLAN: "schools:plan",
}


def _address(todo: Todo) -> str:
    urn = todo.school.urn
    if todo.kind in _PAGES:
        return reverse(_PAGES[todo.kind], kwargs={"urn": urn})
    assert todo.order is not None
    return order_address(todo.order, urn, may_order=todo.kind == Kind.DRAFT)


def order_address(order: SchoolOrder, urn: int, *, may_order: bool) -> str:
    """A draft is gone on with where its parts are listed; anything else is read on its page."""
    goes_on = may_order and order.status == SchoolOrder.Status.DRAFT
    name = "schools:order_tasks" if goes_on else "schools:order"
    return reverse(name, kwargs={"urn": urn, "ref": order.ref})


def _names(todo: Todo) -> str:
    """4A; 4A and 4B; 4A, 4B and two more"""
    return listed(sorted({each.class_name for each in todo.classes}))


def listed(names: Sequence[str], most: int = 3) -> str:
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _money(todo: Todo) -> str:
    return words.money(todo.amount) if todo.amount else "no price yet"
