"""Claim codes, what each opens, and the letters of a class."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bookings.models import Activity, Session
from bookings.queries.sessions import heads_at
from bookings.rules import expected_since
from centres.queries import Located
from centres.rules import Point
from core import sealed
from core.words import count
from lessons import rules
from lessons.models import ClaimCode, ClassPupil, ProgrammeClass, Subject, TakeHomeWording
from lessons.queries.finder import Found, Search, around
from lessons.queries.open import open_to_families
from lessons.queries.subjects import of_subjects
from lessons.rules import claims
from people.models import School, User
from people.rules import OLDEST, academic_year_of

SHOWN = 6
CODES, HASHES = "claim code", "claim hash"
ENGLISH = "en"


@dataclass(frozen=True)
class Offer:
    """What a code opens: the school's own lessons first, then what is near. No child is named."""

    school: str
    subject: str
    tile: str
    goes_home: bool
    year: str
    here: tuple[Found, ...]
    near: tuple[Found, ...]
    alike: tuple[Found, ...]
    family: str

    @property
    def is_empty(self) -> bool:
        return not (self.here or self.near or self.alike)


@dataclass(frozen=True)
class Letters:
    """A class, and how far its letters have come."""

    programme_class: ProgrammeClass
    made: int
    on_list: int
    pupils: int | None = None  # of one class alone: as many as it has when they go home

    @property
    def made_in_words(self) -> str:
        return count(self.made, "letter")


def code_from(ref: object) -> str:
    """The newest spelling of a letter's code: only for one that is being made."""
    return claims.spelt(sealed.digests(str(ref), purpose=CODES)[0])


def hash_of(code: str) -> str:
    """What is stored of a code that is being made."""
    return sealed.digests(code, purpose=HASHES)[0].hex()


def code_of(row: ClaimCode) -> str:
    """The code printed on this letter; worked out with the key it was made with."""
    for digest in sealed.digests(str(row.ref), purpose=CODES):
        code = claims.spelt(digest)
        if row.code_hash in _hashes(code):
            return code
    raise sealed.SealBroken(f"letter {row.pk}")


def code_named(typed: str) -> ClaimCode | None:
    """The letter that bears this code, if there is one; whatever has become of it."""
    code = claims.read(typed)
    return _codes().filter(code_hash__in=_hashes(code)).first() if code else None


def code_kept(ref: str) -> ClaimCode | None:
    """The letter whose code somebody typed a while ago."""
    return _codes().filter(ref=ref).first()


def standing_of(row: ClaimCode, user: User | None, *, at: dt.datetime) -> claims.Standing:
    """`row`: with its enrolment."""
    return claims.standing(
        expires_at=row.expires_at,
        is_withdrawn=row.withdrawn_at is not None,
        claimed_by_id=row.claimed_by_id,
        asked_by_id=user.person_id if user else None,
        is_booked=row.enrolment is not None and row.enrolment.starts_on is not None,
        at=at,
    )


def offer_of(row: ClaimCode, *, at: dt.datetime) -> Offer:
    """The school's own offer: there, near it on the same instrument, and on others like it."""
    line, school, year = row.programme_class.line, _school(row), _year(row, at=at)
    place = _place(school)
    ours = Search(year=year, subject_ids=frozenset({line.subject_id}))
    few, most = settings.FEW_PLACES, SHOWN
    here = around(ours, place, Q(school=school), most=most, few=few, at=at)
    miles = settings.CLAIM_MILES if place else None
    wide = Search(year=year, subject_ids=ours.subject_ids, miles=miles)
    near = around(wide, place, Q(school=None), most=most, few=few, at=at)
    alike: tuple[Found, ...] = ()
    if len(here) + len(near) < most:
        kin = Subject.objects.filter(family=line.subject.family).exclude(pk=line.subject_id)
        others = Search(year=year, subject_ids=frozenset(kin.values_list("pk", flat=True)))
        known = {found.ref for found in (*here, *near)}
        theirs = Q(school=None) | Q(school=school)
        found = around(others, place, theirs & ~Q(ref__in=known), most=most, few=few, at=at)
        alike = found[: most - len(here) - len(near)]
    return Offer(
        school=school.name,
        subject=line.subject.name,
        tile=line.subject.tile,
        goes_home=bool(line.goes_home),
        year=year,
        here=here,
        near=near,
        alike=alike,
        family=rules.family_name(line.subject.family),
    )


def is_offered(row: ClaimCode, activity: Activity, *, at: dt.datetime) -> bool:
    """Whether this place is one that the code opens: at the school or a centre, of that family."""
    kin = Subject.objects.filter(family=row.programme_class.line.subject.family)
    mine = of_subjects(frozenset(kin.values_list("pk", flat=True)))
    theirs = Q(school=None) | Q(school=_school(row))
    return open_to_families(at=at).filter(theirs & mine, pk=activity.pk).exists()


def letters_of(school: School) -> list[Letters]:
    """The classes of a school that are taught this year or were last year, newest first."""
    live = Count("claim_codes", filter=Q(claim_codes__withdrawn_at=None), distinct=True)
    classes = (
        classes_of(school)
        .annotate(made=live, on_list=Count("pupils", distinct=True))
        .order_by("-activity__year__starts_on", "class_name", "pk")
    )
    return [_letters(row) for row in classes]


def letters_of_class(programme_class: ProgrammeClass, *, at: dt.datetime) -> Letters:
    """`programme_class`: from `classes_of`."""
    live = programme_class.claim_codes.filter(withdrawn_at=None)
    return Letters(
        programme_class,
        made=live.count(),
        on_list=programme_class.pupils.count(),
        pupils=size_on(programme_class, programme_class.letters_on, at=at),
    )


def size_on(row: ProgrammeClass, day: dt.date | None, *, at: dt.datetime) -> int:
    """How many children it has on the day of its letters, or now: it may be others later."""
    return heads_at(row.activity, since=expected_since(day, at=at) if day else at)


def groups_said(row: ProgrammeClass, *, size: int) -> claims.Groups:
    """How many are in which group, as it was said before: the class may be smaller since."""
    return claims.fitted(size, claims.Groups(row.pp_pupils, row.send_pupils))


def classes_of(school: School) -> QuerySet[ProgrammeClass]:
    """Classes we teach at this school, with what their letters need."""
    return ProgrammeClass.objects.filter(activity__school=school).select_related(
        "activity__year", "activity__school", "line__subject", "line__programme"
    )


def codes_of(programme_class: ProgrammeClass) -> list[ClaimCode]:
    """The letters of a class that can be handed out, in the order of their numbers."""
    live = programme_class.claim_codes.filter(withdrawn_at=None)
    return list(live.select_related("pupil").order_by("number"))


def pupils_without_a_letter(programme_class: ProgrammeClass) -> list[ClassPupil]:
    has_one = ClaimCode.objects.filter(pupil=OuterRef("pk"), withdrawn_at=None)
    pupils = programme_class.pupils.filter(~Exists(has_one))
    return list(pupils.order_by("given_name", "family_name", "pk"))


def taught_days(programme_class: ProgrammeClass) -> list[dt.date]:
    """The days on which the class meets, in order, those called off left out."""
    meetings = Session.objects.happening().filter(activity_id=programme_class.pk)
    return list(meetings.order_by("during").values_list("occurs_on", flat=True))


def due_letters(on: dt.date) -> QuerySet[ProgrammeClass]:
    """Classes whose letters are to be made by this day and are not."""
    return (
        ProgrammeClass.objects.filter(letters_on__lte=on, letters_made_at=None)
        .exclude(activity__status__in=[Activity.Status.DRAFT, Activity.Status.CANCELLED])
        .order_by("activity__school_id", "pk")
    )


def wordings(on: dt.date) -> list[TakeHomeWording]:
    """The languages of letters in force on a day, English first."""
    found = TakeHomeWording.objects.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on)
    return sorted(found, key=lambda words: (words.language != ENGLISH, words.name))


def _codes() -> QuerySet[ClaimCode]:
    return ClaimCode.objects.select_related(
        "enrolment", "programme_class__line__subject", "programme_class__activity__school"
    )


def _hashes(code: str) -> list[str]:
    return [digest.hex() for digest in sealed.digests(code, purpose=HASHES)]


def _letters(row: ProgrammeClass) -> Letters:
    made, on_list = row.made, row.on_list  # type: ignore[attr-defined]  # annotated above
    return Letters(row, made=made, on_list=on_list)


def _school(row: ClaimCode) -> School:
    school = row.programme_class.activity.school
    assert school is not None  # a constraint holds it
    return school


def _place(school: School) -> Located | None:
    if school.latitude is None or school.longitude is None:
        return None
    return Located(school.name, Point(school.latitude, school.longitude))


def _year(row: ClaimCode, *, at: dt.datetime) -> str:
    """The school year the class is in by now, as the finder asks for it."""
    taught = row.programme_class.activity.year
    since = academic_year_of(timezone.localdate(at)) - academic_year_of(taught.starts_on)
    return str(min(row.programme_class.year_group + max(since, 0), OLDEST))
