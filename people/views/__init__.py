"""What a family sees of itself."""

from people.views.adding import add_child, check_child, child_added, start_child
from people.views.adults import adults, invite_adult, step_back, withdraw_invitation
from people.views.consents import answer_consent, choose_digest, consent_history
from people.views.details import (
    change_child,
    change_needs,
    child,
    my_details,
)
from people.views.joining import accept_invitation
from people.views.news import stop_news
from people.views.photographs import my_photograph, photograph, take_down_photograph
from people.views.school_joining import accept_school_invitation
from people.views.schools import (
    choose_approval,
    claim_school,
    end_contact,
    invite_colleague,
    leave_school,
    my_schools,
    school_contacts,
    withdraw_claim,
    withdraw_school_invitation,
)

__all__ = [
    "accept_invitation",
    "accept_school_invitation",
    "add_child",
    "adults",
    "answer_consent",
    "change_child",
    "change_needs",
    "check_child",
    "child",
    "child_added",
    "choose_approval",
    "choose_digest",
    "claim_school",
    "consent_history",
    "end_contact",
    "invite_adult",
    "invite_colleague",
    "leave_school",
    "my_details",
    "my_photograph",
    "my_schools",
    "photograph",
    "school_contacts",
    "start_child",
    "step_back",
    "stop_news",
    "take_down_photograph",
    "withdraw_claim",
    "withdraw_invitation",
    "withdraw_school_invitation",
]
