"""What pages and actions read of one order: its text, its dates, and what leaving it costs."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from billing.models import Charge, LateCancellation
from bookings.models import CancellationCause, Session, SessionStaff
from centres.models import Term
from centres.queries import terms_of
from core.models import Wording
from core.queries import wording
from lessons.models import HourKept, OrderLine, ProgrammeInstrument, SchoolOrder, SetKept
from lessons.queries.prices import late_until
from lessons.rules import orders as rules
from lessons.rules.prices import NoPrice
from loans.models import Custody
from people.models import Person, SchoolContact, User

AGREEMENT = "school-agreement"
CANCELLED_BY_SCHOOL = "order-cancelled"
S = SchoolOrder.Status
WITH_PARTS = ("school", "year", "contact", "made_by", "approver", "agreed_by", "agreement")
IN_HAND = (S.SUBMITTED, S.QUOTED, S.AGREED, S.SCHEDULED, S.RUNNING)
_AGREES = (SchoolContact.Role.HEAD, SchoolContact.Role.FINANCE)


def agreement_on(day: dt.date) -> Wording | None:
    """The text that a school agrees to on this day."""
    return wording(AGREEMENT, day)


def lines_of(order: SchoolOrder) -> list[OrderLine]:
    rows = order.lines.select_related("programme", "subject", "term")
    return list(rows.order_by("position", "pk"))


def sets_of(order: SchoolOrder) -> QuerySet[Custody]:
    """The class sets that were kept for an order, or that its classes play on."""
    theirs = Q(kept_for__line__order=order) | Q(programme_classes__line__order=order)
    return Custody.objects.filter(theirs).distinct()


def sets_out(orders: QuerySet[SchoolOrder], *, on: dt.date) -> QuerySet[Custody]:
    """What schools should have given back and did not; `of_order`: which order it was for.

    Its last day is over, or the order was cancelled.
    """
    of_order = Coalesce("kept_for__line__order", "programme_classes__line__order")
    rows = Custody.objects.filter(status=Custody.Status.OUT).annotate(of_order=of_order)
    cancelled = Q(of_order__in=orders.filter(status=S.CANCELLED).values("pk"))
    theirs = Q(of_order__in=orders.values("pk"))
    return rows.filter(cancelled | theirs & Custody.lateness(on)).distinct()


def sets_to_fetch(order: SchoolOrder, *, on: dt.date) -> list[Custody]:
    rows = sets_out(SchoolOrder.objects.filter(pk=order.pk), on=on).select_related("asset__kind")
    return list(rows.order_by("asset__tag"))


def orders_with_sets_out(*, on: dt.date) -> QuerySet[SchoolOrder]:
    """A class set of theirs should be back and is not."""
    out = sets_out(SchoolOrder.objects.all(), on=on)
    keys = out.values("of_order")  # type: ignore[misc]  # annotated above
    return SchoolOrder.objects.filter(pk__in=keys)


def with_one_hand(lines: QuerySet[OrderLine], *, on: dt.date) -> QuerySet[OrderLine]:
    """`one_hand_tag`: of the instrument for one hand that is kept for a line, and not late."""
    late = Custody.objects.late(on).filter(asset=OuterRef("custody__asset"))
    in_the_way = Q(custody__first_on__lte=_late_until(on))
    kept = SetKept.objects.exclude(
        in_the_way & Exists(late.exclude(pk=OuterRef("custody"))),
    ).filter(
        line=OuterRef("pk"),
        released_at=None,
        custody__asset__is_adaptive=True,
    )
    return lines.annotate(one_hand_tag=Subquery(kept.values("custody__asset__tag")[:1]))


def _late_until(on: dt.date) -> dt.date:
    """Without rules of ordering, what is late stands in the way of all that comes."""
    try:
        return late_until(on)
    except NoPrice:
        return dt.date.max


def lines_without_one_hand(*, on: dt.date) -> QuerySet[OrderLine]:
    """Somebody in them needs an instrument for one hand, and none is kept: we look for one."""
    rows = OrderLine.objects.filter(
        needs__contains=[OrderLine.Need.ONE_HAND],
        order__status__in=IN_HAND,
    )
    return with_one_hand(rows, on=on).filter(one_hand_tag=None)  # type: ignore[misc]  # annotated


def one_hand_kinds(line: OrderLine) -> list[int]:
    """The kinds among which those for one hand of its instrument are."""
    rows = ProgrammeInstrument.objects.filter(subject=line.subject_id, kind__isnull=False)
    return list(rows.order_by("kind").values_list("kind_id", flat=True).distinct())


def days_of(order: SchoolOrder, line: OrderLine) -> tuple[dt.date, dt.date]:
    """The first and the last day of its term, or of its year's terms."""
    terms = [line.term] if line.term else terms_of(order.year_id)
    if not terms:
        raise rules.NotScheduled(f"The terms of {order.year} are not known yet.")
    return terms[0].starts_on, terms[-1].ends_on


def sets_to_hand_out(*, on: dt.date) -> QuerySet[Custody]:
    """What schools whose lessons have dates have from this day on, or from one before it.

    Not what is late at another school: it is there as soon as that one has given it back.
    """
    goes_on = Q(of_order__in=SchoolOrder.objects.filter(status__in=[S.SCHEDULED, S.RUNNING]))
    of_order = Coalesce("kept_for__line__order", "programme_classes__line__order")
    rows = Custody.objects.filter(status=Custody.Status.ALLOCATED, first_on__lte=on)
    elsewhere = Custody.objects.filter(status=Custody.Status.OUT, asset=OuterRef("asset"))
    here = rows.exclude(Exists(elsewhere.exclude(school=OuterRef("school"))))
    return here.annotate(of_order=of_order).filter(goes_on).distinct()


def first_day_of(order: SchoolOrder) -> dt.date | None:
    """The day its first lesson is planned or kept for, or its first set is there; else unknown."""
    sessions = Session.objects.happening().filter(activity__programme_class__line__order=order)
    planned = sessions.order_by("occurs_on").values_list("occurs_on", flat=True).first()
    if planned:
        return planned
    hours = HourKept.objects.filter(line__order=order, released_at=None)
    sets = SetKept.objects.filter(line__order=order, released_at=None)
    days = [
        hours.order_by("first_on").values_list("first_on", flat=True).first(),
        sets.order_by("custody__first_on").values_list("custody__first_on", flat=True).first(),
    ]
    return min((day for day in days if day), default=None)


def leaving_of(order: SchoolOrder, *, on: dt.date) -> rules.Leaving:
    """What cancelling this order costs on this day."""
    return rules.leaving(
        rules.total_of(order.lines.all()),
        status=order.status,
        first_on=first_day_of(order),
        on=on,
        rules=leaving_rules(on),
    )


def leaving_rules(on: dt.date) -> list[LateCancellation]:
    """What cancelling an order costs, by notice, as it stands on this day."""
    in_force = Q(to_on=None) | Q(to_on__gte=on)
    rows = LateCancellation.objects.filter(in_force, from_on__lte=on)
    return list(rows.filter(applies_to=LateCancellation.AppliesTo.ORDER).order_by("days_before"))


def cause_of_cancelling() -> CancellationCause:
    return CancellationCause.objects.get(slug=CANCELLED_BY_SCHOOL)


def term_of(order: SchoolOrder, line: OrderLine | None = None) -> Term:
    """The term a charge of the order stands in: the line's, or the first of its year."""
    if line and line.term:
        return line.term
    terms = terms_of(order.year_id)
    if not terms:
        raise rules.NotScheduled(f"The terms of {order.year} are not known yet.")
    return terms[0]


def term_of_leaving(order: SchoolOrder, left: rules.Leaving) -> Term:
    """The term of its first day."""
    first_on = left.first_on
    terms = terms_of(order.year_id)
    held = (term for term in terms if first_on and term.starts_on <= first_on <= term.ends_on)
    return next(held, None) or term_of(order)


def teachers_of(sessions: Iterable[Session]) -> dict[Person, list[Session]]:
    """Who is expected at these, each with theirs, soonest first."""
    by_key = {session.pk: session for session in sessions}
    lines = SessionStaff.objects.here().filter(session__in=by_key)
    found: dict[Person, list[Session]] = {}
    for line in lines.select_related("person").order_by("person_id", "claimed"):
        found.setdefault(line.person, []).append(by_key[line.session_id])
    return found


def due_to_move(*, at: dt.datetime) -> QuerySet[SchoolOrder]:
    """Orders that are not where the clock says: begun, over, or quoted too long ago."""
    today = timezone.localdate(at)
    taught = Session.objects.happening().filter(
        activity__programme_class__line__order=OuterRef("pk")
    )
    lent = SetKept.objects.filter(line__order=OuterRef("pk"), released_at=None)
    # What is only lent goes by its sets; a set comes before the first lesson.
    begun = Exists(taught.filter(during__startswith__lte=at)) | (
        ~Exists(taught) & Exists(lent.filter(custody__first_on__lte=today))
    )
    going_on = Exists(taught.filter(during__endswith__gt=at)) | (
        ~Exists(taught) & Exists(lent.filter(custody__last_on__gte=today))
    )
    due = (
        Q(status=S.QUOTED, quote_ends_on__lt=today)
        | Q(status=S.SCHEDULED) & begun
        | Q(status=S.RUNNING) & ~going_on
    )
    return SchoolOrder.objects.filter(due).order_by("pk")


def who_agrees(order: SchoolOrder) -> list[Person]:
    """Whom to ask for the school's yes: the one it named, or everybody there who may give it."""
    contacts = SchoolContact.objects.current().filter(school_id=order.school_id)
    roles = _AGREES if order.school.wants_approval else (*_AGREES, SchoolContact.Role.MUSIC_LEAD)
    people = _people(contacts.filter(role__in=roles))
    named = [person for person in people if person.pk == order.approver_id]
    return named or people


def who_ordered(order: SchoolOrder) -> list[Person]:
    """Whoever the order names at the school and is still there; or whoever leads music now."""
    contacts = SchoolContact.objects.current().filter(school_id=order.school_id)
    named = _people(contacts.filter(person__in=[order.contact_id, order.made_by_id]))
    leads = (SchoolContact.Role.MUSIC_LEAD, SchoolContact.Role.HEAD)
    return named or _people(contacts.filter(role__in=leads))


def _people(contacts: QuerySet[SchoolContact]) -> list[Person]:
    rows = Person.objects.filter(pk__in=contacts.order_by().values("person_id"))
    return list(rows.order_by("pk"))


def role_at(user: User, school_id: int) -> str:
    """headteacher and finance: the parts somebody plays at a school, in words."""
    parts = [
        held.get_role_display() for held in user.contacts_held() if held.school_id == school_id
    ]
    return " and ".join(sorted(set(parts)))


def may_agree(user: User, order: SchoolOrder) -> bool:
    """Whether this user may say yes for the school; never the office.

    The head or finance; where the school wants no approval, whoever orders for it too.
    """
    roles = {held.role for held in user.contacts_held() if held.school_id == order.school_id}
    allowed = {*_AGREES} if order.school.wants_approval else {*_AGREES, "music_lead"}
    return bool(roles & allowed)


def status_in_words(user: User, order: SchoolOrder) -> str:
    """agreed, running; and whose yes it waits for, to whoever reads it."""
    if order.status != S.QUOTED:
        return order.get_status_display()
    if may_agree(user, order):
        return "waiting for your agreement"
    if order.approver:
        return f"waiting for {order.approver}’s yes"
    return "waiting for your school’s agreement"


def charges_of(order: SchoolOrder) -> list[Charge]:
    """What is owed for it so far, in the order it was written."""
    rows = Charge.objects.filter(source__startswith=f"order:{order.pk}:")
    return list(rows.exclude(status=Charge.Status.WAIVED).order_by("pk"))
