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
from people.actions.photographs import (
    forget_photographs_of_leavers,
    put_up_photograph,
    take_down_photograph,
)
from people.actions.school_accounts import (
    AskedColleague,
    Joined,
    accept_school_invitation,
    choose_approval,
    end_contact,
    invite_colleague,
    leave_school,
    withdraw_school_invitation,
)
from people.actions.school_claims import (
    AskedPart,
    approve_claim,
    claim_school,
    refuse_claim,
    withdraw_claim,
)

__all__ = [
    "AddedAlready",
    "Answer",
    "Asked",
    "AskedColleague",
    "AskedPart",
    "CannotBeUsed",
    "ChildDetails",
    "Joined",
    "Limits",
    "Needs",
    "NewChild",
    "OwnDetails",
    "accept_invitation",
    "accept_school_invitation",
    "add_child",
    "answer_consents",
    "approve_claim",
    "change_child",
    "change_own_details",
    "choose_approval",
    "choose_digest",
    "claim_school",
    "end_contact",
    "forget_photographs_of_leavers",
    "invite_adult",
    "invite_colleague",
    "keep_needs",
    "leave_school",
    "put_up_photograph",
    "refuse_claim",
    "step_back",
    "stop_news",
    "take_down_photograph",
    "withdraw_claim",
    "withdraw_invitation",
    "withdraw_school_invitation",
]
