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
from people.actions.invitations import (
    Asked,
    CannotBeUsed,
    Limits,
    accept_invitation,
    invite_adult,
    step_back,
    withdraw_invitation,
)
from people.actions.news import stop_news

__all__ = [
    "AddedAlready",
    "Answer",
    "Asked",
    "CannotBeUsed",
    "ChildDetails",
    "Limits",
    "Needs",
    "NewChild",
    "OwnDetails",
    "accept_invitation",
    "add_child",
    "answer_consents",
    "change_child",
    "change_own_details",
    "choose_digest",
    "invite_adult",
    "keep_needs",
    "step_back",
    "stop_news",
    "withdraw_invitation",
]
