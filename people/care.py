"""The only way to read or keep what is sealed about a learner; every reading is written down."""

import datetime as dt
from dataclasses import dataclass, field

from core.actions import action
from core.models import AccessRow
from core.sealed import Place, seal, unseal
from people.models import Learner, LearnerCare, User

COLUMNS = ("what_helps", "medical", "emergency_contacts")


@dataclass(frozen=True)
class Care:
    """What helps, what is medical, whom to ring: opened for one reader."""

    what_helps: str = field(default="", repr=False)
    medical: str = field(default="", repr=False)
    emergency_contacts: str = field(default="", repr=False)


@action
def reveal(*, learner: Learner, by: User, why: str, at: dt.datetime) -> Care:
    """Open the learner's care for this reader, and write the reading down with it."""
    AccessRow.objects.create(
        at=at,
        reader=str(by.pk),
        reader_name=str(by),
        record=f"people_learnercare:{learner.pk}",
        why=why,
    )
    kept = LearnerCare.objects.filter(learner=learner).first()
    if kept is None:
        return Care()
    return Care(
        **{column: unseal(getattr(kept, column), _place(column, learner)) for column in COLUMNS}
    )


@action
def keep_care(
    *,
    learner: Learner,
    what_helps: str,
    medical: str,
    emergency_contacts: str,
    by: User | None,
    at: dt.datetime,
) -> None:
    """The learner's care is now this, sealed."""
    told = {"what_helps": what_helps, "medical": medical, "emergency_contacts": emergency_contacts}
    sealed = {column: seal(text, _place(column, learner)) for column, text in told.items()}
    LearnerCare.objects.bulk_create(
        [LearnerCare(learner=learner, **sealed, updated_at=at)],
        update_conflicts=True,
        unique_fields=["learner"],
        update_fields=[*COLUMNS, "updated_at"],
    )


def _place(column: str, learner: Learner) -> Place:
    return Place(table="people_learnercare", column=column, row=learner.pk)
