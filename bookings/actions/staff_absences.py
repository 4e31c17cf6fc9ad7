"""A member of staff cannot come: told once; their meetings know it, and heads what to cover."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from bookings.actions import staff_letters
from bookings.actions.locks import lock_activities
from bookings.actions.promises import clear_hours
from bookings.actions.staffing import expect_again, lock_sessions
from bookings.models import SessionStaff
from bookings.queries import staffing
from bookings.rules import staffing as rules
from bookings.rules.promises import Insist
from core.actions import action
from core.refusals import RuleBroken, TryAgain
from people.models import Staff, StaffAbsence, User

MEANWHILE = "Somebody was changing this timetable just now. Nothing was lost: please press again."


@dataclass(frozen=True)
class StillAway:
    """A meeting to which somebody does not come back, and why."""

    line: SessionStaff
    why: str


@dataclass(frozen=True)
class Withdrawn:
    """What follows when somebody can come after all."""

    absence: StaffAbsence
    back: list[SessionStaff]
    covered: list[SessionStaff]
    kept_away: list[StillAway]


@action
def report_absence(
    *,
    staff: Staff,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    kind: str,
    by: User | None,
    at: dt.datetime,
) -> StaffAbsence:
    """They are away from every meeting of theirs in that time, and heads know what needs cover.

    Told twice, it stands once, and nobody hears of it again.
    """
    rules.check_absence(starts_at, ends_at, at=at, longest_days=settings.LONGEST_STAFF_ABSENCE_DAYS)
    during = DateTimeTZRange(starts_at, ends_at)
    staff, lines = _locked(staff, during, at=at)
    same: QuerySet[StaffAbsence] = StaffAbsence.objects.filter(
        staff=staff, during=during, withdrawn_at=None
    )
    if standing := same.first():
        return standing
    absence: StaffAbsence = StaffAbsence.objects.create(
        staff=staff,
        during=during,
        kind=kind,
        told_by=by.person if by else staff.person,
        told_at=at,
    )
    SessionStaff.objects.filter(pk__in=[line.pk for line in lines]).update(is_away=True)
    staff_letters.teacher_away(absence, lines, at=at)
    return absence


@action
def withdraw_absence(*, absence: StaffAbsence, by: User | None, at: dt.datetime) -> Withdrawn:
    """They come after all, to whatever nobody covers; what is covered stays so, and both know.

    Where an hour is kept for a school since, or they are busy, they stay away from that meeting.
    """
    staff, lines = _locked(absence.staff, absence.during, at=at)
    absence = StaffAbsence.objects.select_for_update(no_key=True).get(pk=absence.pk)
    absence.staff = staff
    if absence.withdrawn_at:
        return Withdrawn(absence, [], [], [])
    if absence.during.upper <= at:
        raise rules.NotAnAbsence("That time has passed. There is nothing left to take back.")
    absence.withdrawn_at = at
    absence.save(update_fields=["withdrawn_at"])
    lines = list(staffing.away_lines(staff.person, absence.during, at=at))
    covers = staffing.covers_of(lines)
    covered = {
        line: cover
        for line in lines
        if (cover := covers.get((line.session_id, staffing.stood_in_for(line))))
    }
    back: list[SessionStaff] = []
    kept_away: list[StillAway] = []
    for line in lines:
        if line in covered:
            continue
        try:
            _come_back(line, by=by, at=at)
        except RuleBroken as broken:
            kept_away.append(StillAway(line, str(broken)))
        else:
            back.append(line)
    staff_letters.teacher_back(absence, back, covered, at=at)
    return Withdrawn(absence, back, list(covered), kept_away)


def _come_back(line: SessionStaff, *, by: User | None, at: dt.datetime) -> None:
    """Refused where they told of another absence, are promised to a school or put elsewhere."""
    if staffing.is_away_then(line.person, line.session.during):
        raise rules.away_then(line.person)
    times = {line.person_id: [line.session.during]}
    clear_hours(times, insist=Insist.ASSIGNING, by=by, at=at)
    expect_again(line)


def _locked(
    staff: Staff, during: DateTimeTZRange, *, at: dt.datetime
) -> tuple[Staff, list[SessionStaff]]:
    """Their meetings in that time, Activity before Session before the person, as they stand."""
    found = _meetings(staff, during, at=at)
    lock_activities({line.session.activity_id for line in found})
    lock_sessions([line.session_id for line in found])
    rows = Staff.objects.select_for_update(no_key=True, of=("self",)).select_related("person")
    staff = rows.get(pk=staff.pk)
    lines = _meetings(staff, during, at=at)
    if {line.session_id for line in lines} - {line.session_id for line in found}:
        raise TryAgain(MEANWHILE)  # put to another meeting between the two looks
    return staff, [line for line in lines if not line.is_away]


def _meetings(staff: Staff, during: DateTimeTZRange, *, at: dt.datetime) -> list[SessionStaff]:
    here = list(staffing.touched_by(staff.person, during, at=at))
    return here + list(staffing.away_lines(staff.person, during, at=at))
