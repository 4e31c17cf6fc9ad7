"""Told ahead that somebody will not come, and taken back."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from bookings.actions.letters import absences as letters
from bookings.models import AbsenceNotice, Enrolment
from bookings.queries import absences
from bookings.rules import absences as rules
from core import mail
from core.actions import action
from people.models import Person, User


@action
def tell_absence(
    *,
    person: Person,
    enrolment: Enrolment | None,
    days: rules.Days,
    reason: str,
    by: User,
    at: dt.datetime,
) -> AbsenceNotice:
    """The registers of those days show it, and whoever told us has a receipt; the same, once.

    Days told before that overlap become one notice with these.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    missed = absences.check_absence(person, enrolment, days, at=at)
    before = _told_before(person, enrolment, days)
    for notice in before:
        said = rules.Days(notice.starts_on, notice.ends_on)
        if said.holds(days) and notice.reason == reason:
            return notice
    same = [notice for notice in before if notice.enrolment_id == (enrolment and enrolment.pk)]
    whole = days.with_all([rules.Days(notice.starts_on, notice.ends_on) for notice in same])
    AbsenceNotice.objects.filter(pk__in=[notice.pk for notice in same]).update(withdrawn_at=at)
    notice = AbsenceNotice.objects.create(
        person=person,
        enrolment=enrolment,
        starts_on=whole.first,
        ends_on=whole.last,
        reason=reason,
        told_by=by.person,
        told_at=at,
    )
    fee_effect = absences.fee_of_told(timezone.localdate(at))
    letters.absence_received(notice, missed, fee_effect=fee_effect, at=at)
    return notice


def _told_before(
    person: Person, enrolment: Enrolment | None, days: rules.Days
) -> list[AbsenceNotice]:
    """What stands already of those days, about the same or about everything."""
    about = Q(enrolment=None) | Q(enrolment=enrolment) if enrolment else Q(enrolment=None)
    standing = AbsenceNotice.objects.standing().filter(
        about, person=person, starts_on__lte=days.last, ends_on__gte=days.first
    )
    return list(standing.order_by("starts_on", "pk"))


@action
def take_back_absence(*, notice: AbsenceNotice, by: User, at: dt.datetime) -> AbsenceNotice:
    """They come after all: from today on no register says otherwise. What has gone stays told."""
    Person.objects.select_for_update(no_key=True).get(pk=notice.person_id)
    notice = AbsenceNotice.objects.select_for_update(no_key=True, of=("self",)).get(pk=notice.pk)
    if notice.withdrawn_at:
        return notice
    days = rules.Days(notice.starts_on, notice.ends_on)
    left = rules.days_left(days, today=timezone.localdate(at))
    mail.withdraw(letters.reason_of(notice))
    if left:
        notice.ends_on = left.last
        notice.save(update_fields=["ends_on"])
        return notice
    notice.withdrawn_at = at
    notice.save(update_fields=["withdrawn_at"])
    return notice
