"""Letters of assurance: written to a school about an adult who is to teach there, and withdrawn."""

import datetime as dt
import secrets
from collections.abc import Collection

from core.actions import action, note_reason
from people.models import User
from safeguarding import rules
from safeguarding.models import AssuranceLetter

Pair = tuple[int, int]  # a person's key, and a school's


@action
def write_letters(*, pairs: Collection[Pair], by: User | None, at: dt.datetime) -> int:
    """Each school has its letter about each of these adults; who had one, even withdrawn, keeps it.

    Two at once write one: the second finds it in force.
    """
    had = AssuranceLetter.objects.filter(
        person_id__in={person for person, _ in pairs}, school_id__in={school for _, school in pairs}
    )
    missing = sorted(set(pairs) - set(had.values_list("person_id", "school_id")))
    AssuranceLetter.objects.bulk_create(
        [
            AssuranceLetter(code=_new_code(), person_id=person, school_id=school, written_at=at)
            for person, school in missing
        ],
        ignore_conflicts=True,
    )
    return len(missing)


@action
def withdraw_letter(
    *, letter: AssuranceLetter, reason: str, by: User, at: dt.datetime
) -> AssuranceLetter:
    """The letter is in force no more, and none takes its place until somebody writes it again."""
    letter = AssuranceLetter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if letter.withdrawn_at is None:
        letter.withdrawn_at = at
        letter.save(update_fields=["withdrawn_at"])
        note_reason(letter, reason, by=by, at=at)
    return letter


@action
def write_letter_again(*, letter: AssuranceLetter, by: User, at: dt.datetime) -> AssuranceLetter:
    """A withdrawn letter has a successor with a code of its own; one in force stays as it is."""
    letter = AssuranceLetter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    about = AssuranceLetter.objects.filter(person=letter.person_id, school=letter.school_id)
    return about.filter(withdrawn_at=None).first() or AssuranceLetter.objects.create(
        code=_new_code(), person_id=letter.person_id, school_id=letter.school_id, written_at=at
    )


def _new_code() -> str:
    number = rules.GROUP * rules.GROUPS
    return rules.in_groups("".join(secrets.choice(rules.SIGNS) for _ in range(number)))
