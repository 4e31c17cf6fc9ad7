"""Moves in training for school staff, and what the national plan asks of a school's music."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from billing.models import Account, Charge, Rate
from bookings.models import Activity, Attendance, Enrolment, Session, SessionStaff
from centres.models import Room, Term, Year
from core.actions import action
from hms_portal.county import sources
from hms_portal.county.copying import copy_each, reserve_keys
from hms_portal.county.plan.reviewed import reviewed_plan
from lessons.models import (
    Course,
    CourseRun,
    PlanAnswer,
    PlanFeature,
    Programme,
    SchoolPlan,
    Subject,
    Teaches,
)
from people.models import Person, SchoolContact, User
from safeguarding.queries import cleared_to_teach

BOOKING_OPENS = (6, 15)  # of the summer before
SENT_EACH = 7  # so many colleagues come to each
AWAY_EVERY = 6  # and about one in so many does not turn up
BOOKED_AHEAD = dt.timedelta(days=45)


@action
def load_plan_features(*, by: User | None, at: dt.datetime) -> int:
    """What the national plan asks is there, each with the programme that would fill the gap."""
    known = set(PlanFeature.objects.values_list("slug", flat=True))
    programmes = {programme.slug: programme for programme in Programme.objects.all()}
    courses = {course.slug: course for course in Course.objects.all()}
    words = ("slug", "title", "short", "asks", "gap_words", "evidence", "tile", "source")
    features = [
        PlanFeature(
            **{name: row[name] for name in words},
            position=int(row["position"]),
            next_programme=programmes.get(row["next_programme"]),
            next_course=courses.get(row["next_course"]),
            from_on=sources.day(row["from"]),
            to_on=sources.day_or_none(row["to"]),
        )
        for row in sources.rows("plan_features")
        if row["slug"] not in known
    ]
    return len(PlanFeature.objects.bulk_create(features))


@action
def load_training(*, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Every course of the year has its date, its room and its leader, and some are sent to it.

    The school that is shown has its music plan reviewed.
    """
    if Activity.objects.filter(kind=Activity.Kind.TRAINING).exists():
        return 0
    rows = [(row, _year_of(sources.day(row["date"]))) for row in sources.rows("cpd")]
    placed = [(row, year) for row, year in rows if year]
    writing = _Writing(today, at, iter(reserve_keys(Activity, len(placed))))
    for number, (row, year) in enumerate(placed):
        writing.add(row, year, number)
    return writing.move_in() + _review_a_plan(_year_of(today))


def _review_a_plan(year: Year | None) -> int:
    plans, answers = reviewed_plan(year) if year else ([], [])
    return len(SchoolPlan.objects.bulk_create(plans)) + len(PlanAnswer.objects.bulk_create(answers))


def _year_of(day: dt.date) -> Year | None:
    return Year.objects.filter(starts_on__lte=day, ends_on__gte=day).first()


@dataclass
class _Writing:
    """Collects the rows, so that each table is written in one go."""

    today: dt.date
    at: dt.datetime
    keys: Iterator[int]
    activities: list[Activity] = field(default_factory=list)
    runs: list[CourseRun] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    leaders: list[SessionStaff] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    lines: list[Attendance] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)

    def add(self, row: sources.Row, year: Year, number: int) -> None:
        day = sources.day(row["date"])
        during = DateTimeTZRange(
            sources.local_moment(day, sources.clock(row["starts_at"])),
            sources.local_moment(day, sources.clock(row["ends_at"])),
        )
        room = _room(row, during)
        leader = _leader(row, day, during, but={each.person_id for each in self.leaders})
        activity = self._activity(row, year, room, leader)
        session = self._session(activity, during, room)
        if leader:
            self.leaders.append(
                SessionStaff(session=session, person=leader, role="lead", claimed=during)
            )
        for contact in _sent(row, number):
            self._send(contact, activity, session, day)

    def _activity(
        self, row: sources.Row, year: Year, room: Room | None, leader: Person | None
    ) -> Activity:
        day = sources.day(row["date"])
        rate = _rate(row, day)
        month, first = BOOKING_OPENS
        activity = Activity(
            pk=next(self.keys),
            kind=Activity.Kind.TRAINING,
            audience=Activity.Audience.SCHOOL_STAFF,
            title=row["title"],
            summary=row["who_for"],
            tile=Subject.objects.get(slug=row["subject"]).tile,
            year=year,
            centre_id=_centre_key(row),
            room=room,
            teacher=leader,
            weekday=day.isoweekday(),
            local_start=sources.clock(row["starts_at"]),
            minutes=int(row["minutes"]),
            first_on=day,
            last_on=day,
            capacity=int(row["capacity_max"]),
            status=Activity.Status.FINISHED if day < self.today else Activity.Status.OPEN,
            booking_opens_at=sources.local_moment(
                dt.date(year.starts_on.year, month, first), dt.time(9)
            ),
            rate=rate if rate.amount else None,
            price=rate.amount,
            price_basis="session" if rate.amount else "free",
        )
        self.activities.append(activity)
        self.runs.append(CourseRun(activity=activity, course=_course(row)))
        return activity

    def _session(self, activity: Activity, during: DateTimeTZRange, room: Room | None) -> Session:
        [key] = reserve_keys(Session, 1)
        is_past = activity.status == Activity.Status.FINISHED
        session = Session(
            pk=key,
            activity=activity,
            occurs_on=during.lower.date(),
            ordinal=1,
            during=during,
            room=room,
            status=Session.Status.TAUGHT if is_past else Session.Status.PLANNED,
        )
        self.sessions.append(session)
        return session

    def _send(
        self, contact: SchoolContact, activity: Activity, session: Session, day: dt.date
    ) -> None:
        account, _ = Account.objects.get_or_create(school_id=contact.school_id, person=None)
        [key] = reserve_keys(Enrolment, 1)
        enrolment = Enrolment(
            pk=key,
            activity=activity,
            person_id=contact.person_id,
            account=account,
            booked_by_id=contact.person_id,
            status=Enrolment.Status.ACTIVE,
            queued_at=min(session.during.lower - BOOKED_AHEAD, self.at),
            price_agreed=activity.price,
            starts_on=day,
        )
        self.enrolments.append(enrolment)
        self.lines.append(self._line(enrolment, session, len(self.enrolments)))
        if activity.price:
            self.charges.append(_charge(enrolment, day))

    def _line(self, enrolment: Enrolment, session: Session, number: int) -> Attendance:
        line = Attendance(
            session=session,
            person_id=enrolment.person_id,
            enrolment=enrolment,
            claimed=session.during,
        )
        if session.status == Session.Status.TAUGHT:
            line.mark = "absent" if number % AWAY_EVERY == 0 else "present"
            line.marked_at, line.marked_by = session.during.upper, enrolment.activity.teacher
        return line

    def move_in(self) -> int:
        return copy_each(
            self.activities,
            self.runs,
            self.sessions,
            self.leaders,
            self.enrolments,
            self.lines,
            self.charges,
        )


def _course(row: sources.Row) -> Course:
    before = row["before_you_come"]
    course, _ = Course.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "title": row["title"],
            "summary": row["description"],
            "description": row["description"] + (f"\n\nBefore you come: {before}" * bool(before)),
            "audience": Activity.Audience.SCHOOL_STAFF,
            "stage": Course.Stage.ADULT,
            "subject": Subject.objects.get(slug=row["subject"]),
            "tile": Subject.objects.get(slug=row["subject"]).tile,
            "smallest_group": int(row["capacity_min"]),
            "gives_certificate": sources.is_yes(row["certificate"]),
        },
    )
    return course


def _rate(row: sources.Row, day: dt.date) -> Rate:
    rates = Rate.objects.filter(key=row["price_key"], audience=row["price_audience"])
    return rates.filter(from_on__lte=day).order_by("-from_on")[0]


def _centre_key(row: sources.Row) -> int:
    return Room.objects.filter(centre__code=row["venue_code"])[0].centre_id


def _room(row: sources.Row, during: DateTimeTZRange) -> Room | None:
    """The one of the file where it is free then; else the first free one that holds them."""
    taken = Session.objects.happening().filter(during__overlap=during, room__isnull=False)
    free = Room.objects.filter(centre__code=row["venue_code"], is_active=True).exclude(
        pk__in=taken.values("room_id")
    )
    names = {each["slug"]: each["name"] for each in sources.rows("rooms")}
    wanted = free.filter(name=names[row["room"]]).first()
    return wanted or free.order_by("-capacity", "pk").first()


def _leader(
    row: sources.Row, day: dt.date, during: DateTimeTZRange, *, but: set[int]
) -> Person | None:
    """Somebody cleared and free then, who teaches the subject if anybody does."""
    busy = SessionStaff.objects.filter(claimed__overlap=during).values("person_id")
    people = Person.objects.filter(roles__role="teacher", roles__ends_on=None)
    free = cleared_to_teach(people, on=day).exclude(pk__in=busy).exclude(pk__in=but)
    teach = Teaches.objects.filter(subject__slug=row["subject"]).values("staff__person_id")
    return free.filter(pk__in=teach).order_by("pk").first() or free.order_by("pk").first()


def _sent(row: sources.Row, number: int) -> Sequence[SchoolContact]:
    """Music leads of schools with pupils of these ages; the one shown comes to every other."""
    leads = SchoolContact.objects.filter(
        role=SchoolContact.Role.MUSIC_LEAD,
        ended_at=None,
        school__low_age__lt=int(row["oldest_age"]),
        school__high_age__gt=int(row["youngest_age"]),
    )
    everybody = list(leads.order_by("pk"))
    turn = number * SENT_EACH % max(len(everybody), 1)
    others = [*everybody[turn:], *everybody[:turn]][:SENT_EACH]
    shown_lead = everybody[:1] if number % 2 else []
    by_person = {each.person_id: each for each in [*shown_lead, *others]}
    return list(by_person.values())


def _charge(enrolment: Enrolment, day: dt.date) -> Charge:
    term = Term.objects.filter(ends_on__gte=day).order_by("starts_on")[0]
    activity = enrolment.activity
    return Charge(
        account=enrolment.account,
        person_id=enrolment.person_id,
        term=term,
        description=activity.title,
        explanation={"basis": activity.price_basis, "amount": str(activity.price)},
        amount=activity.price,
        source=f"enrolment:{enrolment.pk}:{term.slug}",
        raised_at=enrolment.queued_at,
    )
