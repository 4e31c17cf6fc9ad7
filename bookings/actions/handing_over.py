"""A place that a school pays for goes to another person: as it was agreed, and no place more."""

import datetime as dt

from billing import actions as billing
from bookings import queries, rules
from bookings.actions.endings import clear_registers, leave
from bookings.actions.locks import lock_enrolment
from bookings.actions.places import write_into_registers
from bookings.models import Credit, Enrolment, Session
from bookings.queries.sessions import begins_at
from core.actions import action
from people.models import Person, User


@action
def hand_over_place(*, enrolment: Enrolment, to: Person, by: User, at: dt.datetime) -> Enrolment:
    """They have the place instead, at its price, and are in its registers; once, if asked twice.

    If they waited for one themselves, they leave that line. The audit keeps whose it was.
    """
    enrolment = lock_enrolment(enrolment)
    if enrolment.person_id == to.pk:
        return enrolment
    activity = enrolment.activity
    rules.check_may_be_handed_over(enrolment, begins_at=begins_at(activity), at=at)
    standing = activity.enrolments.live().filter(person=to).select_related("person").first()
    rules.check_has_no_place(to, standing, activity)
    known_to = None if to.pk == by.person_id else by  # what a colleague does is their own
    rules.check_no_clash(to, queries.first_clash(to, activity, at=at, known_to=known_to))
    if standing:
        standing.activity = activity
        leave(standing, Enrolment.Status.CANCELLED, reason="Was handed a place", after=at)
    clear_registers(enrolment, after=at)
    enrolment.person = to
    enrolment.save(update_fields=["person"])
    write_into_registers(enrolment, at=at)
    _take_over_called_off(enrolment, to)
    billing.name_in_charges(source_prefix=f"enrolment:{enrolment.pk}:", person=to, by=by, at=at)
    return enrolment


def _take_over_called_off(enrolment: Enrolment, to: Person) -> None:
    """What we owe for a meeting called off is made up for them, and put back it is theirs."""
    off = enrolment.attendance.filter(mark=None, session__status=Session.Status.CANCELLED)
    off.exclude(session__register__person=to).update(person=to)
    Credit.objects.owed().filter(attendance__enrolment=enrolment).update(person=to)
