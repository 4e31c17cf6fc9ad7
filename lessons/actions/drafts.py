"""A school writes an order: begun fresh or from last year's, saved page by page, sent by nobody."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from centres.models import Year
from core.actions import action
from core.refusals import RuleBroken
from lessons.actions.orders.locks import lock_order
from lessons.models import HourKept, OrderLine, SchoolOrder, SetKept
from lessons.queries import drafts as queries
from lessons.queries.prices import policy_on
from lessons.rules import drafts as rules
from lessons.rules.drafts import LineAsked, NeedsAsked
from lessons.rules.feasibility import Remedy
from lessons.rules.orders import tidy_po
from people.models import Person, School, User

GONE = "This part of the order is not there any more."


class Begin(StrEnum):
    """How an order is begun."""

    FRESH = "new"
    COPY = "copy"
    COPY_ALL = "all"
    YEAR_ON = "up"


@dataclass(frozen=True)
class Contact:
    """Whom we talk to about an order, who agrees to it, and where its invoice goes."""

    person: Person
    approver: Person | None
    invoice_email: str = ""
    is_for_governors: bool = False


@action
def start_order(
    *,
    school: School,
    year: Year,
    begin: Begin,
    contact: Contact,
    by: User,
    at: dt.datetime,
    of_order: uuid.UUID | None = None,
) -> SchoolOrder:
    """There is a draft, empty or with last year's lines. The same press twice makes one.

    `of_order`: which of last year's; where none is said, the latest agreed, or all are copied.
    """
    school = School.objects.select_for_update(no_key=True).get(pk=school.pk)
    today = timezone.localdate(at)
    calendar = queries.calendar_of(year)
    rules.check_may_order(school)
    rules.check_year_ahead(calendar, on=today)
    _check_contact(contact, school)
    sources = [] if begin == Begin.FRESH else _sources(school, year, begin, of_order)
    lines = _lines_like(sources, school, calendar, begin, on=today)
    order = SchoolOrder(
        school=school,
        year=year,
        made_by=by.person,
        made_at=at,
        contact=contact.person,
        approver=contact.approver,
        invoice_email=contact.invoice_email,
        is_for_governors=contact.is_for_governors,
        copied_from=sources[0] if sources else None,
    )
    if begun := queries.draft_since(order, lines=lines, since=at - rules.SAME_PRESS):
        return begun
    order.save()
    for line in lines:
        line.order = order
        line.save()
    return order


@action
def save_line(
    *, order: SchoolOrder, position: int, asked: LineAsked, by: User, at: dt.datetime
) -> OrderLine:
    """The line in this position is what was asked; a position one past the last is a new line."""
    order = lock_order(order)
    rules.check_draft(order)
    today = timezone.localdate(at)
    rules.check_line(
        asked,
        subjects=queries.subjects_of(asked.programme),
        calendar=queries.calendar_of(order.year),
        most_classes=policy_on(today).most_classes,
        on=today,
    )
    line = _line_at(order, position) or OrderLine(order=order, position=position)
    line.programme, line.subject, line.term = asked.programme, asked.subject, asked.term
    line.year_groups, line.classes = sorted(asked.year_groups), asked.classes
    line.pupils = asked.pupils
    line.send_pupils = _within(line.send_pupils, asked.pupils)
    line.pp_pupils = _within(line.pp_pupils, asked.pupils)
    if not asked.programme.is_taught:
        line.half_days = []
    line.save()
    return line


@action
def save_needs(
    *, order: SchoolOrder, position: int, asked: NeedsAsked, by: User, at: dt.datetime
) -> OrderLine:
    """The line knows its half days, its room and what its children need."""
    order = lock_order(order)
    rules.check_draft(order)
    line = _line_at(order, position)
    if line is None:
        raise RuleBroken(GONE)
    is_taught = line.programme.is_taught
    rules.check_needs(asked, pupils=line.pupils, is_taught=is_taught)
    line.half_days = sorted(asked.half_days) if is_taught else []
    line.needs = list(asked.needs)
    line.send_pupils, line.pp_pupils = asked.send_pupils, asked.pp_pupils
    line.room, line.room_notes = asked.room, asked.room_notes
    line.goes_home, line.wants_performance = asked.goes_home, asked.wants_performance
    line.save()
    return line


@action
def take_remedy(
    *, order: SchoolOrder, position: int, remedy: Remedy, by: User, at: dt.datetime
) -> OrderLine:
    """The line asks for what we could say yes to."""
    order = lock_order(order)
    rules.check_draft(order)
    line = _line_at(order, position)
    if line is None:
        raise RuleBroken(GONE)
    programme = remedy.programme or line.programme
    asked = LineAsked(
        programme=programme,
        subject=remedy.subject or line.subject,
        term=remedy.term or line.term,
        year_groups=tuple(line.year_groups),
        classes=line.classes,
        pupils=line.pupils,
    )
    line = save_line(order=order, position=position, asked=asked, by=by, at=at)
    if remedy.half_days is not None and programme.is_taught:
        line.half_days = sorted(remedy.half_days)
    line.room = remedy.room or line.room
    line.save(update_fields=["half_days", "room"])
    return line


@action
def remove_line(*, order: SchoolOrder, position: int, by: User, at: dt.datetime) -> SchoolOrder:
    """The order is without this line; what was once kept for it is forgotten with it."""
    order = lock_order(order)
    rules.check_draft(order)
    line = _line_at(order, position)
    if line:
        _forget(line)
    return order


@action
def save_contact(
    *, order: SchoolOrder, contact: Contact, po_number: str, by: User, at: dt.datetime
) -> SchoolOrder:
    """The draft says whom we talk to, who agrees, and where and under what number we bill."""
    order = lock_order(order)
    rules.check_draft(order)
    _check_contact(contact, order.school)
    order.contact, order.approver = contact.person, contact.approver
    order.invoice_email, order.po_number = contact.invoice_email, tidy_po(po_number)
    order.is_for_governors = contact.is_for_governors
    order.save(
        update_fields=["contact", "approver", "invoice_email", "po_number", "is_for_governors"]
    )
    return order


@action
def save_po_number(*, order: SchoolOrder, po_number: str, by: User, at: dt.datetime) -> SchoolOrder:
    """The draft has this purchase order number, however it was spaced."""
    order = lock_order(order)
    rules.check_draft(order)
    order.po_number = tidy_po(po_number)
    order.save(update_fields=["po_number"])
    return order


@action
def discard_order(*, order: SchoolOrder, by: User, at: dt.datetime) -> None:
    """The draft is gone: nobody was promised anything by it. The audit still has it."""
    order = lock_order(order)
    rules.check_draft(order)
    for line in order.lines.all():
        _forget(line)
    order.copies.update(copied_from=None)
    order.delete()


def _check_contact(contact: Contact, school: School) -> None:
    people = queries.people_at(school)
    if contact.person.pk not in {one.person_id for one in people.contacts}:
        raise RuleBroken(f"{contact.person} does not speak for {school} here. Choose who does.")
    if contact.approver and contact.approver.pk not in {one.person_id for one in people.approvers}:
        raise RuleBroken(f"{contact.approver} may not agree to orders. Choose who does.")


def _line_at(order: SchoolOrder, position: int) -> OrderLine | None:
    return order.lines.select_related("programme").filter(position=position).first()


def _within(number: int | None, most: int) -> int | None:
    return None if number is None else min(number, most)


def _forget(line: OrderLine) -> None:
    """An order that was taken back may have lines with hours and sets once kept, long released."""
    HourKept.objects.filter(line=line, released_at__isnull=False).delete()
    SetKept.objects.filter(line=line, released_at__isnull=False).delete()
    line.continued_by.update(continues=None)
    line.delete()


def _sources(
    school: School, year: Year, begin: Begin, of_order: uuid.UUID | None
) -> list[SchoolOrder]:
    """All of last year's orders, the one that is named, or the latest agreed one."""
    found = [order for order in queries.last_orders(school, year) if of_order in {None, order.ref}]
    if not found:
        raise RuleBroken(f"There is no order of the year before {year} to begin from.")
    return found if begin == Begin.COPY_ALL else found[:1]


def _lines_like(
    sources: Sequence[SchoolOrder],
    school: School,
    calendar: rules.Calendar,
    begin: Begin,
    *,
    on: dt.date,
) -> list[OrderLine]:
    """Last year's lines, or the same children a year on. What we do no more is left out."""
    if not sources:
        return []
    offered = list(queries.on_offer(school, on))
    copies, year_on = queries.unsaved(sources, offered, calendar, on=on)
    return year_on if begin == Begin.YEAR_ON else copies
