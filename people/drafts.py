"""An unfinished child: the answers so far, sealed in the session and nowhere else."""

import base64
import binascii
import datetime as dt
import json
import uuid
from dataclasses import asdict, dataclass, field, fields, replace

from django.contrib.sessions.backends.base import SessionBase

from core.sealed import Place, SealBroken, seal, unseal
from people.models import User

KEY = "unfinished_child"


@dataclass(frozen=True)
class Draft:
    """What a family has told us about a child so far. `answered`: the questions done."""

    ref: str = field(default_factory=lambda: str(uuid.uuid4()))
    answered: tuple[str, ...] = ()
    next_page: str = ""
    given_name: str = ""
    family_name: str = ""
    known_as: str = ""
    born_on: str = ""
    school_id: int | None = None
    school_name: str = ""
    school_in_words: str = ""
    set_year_group: int | None = None
    relationship: str = ""
    what_helps: str = field(default="", repr=False)
    medical: str = field(default="", repr=False)
    emergency_contacts: str = field(default="", repr=False)
    photo: str = ""
    tile: str = ""

    @property
    def first_name(self) -> str:
        return self.known_as or self.given_name

    @property
    def birthday(self) -> dt.date | None:
        return dt.date.fromisoformat(self.born_on) if self.born_on else None

    def with_answers(self, question: str, **answers: object) -> "Draft":
        done = self.answered if question in self.answered else (*self.answered, question)
        return replace(self, answered=done, **answers)  # type: ignore[arg-type]  # a form's values


def read(session: SessionBase, user: User) -> Draft:
    """The draft in this session, or an empty one. One that does not open is let go."""
    try:
        sealed = base64.b64decode(session.get(KEY, ""), validate=True)
        told = json.loads(unseal(sealed, _place(user)) or "{}")
    except (SealBroken, binascii.Error, ValueError):
        told = {}
    known = {one.name for one in fields(Draft)}
    told = {name: value for name, value in told.items() if name in known}
    told["answered"] = tuple(told.get("answered", ()))
    return Draft(**told)


def keep(session: SessionBase, user: User, draft: Draft) -> None:
    words = json.dumps(asdict(draft), separators=(",", ":"))
    session[KEY] = base64.b64encode(seal(words, _place(user))).decode()


def forget(session: SessionBase) -> None:
    session.pop(KEY, None)


def _place(user: User) -> Place:
    return Place(table="session", column=KEY, row=user.pk)
