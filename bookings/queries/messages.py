"""Who a message is for, who gets it and who cannot, and what became of its letters."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from bookings.models import Activity, Enrolment, Message, MessageReader
from bookings.rules import messages as rules
from centres.models import Centre
from core.access import Permission
from core.models import Email
from people import queries as people
from people.models import Guardianship, Person, User
from people.queries import Told

PAGE = 20
LATELY = 10
_JOINABLE = (Activity.Status.OPEN, Activity.Status.CLOSED, Activity.Status.RUNNING)


@dataclass(frozen=True)
class Readers:
    """Everybody a message is about, and who hears of it: each person once, by name."""

    pupils: int
    told: list[Told] = field(default_factory=list)
    no_address: list[Told] = field(default_factory=list)
    no_news: list[Told] = field(default_factory=list)
    # Those about whom nobody may be told.
    untold: list[Person] = field(default_factory=list)

    def for_kind(self, kind: str) -> list[Told]:
        """Who gets a message of this kind."""
        if kind != Message.Kind.NEWS:
            return self.told
        quiet = {each.adult.pk for each in self.no_news}
        return [each for each in self.told if each.adult.pk not in quiet]


def pupils_of(message: Message, *, on: dt.date) -> list[int]:
    """The keys of those in what the message is written to, narrowed as it says."""
    narrowing = rules.Narrowing.from_kept(message.narrowed_by)
    enrolments = Enrolment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        status__in=narrowing.statuses,
        activity__status__in=_JOINABLE,
    )
    if message.activity_id:
        enrolments = enrolments.filter(activity=message.activity_id)
    if message.centre_id:
        enrolments = enrolments.filter(activity__centre=message.centre_id)
    if narrowing.weekday:
        enrolments = enrolments.filter(activity__weekday=narrowing.weekday)
    if narrowing.kind:
        enrolments = enrolments.filter(activity__kind=narrowing.kind)
    enrolments = enrolments.filter(_in_years(narrowing, on=on))
    return list(enrolments.order_by().values_list("person_id", flat=True).distinct())


def _in_years(narrowing: rules.Narrowing, *, on: dt.date) -> Q:
    """In these school years: as corrected, or as the date of birth says."""
    eldest, youngest = rules.born_for_years(narrowing.min_year, narrowing.max_year, on=on)
    corrected, born = Q(), Q(person__learner__set_year_group=None)
    if narrowing.min_year is not None:
        corrected &= Q(person__learner__set_year_group__gte=narrowing.min_year)
        born &= Q(person__born_on__lte=youngest)
    if narrowing.max_year is not None:
        corrected &= Q(person__learner__set_year_group__lte=narrowing.max_year)
        born &= Q(person__born_on__gte=eldest)
    return corrected | born if corrected else Q()


def readers_of(message: Message, *, on: dt.date) -> Readers:
    """Who gets it and who cannot, in five statements however many they are.

    `no_news` says who would not get it as news; as a change, they do.
    """
    pupils = pupils_of(message, on=on)
    everybody = people.who_is_told(pupils)
    heard_about = {child.pk for each in everybody for child in each.about}
    reached = [each for each in everybody if each.adult.email]
    wanted = people.wants_news([each.adult.pk for each in reached])
    unheard = [pupil for pupil in pupils if pupil not in heard_about]
    return Readers(
        pupils=len(pupils),
        told=reached,
        no_address=[each for each in everybody if not each.adult.email],
        no_news=[each for each in reached if each.adult.pk not in wanted],
        untold=list(Person.objects.filter(pk__in=unheard).order_by("sort_name", "pk")),
    )


def letter_key(message: Message, person_id: int) -> str:
    return f"{_stem(message)}{person_id}"


def _stem(message: Message) -> str:
    return f"message:{message.pk}:"


def still_to_post(message: Message, *, limit: int) -> list[MessageReader]:
    """Readers whose letter is not written yet, in the order of the index."""
    key = Concat(Value(_stem(message)), Cast("person_id", CharField()), output_field=CharField())
    written = Email.objects.filter(dedupe_key=OuterRef("key"))
    readers = MessageReader.objects.filter(message=message, unreached="").annotate(key=key)
    return list(
        readers.filter(~Exists(written)).select_related("person").order_by("person_id")[:limit]
    )


def first_names(person_ids: Iterable[int]) -> dict[int, str]:
    """What each is called."""
    called = Person.objects.filter(pk__in=set(person_ids))
    return {person.pk: person.first_name for person in called.order_by("pk")}


def fates_of(message: Message) -> dict[str, int]:
    """How many of its letters stand how, by status."""
    letters = Email.objects.filter(dedupe_key__startswith=_stem(message)).order_by()
    return dict(letters.values_list("status").annotate(number=Count("pk")))


def still_to_write(message: Message, fates: Mapping[str, int]) -> int:
    """How many letters the clock has yet to write."""
    return message.readers.filter(unreached="").count() - sum(fates.values())


def gone_astray(message: Message, *, limit: int) -> list[tuple[Person, Email]]:
    """Whose letter was refused, or may not have arrived."""
    lost = Email.objects.filter(
        dedupe_key__startswith=_stem(message),
        status__in=[Email.Status.FAILED, Email.Status.UNKNOWN],
    )
    letters = {row.to_person_id: row for row in lost.order_by("pk")[:limit]}
    found = Person.objects.filter(pk__in=[key for key in letters if key]).order_by(
        "sort_name", "pk"
    )
    return [(person, letters[person.pk]) for person in found]


def unreached_by(message: Message) -> dict[str, int]:
    """How many readers could not be written to, by why."""
    readers = message.readers.exclude(unreached="").order_by()
    return dict(readers.values_list("unreached").annotate(number=Count("pk")))


def without_address(message: Message, *, limit: int) -> list[MessageReader]:
    readers = message.readers.filter(unreached=MessageReader.Unreached.NO_ADDRESS)
    return list(readers.select_related("person").order_by("person__sort_name", "pk")[:limit])


def messages_lately(user: User) -> tuple[list[Message], list[Message]]:
    """The drafts and the sent ones this user may see, newest first, a few of each."""
    seen = Message.objects.visible_to(user).select_related("activity", "centre", "written_by")
    drafts = seen.filter(sent_at=None).order_by("-written_at", "-pk")
    return list(drafts[:LATELY]), list(
        seen.exclude(sent_at=None).order_by("-sent_at", "-pk")[:LATELY]
    )


@dataclass(frozen=True)
class Received:
    """A message as it came to somebody, about those of their people they see today."""

    reader: MessageReader
    about: list[Person]


def received_by(user: User, *, before: int | None) -> tuple[list[Received], int | None]:
    """A page of what was written to this person, newest first, and where the next one starts.

    Whoever sees a child no more sees no message that was about that child alone.
    """
    seen = {person.pk: person for person in _own_people(user)}
    rows: QuerySet[MessageReader] = MessageReader.objects.filter(
        person_id=user.person_id, unreached="", about__overlap=list(seen)
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(
        rows.select_related(
            "message__activity__centre", "message__activity__school", "message__centre",
            "message__written_by", "person",
        ).order_by("-pk")[: PAGE + 1]
    )  # fmt: skip
    received = [
        Received(row, [seen[key] for key in row.about if key in seen]) for row in page[:PAGE]
    ]
    return received, page[PAGE - 1].pk if len(page) > PAGE else None


def _own_people(user: User) -> Sequence[Person]:
    links = Guardianship.objects.filter(adult_id=user.person_id, may_see=True)
    children = [link.child for link in links.select_related("child").order_by("child__born_on")]
    return [*children, user.person]


def is_still_for(reader_id: int) -> bool:
    """The reader still may hear of somebody it is about; for news, still wants it."""
    reader = MessageReader.objects.select_related("message").filter(pk=reader_id).first()
    if reader is None or not _still_sees(reader.person_id, reader.about):
        return False
    if reader.message.kind != Message.Kind.NEWS:
        return True
    return reader.person_id in people.wants_news([reader.person_id])


def _still_sees(person_id: int, about: Collection[int]) -> bool:
    links = Guardianship.objects.filter(adult=person_id, child__in=about, may_see=True)
    return person_id in about or links.exists()


def places_to_write_to(user: User) -> list[Centre]:
    """The centres whose families this user may write to."""
    centres = Centre.objects.filter(is_active=True).order_by("name", "pk")
    if not user.has_perm(Permission.RUN_COUNTY):
        centres = centres.filter(pk__in=user.centres_run())
    return list(centres)


def groups_to_write_to(user: User, centre: Centre) -> list[Activity]:
    """What somebody can be in there, in the order of the week."""
    groups = Activity.objects.run_by(user).filter(centre=centre, status__in=_JOINABLE)
    return list(groups.order_by("weekday", "local_start", "title", "pk"))
