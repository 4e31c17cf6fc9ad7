"""What each line of a register is worth, in few statements however many lines there are."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count

from billing.models import Charge
from bookings.models import Attendance, Session
from bookings.rules.credits import worth_of_a_meeting
from centres.models import Term


def worths(lines: Iterable[Attendance], sessions: Iterable[Session]) -> dict[int, Decimal]:
    """By the key of the line: what its meeting cost, as charged, or as the price agreed says.

    A charge that was waived makes the meeting worth nothing. `sessions`: of these lines, each with
    its activity.
    """
    lines, known = list(lines), {session.pk: session for session in sessions}
    terms = _terms(known.values())
    counts = _meetings_in(terms, {session.activity_id for session in known.values()})
    sources = {
        line.pk: f"enrolment:{line.enrolment_id}:{term.slug}"
        for line in lines
        if (term := _term_of(known[line.session_id], terms))
    }
    charged = {
        charge.source: charge for charge in Charge.objects.filter(source__in=sources.values())
    }
    found = {}
    for line in lines:
        session = known[line.session_id]
        charge, term = charged.get(sources.get(line.pk, "")), _term_of(session, terms)
        if charge:
            found[line.pk] = _as_charged(charge)
            continue
        meetings = counts.get((session.activity_id, term.pk), 1) if term else 1
        found[line.pk] = worth_of_a_meeting(
            session.activity, line.enrolment.price_agreed, meetings=meetings
        )
    return found


def _terms(sessions: Iterable[Session]) -> list[Term]:
    """The terms in which these meetings are."""
    days = {session.occurs_on for session in sessions}
    if not days:
        return []
    terms = Term.objects.filter(starts_on__lte=max(days), ends_on__gte=min(days))
    return list(terms.order_by("starts_on"))


def _term_of(session: Session, terms: list[Term]) -> Term | None:
    day = session.occurs_on
    return next((term for term in terms if term.starts_on <= day <= term.ends_on), None)


def _meetings_in(terms: list[Term], activities: set[int]) -> dict[tuple[int, int], int]:
    """How many meetings each activity has in each of these terms, those called off too."""
    found: dict[tuple[int, int], int] = {}
    for term in terms:
        counted = (
            Session.objects.filter(
                activity__in=activities,
                makes_up=None,
                occurs_on__range=(term.starts_on, term.ends_on),
            )
            .order_by()
            .values_list("activity_id")
            .annotate(number=Count("pk"))
        )
        found |= {(activity, term.pk): number for activity, number in counted}
    return found


def _as_charged(charge: Charge) -> Decimal:
    if charge.status == Charge.Status.WAIVED:
        return Decimal(0)
    return Decimal(str(charge.explanation.get("each", "0")))
