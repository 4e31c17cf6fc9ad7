"""The take-home letters of a class: when they go home, the code of each, and once more."""

import datetime as dt
import uuid
from collections.abc import Collection
from itertools import groupby

from django.db.models import Max
from django.utils import timezone

from core.actions import action
from lessons.actions import letters_home
from lessons.models import ClaimCode, ClassPupil, ProgrammeClass
from lessons.queries import claims as queries
from lessons.queries.prices import policy_on
from lessons.rules import claims as rules
from people.models import User


@action
def plan_letters(
    *,
    programme_class: ProgrammeClass,
    letters_on: dt.date | None,
    languages: Collection[str],
    groups: rules.Groups | None,
    by: User,
    at: dt.datetime,
) -> ProgrammeClass:
    """On which day the letters are made, in which languages, and how many are in which group.

    `groups`: None as it was said before.
    """
    row = _locked(programme_class)
    size = queries.size_on(row, letters_on, at=at)
    groups = groups or queries.groups_said(row, size=size)
    rules.check_groups(size, groups)
    row.letters_on, row.letter_languages = letters_on, sorted(languages)
    row.pp_pupils, row.send_pupils = groups.pp, groups.send
    row.save(update_fields=["letters_on", "letter_languages", "pp_pupils", "send_pupils"])
    return row


@action
def make_letters(
    *,
    programme_class: ProgrammeClass,
    groups: rules.Groups | None,
    by: User | None,
    at: dt.datetime,
) -> int:
    """A letter with a code for each child who has none: by the class list, or by its size now.

    `groups`: how many of a class without a list are in which group; None as it was said before.
    """
    row = _locked(programme_class)
    made = _codes_for(row, groups, at=at)
    if not made:
        raise rules.NobodyToWriteTo("Every child of this class has a letter already")
    ClaimCode.objects.bulk_create(made)
    row.letters_made_at = row.letters_made_at or at
    row.save(update_fields=["letters_made_at", "pp_pupils", "send_pupils"])
    return len(made)


@action
def remake_letters(
    *, programme_class: ProgrammeClass, groups: rules.Groups | None, by: User, at: dt.datetime
) -> int:
    """The letters made so far open nothing any more; the class has new ones, counted anew."""
    row = _locked(programme_class)
    live = row.claim_codes.select_for_update(no_key=True).filter(withdrawn_at=None)
    if any(code.claimed_at or code.opened_at for code in live.order_by("pk")):
        raise rules.LettersOut(
            "A family has opened one of these letters, so they stay as they are. Call us if the"
            " counts are wrong"
        )
    live.update(withdrawn_at=at)
    return make_letters(programme_class=row, groups=groups, by=by, at=at)


@action
def send_second_letters(
    *, programme_class: ProgrammeClass, by: User, at: dt.datetime
) -> ProgrammeClass:
    """Codes that nobody used can be used for as long again, for the same letter once more."""
    row = _locked(programme_class)
    unused = row.claim_codes.select_for_update(no_key=True).filter(
        withdrawn_at=None, claimed_at=None
    )
    if not unused.order_by("pk"):
        raise rules.NobodyToWriteTo("Every letter of this class has been used")
    unused.update(expires_at=_until(at))
    row.second_letters_at = at
    row.save(update_fields=["second_letters_at"])
    return row


def make_due_letters(*, at: dt.datetime) -> int:
    """The letters of every class whose day has come; each school is told once. Return how many."""
    due = queries.due_letters(timezone.localdate(at)).select_related("activity__school")
    by_school = groupby(due, key=lambda row: row.activity.school_id)
    return sum(_make_due(list(rows), by=None, at=at) for _, rows in by_school)


@action
def _make_due(rows: list[ProgrammeClass], *, by: User | None, at: dt.datetime) -> int:
    ready = []
    for row in rows:
        row = _locked(row)
        if row.letters_made_at:  # by the school, since we looked
            continue
        codes = _codes_for(row, None, at=at)
        ClaimCode.objects.bulk_create(codes)
        row.letters_made_at = at
        row.save(update_fields=["letters_made_at", "pp_pupils", "send_pupils"])
        ready.append(row)
    letters_home.ready(ready, at=at)
    return len(ready)


def _locked(programme_class: ProgrammeClass) -> ProgrammeClass:
    rows = ProgrammeClass.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("activity__school", "line__subject").get(pk=programme_class.pk)


def _codes_for(
    row: ProgrammeClass, groups: rules.Groups | None, *, at: dt.datetime
) -> list[ClaimCode]:
    """What is still to be made: one for each on the list, or as many as are expected by now."""
    live = row.claim_codes.filter(withdrawn_at=None)
    used = row.claim_codes.aggregate(last=Max("number"))["last"] or 0
    on_list = list(row.pupils.all())
    if on_list and not live.filter(pupil=None).exists():
        row.pp_pupils = sum(pupil.has_pp for pupil in on_list)
        row.send_pupils = sum(pupil.has_send for pupil in on_list)
        pupils = queries.pupils_without_a_letter(row)
        return [_code(row, used + place, pupil, at=at) for place, pupil in enumerate(pupils, 1)]
    size = queries.size_on(row, None, at=at)
    groups = groups or queries.groups_said(row, size=size)
    lacking = max(size - live.count(), 0)
    if lacking < size:  # some are out: these are of neither group
        return [_code(row, used + place, None, at=at) for place in range(1, lacking + 1)]
    rules.check_groups(lacking, groups)
    row.pp_pupils, row.send_pupils = groups.pp, groups.send
    codes = [_code(row, used + place, None, at=at) for place in range(1, lacking + 1)]
    kinds = rules.counted(lacking, groups, order=[code.ref.bytes for code in codes])
    for code, kind in zip(codes, kinds, strict=True):
        code.has_pp, code.has_send = kind.has_pp, kind.has_send
    return codes


def _code(
    row: ProgrammeClass, number: int, pupil: ClassPupil | None, *, at: dt.datetime
) -> ClaimCode:
    ref = uuid.uuid4()
    return ClaimCode(
        ref=ref,
        programme_class=row,
        number=number,
        code_hash=queries.hash_of(queries.code_from(ref)),
        pupil=pupil,
        has_pp=bool(pupil and pupil.has_pp),
        has_send=bool(pupil and pupil.has_send),
        made_at=at,
        expires_at=_until(at),
    )


def _until(at: dt.datetime) -> dt.datetime:
    """The end of the last day on which a code made now can be used."""
    days = policy_on(timezone.localdate(at)).claim_days
    last = timezone.localdate(at) + dt.timedelta(days=days + 1)
    return timezone.make_aware(dt.datetime.combine(last, dt.time.min))
