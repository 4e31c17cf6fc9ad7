"""Moves in what schools ordered last year and this: who asked, what was agreed, what is taught."""

import datetime as dt
import random
from decimal import Decimal

from django.db.models import Q

from billing.models import Account, Charge
from bookings.models import Activity
from centres.models import Year
from core.actions import action
from core.models import Wording
from hms_portal.county import shown
from hms_portal.county.actions.activities import invited_teachers, season_of
from hms_portal.county.actions.first_lessons import begin_groups
from hms_portal.county.copying import copy_each, reserve_keys, run_sql
from hms_portal.county.plan.classes import Placed, Placing, Wish, busy, wishes
from hms_portal.county.plan.homes import metres2
from hms_portal.county.plan.names import Names
from hms_portal.county.plan.order_days import order_days
from hms_portal.county.plan.seasons import Season
from hms_portal.county.sizes import Size
from lessons.models import OrderLine, ProgrammeClass, ProgrammeInstrument, SchoolOrder
from loans.models import Asset, Custody
from people.models import Learner, Person, School, SchoolContact, User
from people.models.persons import sort_name_of

# How many schools order in a year, of a county to show and of a whole one.
ORDERING = {"demo": (16, 26), "county": (300, 420)}
HOST = "school.example"
SHARING_A_BURSAR = 3
LARGE = 220  # pupils: the shown school has two classes in a year group
QUOTE_STANDS = dt.timedelta(days=30)
PUPIL_PREMIUM, SEND = 4, 6  # about one child in so many
RETURNS = """
    INSERT INTO bookings_classreturn
        (session_id, present, joined_in, expected, note, returned_by_id, returned_at)
    SELECT session.id, activity.headcount - chance.away, activity.headcount - chance.away,
           activity.headcount, '', activity.teacher_id, upper(session.during)
      FROM bookings_session session
      JOIN bookings_activity activity ON activity.id = session.activity_id
     CROSS JOIN LATERAL (SELECT abs(hashint8(session.id)::bigint) % 4 AS away) chance
     WHERE activity.kind = 'programme' AND session.status = 'taught'
     ORDER BY session.id
"""


@action
def load_classes(*, size: Size, today: dt.date, by: User | None, at: dt.datetime) -> int:
    """Last year's orders are completed; this year's run, or wait for their term.

    Where a class learned last year, a small group of its school's goes on.
    """
    if SchoolOrder.objects.exists():
        return 0
    draw = random.Random(f"{size.seed}:orders")  # noqa: S311 - invents, guards nothing
    schools = _ordering_schools(draw)
    last_year, this_year = _two_years(size)
    office = _SchoolOffice(draw, today)
    office.meet(schools[: max(ORDERING[size.name])])
    for year, count in zip((last_year, this_year), ORDERING[size.name], strict=True):
        asked = list(wishes(schools, count, draw))
        if year == this_year:
            asked.insert(0, _wish_for_the_shown_teacher(schools[1]))
        office.write_year(season_of(year), asked)
    written = office.move_in()
    return written + begin_groups(last_year, this_year, today=today, draw=draw)


@action
def load_class_returns(*, by: User | None, at: dt.datetime) -> int:
    """Every lesson given to a class has its headcount."""
    return run_sql(RETURNS) if _is_first_time() else 0


def _is_first_time() -> bool:
    taught = Activity.objects.filter(kind=Activity.Kind.PROGRAMME)
    return not taught.filter(sessions__class_return__isnull=False).exists()


def _wish_for_the_shown_teacher(school: School) -> Wish:
    """So that whoever signs in as a teacher has a class to count."""
    teacher = Person.objects.get(email=shown.TEACHER.email)
    return Wish(school, "curriculum-teaching", 4, 2, 0, teacher)


def _two_years(size: Size) -> tuple[Year, Year]:
    this_year = Year.objects.get(name=size.year)
    earlier = Year.objects.filter(starts_on__lt=this_year.starts_on).order_by("-starts_on")
    return earlier[0], this_year


def _ordering_schools(draw: random.Random) -> list[School]:
    """Primary schools in any order, but first a large one near the family that is shown."""
    home = Learner.objects.select_related("school").get(
        person__guardians__adult__email=shown.PARENT.email, school__high_age__lte=11
    )
    assert home.school is not None
    here = (home.school.easting or 0, home.school.northing or 0)
    primary = list(
        School.objects.filter(
            is_invented=True, phase="Primary", low_age__lte=7, high_age__gte=9
        ).order_by("urn")
    )
    large = [school for school in primary if (school.pupils or 0) >= LARGE]
    first = min(large, key=lambda it: metres2((it.easting or 0, it.northing or 0), here))
    primary.remove(first)
    draw.shuffle(primary)
    return [first, *primary]


class _SchoolOffice:
    """Gathers people, orders and classes before they are written."""

    def __init__(self, draw: random.Random, today: dt.date) -> None:
        self.draw, self.today, self.names = draw, today, Names(draw)
        self.agreement = Wording.objects.filter(slug="school-agreement").earliest("version")
        instruments = ProgrammeInstrument.objects.select_related("programme", "subject", "kind")
        self.instruments = {each.programme.slug: each for each in instruments.order_by("-position")}
        self.sets: dict[int, list[Asset]] = {}
        for asset in Asset.objects.filter(is_adaptive=False).order_by("pk"):
            self.sets.setdefault(asset.kind_id, []).append(asset)
        self.people: list[Person] = []
        self.contacts: list[SchoolContact] = []
        self.accounts: dict[int, Account] = {}
        self.lead_of: dict[int, Person] = {}
        self.head_of: dict[int, Person] = {}
        self.orders: list[SchoolOrder] = []
        self.lines: list[OrderLine] = []
        self.activities: list[Activity] = []
        self.classes: list[ProgrammeClass] = []
        self.custody: list[Custody] = []
        self.charges: list[Charge] = []

    def meet(self, schools: list[School]) -> None:
        """Each school has a music lead and a head; the first three share a bursar."""
        person_keys = iter(reserve_keys(Person, len(schools) * 2 + 1))
        account_keys = iter(reserve_keys(Account, len(schools)))
        bursar = self._person(next(person_keys), shown.BURSAR.email)
        for number, school in enumerate(schools):
            lead, head = (
                self._person(next(person_keys), email if not number else "")
                for email in (shown.SCHOOL_LEAD.email, shown.SCHOOL_HEAD.email)
            )
            self.lead_of[school.pk], self.head_of[school.pk] = lead, head
            roles = SchoolContact.Role
            parts = [(lead, roles.MUSIC_LEAD), (head, roles.HEAD)]
            parts += [(bursar, roles.FINANCE)] if number < SHARING_A_BURSAR else []
            self.contacts += [
                SchoolContact(school=school, person=person, role=role) for person, role in parts
            ]
            self.accounts[school.pk] = Account(pk=next(account_keys), school=school)

    def _person(self, key: int, email: str) -> Person:
        origin, gender = self.names.origin(), self.names.gender()
        given = self.names.given_name(origin, gender)
        family = self.names.family_name(origin).for_gender(gender)
        person = Person(
            pk=key,
            ref=self.names.ref(),
            given_name=given,
            family_name=family,
            sort_name=sort_name_of(given, family),
            email=email or self.names.email(given, family, HOST),
            phone=self.names.phone(),
        )
        self.people.append(person)
        return person

    def write_year(self, season: Season, wanted: list[Wish]) -> None:
        """Every wish that somebody can teach becomes an order, agreed in the summer before."""
        activities = list(Activity.objects.filter(year=season.year).order_by("pk"))
        teachers = busy(invited_teachers(), activities)
        placing = Placing(season, teachers, self.instruments, self.sets)
        placed = [each for each in map(placing.place, wanted) if each]
        order_keys = iter(reserve_keys(SchoolOrder, len(placed)))
        line_keys = iter(reserve_keys(OrderLine, len(placed)))
        for each in placed:
            order = self._order(season, each, next(order_keys))
            self._line(season, order, each, next(line_keys))

    def _order(self, season: Season, placed: Placed, key: int) -> SchoolOrder:
        days = order_days(season.year.starts_on, len(self.orders))
        school = placed.wish.school
        lead, head = self.lead_of[school.pk], self.head_of[school.pk]
        order = SchoolOrder(
            pk=key,
            ref=self.names.ref(),
            school=school,
            year=season.year,
            status=SchoolOrder.Status.QUOTED,
            made_by=lead,
            made_at=days.made_at,
            contact=lead,
            approver=head,
            po_number=f"PO-{self.draw.randrange(1000, 9999)}" if self.draw.randrange(3) else "",
            submitted_at=days.submitted_at,
            quoted_at=days.quoted_at,
            quote_ends_on=days.quoted_at.date() + QUOTE_STANDS,
            agreed_at=days.agreed_at,
            agreed_by=head,
            agreed_name=str(head),
            agreed_role="headteacher",
            agreement=self.agreement,
            scheduled_at=days.scheduled_at,
        )
        self.orders.append(order)
        return order

    def _line(self, season: Season, order: SchoolOrder, placed: Placed, key: int) -> None:
        programme, wish = placed.instrument.programme, placed.wish
        heads = [self.draw.randrange(26, 32) for _ in range(wish.classes)]
        half = "am" if placed.start < 12 * 60 else "pm"
        line = OrderLine(
            pk=key,
            order=order,
            position=1,
            programme=programme,
            subject=placed.instrument.subject,
            term=None if programme.terms > 1 else season.terms[wish.term],
            year_groups=[wish.year_group],
            classes=wish.classes,
            pupils=sum(heads),
            half_days=[f"{placed.weekday}-{half}"],
            room="hall",
            room_notes="School hall, step-free.",
            send_pupils=sum(heads) // SEND,
            pp_pupils=sum(heads) // PUPIL_PREMIUM,
            goes_home=bool(placed.sets),
            answer=OrderLine.Answer.YES,
            answered_at=order.submitted_at,
            **self._prices(season, placed),
        )
        self.lines.append(line)
        self._charge(season, line)
        keys = iter(reserve_keys(Activity, wish.classes))
        for ordinal, count in enumerate(heads, start=1):
            self._class(season, line, placed, ordinal, count, next(keys))

    def _prices(self, season: Season, placed: Placed) -> dict[str, Decimal]:
        programme, classes = placed.instrument.programme, placed.wish.classes
        units = Decimal(classes)
        if programme.unit == programme.Unit.HOUR:
            units *= Decimal(programme.minutes * programme.weeks) / 60
        price = season.rates[programme.price_key, "school"].amount * units
        subsidy = season.rates.get((programme.subsidy_key, "school"))
        return {"price": price, "subsidy": subsidy.amount * classes if subsidy else Decimal(0)}

    def _charge(self, season: Season, line: OrderLine) -> None:
        assert line.total is not None
        assert line.order.scheduled_at is not None
        self.charges.append(
            Charge(
                account=self.accounts[line.order.school_id],
                term=line.term or season.terms[0],
                description=f"{line.programme.name}, {line.classes} classes",
                explanation={"basis": "order", "amount": str(line.total)},
                amount=line.total,
                status="billed" if season.year.ends_on < self.today else "pending",
                source=f"order-line:{line.pk}",
                raised_at=line.order.scheduled_at,
            )
        )

    def _class(
        self,
        season: Season,
        line: OrderLine,
        placed: Placed,
        ordinal: int,
        heads: int,
        key: int,
    ) -> None:
        name = f"{placed.wish.year_group}{'ABCD'[ordinal - 1]}"
        activity = self._activity(season, line, placed, key=key, name=name)
        activity.local_start, activity.headcount = placed.starts(ordinal), heads
        self.activities.append(activity)
        custody = self._custody(placed, ordinal) if placed.sets else None
        self.classes.append(
            ProgrammeClass(
                activity=activity,
                line=line,
                ordinal=ordinal,
                class_name=name,
                year_group=placed.wish.year_group,
                pp_pupils=heads // PUPIL_PREMIUM,
                send_pupils=heads // SEND,
                custody=custody,
                letters_on=placed.first_on + dt.timedelta(weeks=8),
            )
        )

    def _activity(
        self, season: Season, line: OrderLine, placed: Placed, *, key: int, name: str
    ) -> Activity:
        over = placed.last_on < self.today
        return Activity(
            pk=key,
            ref=self.names.ref(),
            kind=Activity.Kind.PROGRAMME,
            title=f"{line.subject.name}, {name}",
            tile=line.programme.tile,
            year=season.year,
            school=placed.wish.school,
            teacher=placed.teacher,
            weekday=placed.weekday,
            minutes=line.programme.minutes,
            first_on=placed.first_on,
            last_on=placed.last_on,
            status=Activity.Status.FINISHED if over else Activity.Status.CLOSED,
            booking_opens_at=season.booking_opens_at,
            price_basis=Activity.PriceBasis.FREE,
        )

    def _custody(self, placed: Placed, ordinal: int) -> Custody:
        is_out = placed.first_on <= self.today
        is_back = placed.last_on < self.today
        status = Custody.Status.ALLOCATED
        if is_out:
            status = Custody.Status.BACK if is_back else Custody.Status.OUT
        custody = Custody(
            ref=self.names.ref(),
            asset=placed.sets[ordinal - 1],
            school=placed.wish.school,
            first_on=placed.first_on,
            last_on=placed.last_on,
            status=status,
            out_on=placed.first_on if is_out else None,
            back_on=placed.last_on if is_back else None,
        )
        self.custody.append(custody)
        return custody

    def move_in(self) -> int:
        for custody, key in zip(
            self.custody, reserve_keys(Custody, len(self.custody)), strict=True
        ):
            custody.pk = key
        for each in self.classes:
            each.custody = each.custody  # its key, now that it has one
        written = copy_each(self.people, self.contacts, list(self.accounts.values()))
        written += copy_each(self.orders, self.lines, self.activities, self.custody)
        written += copy_each(self.classes, self.charges)
        return written + self._bring_up_to_date()

    def _bring_up_to_date(self) -> int:
        """Agreed once their lines are written; then where their classes are today."""
        orders = SchoolOrder.objects.filter(status=SchoolOrder.Status.QUOTED)
        statuses = SchoolOrder.Status
        over = Q(lines__programme_classes__activity__last_on__lt=self.today)
        begun = Q(lines__programme_classes__activity__first_on__lte=self.today)
        completed = list(orders.filter(over).values_list("pk", flat=True).distinct())
        running = list(
            orders.filter(begun).exclude(pk__in=completed).values_list("pk", flat=True).distinct()
        )
        SchoolOrder.objects.filter(pk__in=completed).update(status=statuses.COMPLETED)
        SchoolOrder.objects.filter(pk__in=running).update(status=statuses.RUNNING)
        return orders.update(status=statuses.SCHEDULED)
