"""A family uses the code of a take-home letter: once, for one child, for a place of its offer."""

import datetime as dt

from bookings import actions as bookings
from bookings.models import Activity, Enrolment
from core.actions import action
from lessons.models import ClaimCode
from lessons.queries import claims as queries
from lessons.rules import claims as rules
from people.models import Person, User


@action
def open_offer(*, code: ClaimCode, by: User | None, at: dt.datetime) -> None:
    """Somebody typed the code: its offer was read for the first time at this moment."""
    ClaimCode.objects.filter(pk=code.pk, opened_at=None).update(opened_at=at)


@action
def claim_place(
    *,
    code: ClaimCode,
    activity: Activity,
    person: Person,
    waits: bool,
    by: User,
    at: dt.datetime,
) -> Enrolment:
    """The code is used, and the place held for the child; or they wait for one, if it is full.

    Until a place is booked whoever used the code may choose another, and nobody else may.
    """
    code = _locked(code)
    if queries.standing_of(code, by, at=at) == rules.Standing.OVER:
        raise rules.NoSuchCode
    if not queries.is_offered(code, activity, at=at):
        raise rules.NotTheirOffer("This letter does not open that place. Choose another")
    _check_one_letter(code, person)

    _let_go(code, activity, by=by, at=at)
    join = bookings.join_waiting_list if waits else bookings.hold_place
    enrolment = join(activity=activity, person=person, by=by, at=at)
    code.claimed_at = code.claimed_at or at
    code.claimed_by, code.child, code.enrolment = by.person, person, enrolment
    code.save(update_fields=["claimed_at", "claimed_by", "child", "enrolment"])
    return enrolment


def _locked(code: ClaimCode) -> ClaimCode:
    """The code as it stands: one family at a time.

    Read once it is locked: a join in the statement that waits would miss the place it has by then.
    """
    ClaimCode.objects.select_for_update(no_key=True).get(pk=code.pk)
    locked: ClaimCode = ClaimCode.objects.select_related(
        "enrolment", "programme_class__line__subject", "programme_class__activity__school"
    ).get(pk=code.pk)
    return locked


def _check_one_letter(code: ClaimCode, person: Person) -> None:
    used = ClaimCode.objects.filter(
        programme_class_id=code.programme_class_id, child=person, withdrawn_at=None
    )
    if used.exclude(pk=code.pk).exists():
        raise rules.ChildHasALetter(
            f"{person.first_name} has used a letter of this class already. Each child has one"
        )


def _let_go(code: ClaimCode, activity: Activity, *, by: User, at: dt.datetime) -> None:
    """What they held before is free again; both places are taken in order of key."""
    held = code.enrolment
    if held is None or held.activity_id == activity.pk or held.status != Enrolment.Status.HELD:
        return
    both = Activity.objects.filter(pk__in=[held.activity_id, activity.pk]).order_by("pk")
    list(both.select_for_update(no_key=True))
    bookings.release_hold(enrolment=held, by=by, at=at)
