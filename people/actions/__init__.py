"""Everything that changes what the service knows about people."""

from people.actions.consents import Answer, answer_consents
from people.actions.details import (
    ChildDetails,
    Needs,
    OwnDetails,
    change_child,
    change_own_details,
    choose_digest,
    keep_needs,
)
from people.actions.families import AddedAlready, NewChild, add_child
from people.actions.news import stop_news

__all__ = [
    "AddedAlready",
    "Answer",
    "ChildDetails",
    "Needs",
    "NewChild",
    "OwnDetails",
    "add_child",
    "answer_consents",
    "change_child",
    "change_own_details",
    "choose_digest",
    "keep_needs",
    "stop_news",
]
