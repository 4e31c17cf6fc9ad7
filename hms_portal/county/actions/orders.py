"""Orders in hand: drafts, some with us, one to agree, one to schedule; written as schools do."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from centres.models import Term, Year
from core.refusals import RuleBroken
from hms_portal.county import shown
from hms_portal.county.plan.order_days import office_moment_before
from hms_portal.county.sizes import Size
from lessons.actions import drafts
from lessons.actions.drafts import Begin, Contact
from lessons.actions.orders import Agreed, agree_order, send_order
from lessons.models import Programme, SchoolOrder
from lessons.queries.orders import agreement_on
from lessons.queries.prices import cost_of
from lessons.rules.drafts import LineAsked, NeedsAsked
from people.models import SchoolContact

MORNINGS = ("1-am", "2-am", "3-am", "4-am", "5-am")
PUPILS_OF_A_CLASS = 29
BEGINS, SENDS, AGREES, ENDS = dt.time(9, 5), dt.time(14, 20), dt.time(10, 50), dt.time(16, 10)


@dataclass(frozen=True)
class Story:
    """What one school asked for lately, and how far it has come."""

    programme: str
    year_group: int
    classes: int
    half_days: tuple[str, ...]
    begun: int  # so many days of the office ago
    sent: int = 0  # not yet
    agreed: int = 0


# The first is the shown school's; the two with pans ask for the only set there is.
STORIES = (
    Story("whole-class-recorder-term", 3, 2, MORNINGS, begun=4, sent=3),
    Story("early-years-singing", 0, 1, MORNINGS, begun=7, sent=5, agreed=1),
    Story("whole-class-steel-pans-term", 6, 1, ("2-am", "2-pm"), begun=5, sent=4),
    Story("whole-class-steel-pans-term", 6, 1, ("2-am", "3-am"), begun=3, sent=2),
    Story("whole-class-recorder-term", 4, 1, ("5-pm",), begun=2),
)


def load_orders(*, size: Size, today: dt.date, at: dt.datetime) -> int:
    """Where no order is in hand yet, some schools write one for a term to come."""
    if SchoolOrder.objects.filter(copied_from=None, status__in=SchoolOrder.OPEN).exists():
        return 0
    year = Year.objects.get(name=size.year)
    term = Term.objects.filter(year=year, starts_on__gt=today).order_by("-starts_on").first()
    following = Year.objects.filter(starts_on__gt=year.starts_on).order_by("starts_on").first()
    leads = _leads()
    if term is None or following is None or len(leads) < len(STORIES):
        return 0
    before = SchoolOrder.objects.count()
    _begin_like_last_year(leads[0], following, at=office_moment_before(at, days=1, clock=ENDS))
    for lead, story in zip(leads, STORIES, strict=False):
        _tell(story, lead, term, at=at)
    return SchoolOrder.objects.count() - before


def _leads() -> list[SchoolContact]:
    """The shown school's music lead first, then others who can sign in."""
    rows = SchoolContact.objects.filter(
        role=SchoolContact.Role.MUSIC_LEAD, person__user__isnull=False
    ).select_related("school", "person__user")
    found = list(rows.order_by("pk")[: len(STORIES)])
    return sorted(found, key=lambda it: it.person.user.email != shown.SCHOOL_LEAD.email)


def _tell(story: Story, lead: SchoolContact, term: Term, *, at: dt.datetime) -> None:
    user, school = lead.person.user, lead.school
    begun_at = office_moment_before(at, days=story.begun, clock=BEGINS)
    order = drafts.start_order(
        school=school,
        year=term.year,
        begin=Begin.FRESH,
        contact=_contact(lead),
        by=user,
        at=begun_at,
    )
    programme = Programme.objects.get(slug=story.programme)
    asked = LineAsked(
        programme=programme,
        subject=programme.instruments.order_by("position")[0].subject,
        term=None if programme.terms > 1 else term,
        year_groups=(story.year_group,),
        classes=story.classes,
        pupils=story.classes * PUPILS_OF_A_CLASS,
    )
    drafts.save_line(order=order, position=1, asked=asked, by=user, at=begun_at)
    needs = NeedsAsked(
        half_days=story.half_days, send_pupils=5, pp_pupils=7, room="hall", goes_home=False
    )
    drafts.save_needs(order=order, position=1, asked=needs, by=user, at=begun_at)
    if story.sent:
        _send(order, story, lead, at=at)


def _send(order: SchoolOrder, story: Story, lead: SchoolContact, *, at: dt.datetime) -> None:
    sent_at = office_moment_before(at, days=story.sent, clock=SENDS)
    total = cost_of(order, on=timezone.localdate(sent_at)).total
    try:
        order = send_order(order=order, shown=total, by=lead.person.user, at=sent_at)
    except RuleBroken:  # it stays a draft: in a county as busy as this one, that happens too
        return
    agreed_at = office_moment_before(at, days=story.agreed, clock=AGREES)
    text = agreement_on(timezone.localdate(agreed_at))
    if not story.agreed or order.status != SchoolOrder.Status.QUOTED or text is None:
        return
    head = SchoolContact.objects.get(school=lead.school, role=SchoolContact.Role.HEAD).person
    said = Agreed(total=total, text_version=text.version, name=str(head), role="headteacher")
    agree_order(order=order, said=said, by=head.user, at=agreed_at)


def _begin_like_last_year(lead: SchoolContact, year: Year, *, at: dt.datetime) -> None:
    drafts.start_order(
        school=lead.school,
        year=year,
        begin=Begin.COPY,
        contact=_contact(lead),
        by=lead.person.user,
        at=at,
    )


def _contact(lead: SchoolContact) -> Contact:
    head = SchoolContact.objects.get(school=lead.school, role=SchoolContact.Role.HEAD)
    return Contact(person=lead.person, approver=head.person)
