"""What a school tells us to know before we meet a class: sealed, and each reading written down."""

import datetime as dt

from core.actions import action
from core.models import AccessRow
from core.sealed import Place, seal, unseal
from lessons.models import ClassCare, ProgrammeClass
from people.models import User


@action
def tell_class_care(
    *, programme_class: ProgrammeClass, words: str, by: User, at: dt.datetime
) -> ClassCare:
    """The school has told us this, in place of before; that there is nothing is an answer."""
    ProgrammeClass.objects.select_for_update(no_key=True).get(pk=programme_class.pk)
    care, _ = ClassCare.objects.update_or_create(
        programme_class=programme_class,
        defaults={
            "sealed_words": seal(words.strip(), _place(programme_class)),
            "told_by": by.person,
            "told_at": at,
        },
    )
    return care


@action
def open_class_care(*, programme_class: ProgrammeClass, by: User, why: str, at: dt.datetime) -> str:
    """What to know about the class, opened for this reader; the reading is written down with it."""
    AccessRow.objects.create(
        at=at,
        reader=str(by.pk),
        reader_name=str(by),
        record=f"lessons_classcare:{programme_class.pk}",
        why=why,
    )
    care = ClassCare.objects.filter(programme_class=programme_class).first()
    return unseal(bytes(care.sealed_words), _place(programme_class)) if care else ""


def _place(programme_class: ProgrammeClass) -> Place:
    return Place(table="lessons_classcare", column="sealed_words", row=programme_class.pk)
