"""A school's list of a class: kept as it was looked at, and a child taken off it again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.actions import action
from lessons.models import ClassPupil, ProgrammeClass
from lessons.queries import classes as queries
from lessons.rules import class_lists as rules
from lessons.rules.class_lists import Listed
from people.models import User


@dataclass(frozen=True)
class Kept:
    """What keeping a list did."""

    added: int
    changed: int
    same: int


@action
def keep_class_list(
    *, programme_class: ProgrammeClass, children: Sequence[Listed], by: User, at: dt.datetime
) -> Kept:
    """These children are on the list of the class; whoever was on it before stays on it."""
    ProgrammeClass.objects.select_for_update(no_key=True).get(pk=programme_class.pk)
    known = queries.pupils_by_name(programme_class)
    new = [child for child in children if child.name not in known]
    expected = programme_class.activity.headcount or 0
    rules.check_length(len(known) + len(new), expected=expected)
    changed = []
    for child in children:
        pupil = known.get(child.name)
        if pupil and (pupil.has_pp, pupil.has_send) != (child.has_pp, child.has_send):
            pupil.has_pp, pupil.has_send = child.has_pp, child.has_send
            changed.append(pupil)
    ClassPupil.objects.bulk_update(changed, ["has_pp", "has_send"])
    ClassPupil.objects.bulk_create(
        ClassPupil(
            programme_class=programme_class,
            given_name=child.given_name,
            family_name=child.family_name,
            has_pp=child.has_pp,
            has_send=child.has_send,
        )
        for child in new
    )
    return Kept(len(new), len(changed), len(children) - len(new) - len(changed))


@action
def remove_pupil(*, pupil: ClassPupil, by: User, at: dt.datetime) -> None:
    """The child is not on the list any more, and we keep nothing of them."""
    ProgrammeClass.objects.select_for_update(no_key=True).get(pk=pupil.programme_class_id)
    if pupil.claim_codes.exists():
        raise rules.StaysOnList(
            f"A letter home was made for {pupil.given_name}. Ring us to take them off the list."
        )
    pupil.delete()  # no account, no letter: nobody relies on the row
